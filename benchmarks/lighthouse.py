"""Lighthouse on the pages that families open: a throttled phone, 95 or more of 100 in each of its four categories.

npm brings Lighthouse, and the Node that it wants where the machine's own is older. ``./portal bench lighthouse``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import timedelta

from benchmarks._portal import Report
from benchmarks._web import publish_menus, web
from benchmarks._wsgi import NOW

#: Tried together; Lighthouse 13 needs Node 22.
NODE, LIGHTHOUSE = "node@22.23.3", "lighthouse@13.5.0"
CHROMIUM = "/usr/bin/chromium"
FLAGS = "--headless=new --no-sandbox --disable-gpu"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST = 95


def scores(url: str) -> dict[str, float]:
    """Points of 100 by category. Lighthouse's own settings are a middle-class phone on slow 4G."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not installed: apt-get install npm.")
    command = [npm, "exec", "--yes", f"--package={NODE}", f"--package={LIGHTHOUSE}", "--", "lighthouse", url]
    command += ["--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={FLAGS}"]
    variables = {**os.environ, "CHROME_PATH": CHROMIUM}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables)  # noqa: S603 (a list)
    if done.returncode:
        raise SystemExit(f"Lighthouse failed on {url}:\n{done.stderr[-2000:]}")
    result = json.loads(done.stdout)
    for audit in result["audits"].values():
        if (
            audit["score"] is not None
            and audit["score"] < 0.9
            and audit["scoreDisplayMode"] in ("binary", "metricSavings")
        ):
            print(f"  {url}: {audit['id']}: {audit['title']} {audit.get('displayValue', '')}")
    return {name: result["categories"][name]["score"] * 100 for name in CATEGORIES}


def main() -> None:
    report = Report()
    eol = publish_menus()[0].eol
    monday = NOW.date() - timedelta(days=NOW.weekday())
    pages = {
        "search": "/cardapio",
        "day": f"/cardapio/{eol}",
        "week": f"/cardapio/{eol}?semana={monday:%G-W%V}",
    }
    with web() as served:
        for name, path in pages.items():
            for category, points in scores(served.nginx + path).items():
                report.figure(f"{name} page: {category}", points, "of 100", least=LEAST)
    report.close()


if __name__ == "__main__":
    main()
