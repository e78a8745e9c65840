"""Fetches the published shapes and schemas again: ``python -m ckanext.patiodigital.dcat.refresh [REPOSITORY=REF …]``.

Without a reference, the newest of each repository. What does not parse is not taken. Look at the difference, run the
tests, and write the references into ``shapes/README.md``. ``dcat_ap/authority.ttl`` is an extract and stays as it is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import requests
from rdflib import Graph

_FOLDER = Path(__file__).parent / "shapes"
_ADDRESS = "https://raw.githubusercontent.com/{repository}/{ref}/{path}"
_AP, _BR, _GSA, _DOI = "SEMICeu/DCAT-AP", "dcat-br/dcat-br", "GSA/dcat-us3-tools", "DOI-DO/dcat-us"
#: Where each file comes from: repository and path in it.
SOURCES = {
    **{
        f"dcat_ap/{name}.ttl": (_AP, f"releases/3.0.1/html/shacl/{name}.ttl")
        for name in ("shapes", "range", "mdr-vocabularies.shape")
    },
    **{
        f"dcat_br/{name}.ttl": (_BR, f"docs/shacl/1.0/{name}.ttl")
        for name in ("shapes", "range", "shapes_recommended", "mdr-vocabularies.shape")
    },
    "dcat_us/gsa.ttl": (_GSA, "dcat-us3/dcat-us_3.0_shacl_shapes.ttl"),
    "dcat_us/doi-do.ttl": (_DOI, "shacl/dcat-us_3.0_shacl_shapes.ttl"),
}

Fetch = Callable[[str], bytes]


def refresh(fetch: Fetch, refs: Mapping[str, str], folder: Path = _FOLDER) -> list[str]:
    """Take each file anew; returns those that changed. ``refs`` by repository. Raises ValueError where one is no
    Turtle: then nothing was written.
    """
    found = {}
    for name, (repository, path) in SOURCES.items():
        address = _ADDRESS.format(repository=repository, ref=refs.get(repository, "HEAD"), path=path)
        body = fetch(address)
        if not _statements(body):
            raise ValueError(f"{address} holds no Turtle")
        found[name] = body
    changed = [name for name, body in found.items() if (folder / name).read_bytes() != body]
    for name in changed:
        (folder / name).write_bytes(found[name])
    return changed


def _statements(body: bytes) -> int:
    try:
        return len(Graph().parse(data=body, format="turtle"))
    except Exception:  # noqa: BLE001  rdflib's parser fails in any way on what is no Turtle
        return 0


def _download(address: str) -> bytes:
    answer = requests.get(address, timeout=30)
    answer.raise_for_status()
    return answer.content


if __name__ == "__main__":
    given = dict(argument.split("=", 1) for argument in sys.argv[1:])
    print("\n".join(refresh(_download, given)) or "Nothing changed.")
