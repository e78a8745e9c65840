"""Whole tables, as files that a job wrote for a version of the data."""

from __future__ import annotations

from flask import Response
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from ckanext.patiodigital.menus import service
from ckanext.patiodigital.menus.api.blueprint import api, no_arguments
from ckanext.patiodigital.problems import problem
from ckanext.patiodigital.tables import service as tables
from ckanext.patiodigital.tables.core.formats import BY_EXTENSION
from ckanext.patiodigital.tables.sending import send
from ckanext.patiodigital.tables.service import NoDataError

_TABLES = ", ".join((*service.REQUIRED, *service.OPTIONAL))


@api.get(f"/export/<any({_TABLES}):table>.<any({', '.join(BY_EXTENSION)}):extension>")
def export(table: str, extension: str) -> Response:
    """The file of a public table. Which table that is, is looked up at most once a second."""
    no_arguments()
    state = service.public().tables.get(table)
    if state is None:
        raise NoDataError(f"Not published yet: {table}.")
    form = BY_EXTENSION[extension]
    try:
        answer = send(tables.table_file_of(state.resource_id, form), form)
    except FileNotFoundError:
        raise NoDataError(f"The file of {table} is being written.") from None
    filename = f"{table}-{answer.last_modified:%Y-%m-%d}.{extension}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer


@api.errorhandler(RequestedRangeNotSatisfiable)
def _beyond_the_end(error: RequestedRangeNotSatisfiable) -> Response:
    detail = f"The file has {error.length} bytes; the part asked for begins after them."
    return problem(416, "Beyond the end", detail, {"Content-Range": f"bytes */{error.length}"})
