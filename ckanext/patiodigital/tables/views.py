"""Downloads of tables."""

from __future__ import annotations

from pathlib import Path

import ckantoolkit as tk
from flask import Blueprint, Response

from ckanext.patiodigital.tables import service
from ckanext.patiodigital.tables.core.formats import BY_EXTENSION
from ckanext.patiodigital.tables.sending import send

tables = Blueprint("patiodigital", __name__)


@tables.route("/dataset/<id>/resource/<resource_id>/table/<filename>")
def table_file(id: str, resource_id: str, filename: str) -> Response:  # noqa: A002 (CKAN's own name for it)
    """A table in one of its formats, or what its loads set aside, for whoever may see the resource."""
    try:
        resource = tk.get_action("resource_show")({}, {"id": resource_id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such table here."))
    form = BY_EXTENSION.get(Path(filename).suffix.removeprefix("."))
    if form is None or resource.get("url_type") != service.URL_TYPE or not resource["url"].endswith(f"/{filename}"):
        return tk.abort(404, tk._("There is no such table here."))
    # What only some may see is kept by no shared cache; CKAN says so of its pages, and of a file does not know.
    if tk.current_user.is_authenticated:
        tk.request.environ["__no_cache__"] = True
    try:
        answer = send(service.file_of(resource_id, form), form)
    except FileNotFoundError:
        return tk.abort(404, tk._("The file of this table is being written. Try again in a few minutes."))
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer
