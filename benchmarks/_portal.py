"""What the benchmarks share: CKAN on fresh databases, a clock, and a judge."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import ckantoolkit as tk
from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app


@contextmanager
def portal() -> Iterator[None]:
    """CKAN's application of ``CKAN_INI``, pushed, with an organisation named ``bench``."""
    app = make_app(CKANConfigLoader(os.environ["CKAN_INI"]).get_config())
    with app._wsgi_app.test_request_context():  # noqa: SLF001 (CKAN's own commands do the same)
        if model.Group.get("bench") is None:  # benchmarks of one run share their databases
            tk.get_action("organization_create")(context(), {"name": "bench", "title": "Bench"})
        yield


def context() -> dict[str, object]:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {"user": user, "ignore_auth": True}


def make_dataset(name: str) -> str:
    """A public dataset; its id."""
    fields = {
        "name": name,
        "title": name,
        "notes": name,
        "owner_org": "bench",
        "subject": ["alimentacao"],
        "frequency": "daily",
        "maintainer_email": "dados@example.org",
    }
    return str(tk.get_action("package_create")(context(), fields)["id"])


class Stopwatch:
    """Seconds of a ``with`` block."""

    seconds = 0.0

    def __enter__(self) -> Stopwatch:
        self._start = time.perf_counter()
        return self

    def __exit__(self, *_error: object) -> None:
        self.seconds = time.perf_counter() - self._start


class Report:
    """Prints each figure beside its target, and remembers whether all were met."""

    def __init__(self) -> None:
        self.met = True

    def figure(
        self, name: str, value: float, unit: str, *, least: float | None = None, most: float | None = None
    ) -> None:
        target, good = "", True
        if least is not None:
            target, good = f"at least {least:g}", value >= least
        if most is not None:
            target, good = f"at most {most:g}", value <= most
        self.met &= good
        verdict = f"  (target: {target}: {'met' if good else 'MISSED'})" if target else ""
        print(f"{name:<62} {value:>12,.2f} {unit}{verdict}", flush=True)

    def close(self) -> None:
        raise SystemExit(0 if self.met else 1)
