"""What a family's device keeps and installs: the service worker, the list of schools that it can search, the page that
it shows where nothing is saved, and the manifest of the home screen's app.

Each language has its own worker, at ``{language}/cardapio/sw.js``, for the pages below ``{language}/cardapio`` and no
others of the portal.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import ckantoolkit as tk
import msgspec
from flask import Response
from markupsafe import escape

from ckanext.patiodigital.edge.core.route import PublicRoute, Version
from ckanext.patiodigital.menus import config, service
from ckanext.patiodigital.menus.core.queries import SchoolsQuery
from ckanext.patiodigital.menus.place import render
from ckanext.patiodigital.menus.views import menus
from ckanext.patiodigital.school_names.display import display_name

WORKER_PATH = "/cardapio/sw.js"
_WORKERS = Path(__file__).parent / "worker"
_PUBLIC = Path(__file__).parent.parent / "public"
#: Of the public files, CKAN's own pages wear this one alone.
_NOT_KEPT = {"portal.css"}
#: As in tokens.css, which a manifest can't refer to.
_PAPER, _BAND = "#fbf6ef", "#872b12"


def public_route() -> PublicRoute:
    """The worker's own rules: it answers, and changes, whatever the state of the data is."""
    return PublicRoute(WORKER_PATH, lambda: Version(f"worker {config.offline()}"), params=frozenset())


@menus.get(WORKER_PATH)
def worker() -> Response:
    """The service worker, or where it is switched off the one that takes itself away."""
    if not config.offline():
        return _script(_source("switched_off"))
    source = _source("worker")
    stand_in = tk.url_for("patiodigital_menus.stand_in")
    shell = [tk.h.url_for_static(f"/{file.relative_to(_PUBLIC).as_posix()}") for file in _shell_files()]
    settings = {
        "scope": _scope(),
        "version": _version(source, _stand_in_page()),
        "shell": [*shell, stand_in],
        "standIn": stand_in,
        "language": tk.h.unix_locale_to_bcp47(tk.h.lang()),
        "note": escape(tk._("Saved on this device {when}. The portal can't be reached now: it may have changed.")),
    }
    return _script(f"const CONFIG = {json.dumps(settings)};\n{source}")


def _script(source: str) -> Response:
    # A worker serves what lies beside it: its own folder ends with a slash, and the search page's address does not.
    return Response(source, 200, {"Content-Type": "text/javascript", "Service-Worker-Allowed": _scope()})


def _scope() -> str:
    return str(tk.url_for("patiodigital_menus.search"))


def _source(name: str) -> str:
    return (_WORKERS / f"{name}.js").read_text(encoding="utf-8")


def _shell_files() -> list[Path]:
    files = (_PUBLIC / "patiodigital").iterdir()
    return sorted(file for file in files if file.suffix in {".css", ".js", ".svg"} and file.name not in _NOT_KEPT)


def _version(source: str, stand_in_html: str) -> str:
    """The release, and a digest of all that the worker keeps from the beginning."""
    digest = hashlib.sha256(source.encode() + stand_in_html.encode())
    for file in _shell_files():
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return f"{version('ckanext-patiodigital')}-{digest.hexdigest()[:12]}"


@menus.get("/cardapio/offline")
def stand_in() -> Response:
    """The page that stands in, without a connection, for one that isn't saved."""
    return Response(_stand_in_page())


def _stand_in_page() -> str:
    return str(render("menus/offline.html", search_url=_scope()).get_data(as_text=True))


class SavedSchools(msgspec.Struct, frozen=True):
    """The list that is searched without a connection: code, name and neighbourhood of each active school."""

    schools: list[tuple[str, str, str | None]]


@menus.get("/cardapio/escolas.json")
def schools_list() -> Response:
    """All active schools in a form that a phone can keep."""
    index = service.public().schools
    found = index.find(SchoolsQuery(limit=len(index) or 1)).items
    answer = SavedSchools(
        [(school.eol, school.name, school.neighbourhood and display_name(school.neighbourhood)) for school, _ in found]
    )
    return Response(msgspec.json.encode(answer), 200, {"Content-Type": "application/json"})


@menus.get("/cardapio/manifest.webmanifest")
def manifest() -> Response:
    """What the home screen's app is called and opens on, in the language of the address."""
    icon = {"src": tk.h.url_for_static("/patiodigital/app-icon.svg"), "type": "image/svg+xml", "sizes": "any"}
    description = tk._("What is planned for each meal at each municipal school: today, tomorrow and any other day.")
    answer = {
        "id": _scope(),
        "name": tk._("School menus"),
        "short_name": tk._("Menus"),
        "description": description,
        "lang": tk.h.unix_locale_to_bcp47(tk.h.lang()),
        "start_url": _scope(),
        "scope": _scope(),
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _BAND,
        "icons": [icon | {"purpose": purpose} for purpose in ("any", "maskable")],
    }
    return Response(json.dumps(answer, ensure_ascii=False), 200, {"Content-Type": "application/manifest+json"})


@menus.get("/cardapio/alergias")
def allergies() -> Response:
    """Where a family ticks its allergies, which its browser alone gets to know."""
    return render("menus/allergies.html", search_url=_scope())
