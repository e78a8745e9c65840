"""The pages of a source's runs, for who may edit the source."""

from __future__ import annotations

from typing import Any

import ckantoolkit as tk
from ckan import model
from ckanext.harvest.model import HarvestSource
from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from ckanext.patiodigital.forms import own_form
from ckanext.patiodigital.harvesters import service, wording
from ckanext.patiodigital.harvesters.service import HarvestError

harvests = Blueprint("patiodigital_harvests", __name__, url_prefix="/harvest/<id>/leituras")

#: Runs on a source's page.
RUNS_LISTED = 20


@harvests.before_request
def editors_only() -> Response | None:
    """Send strangers to the log-in, and other users away."""
    tk.g.dataset_type = "harvest"  # which ckanext-harvest's templates build their addresses of
    try:
        tk.check_access("patiodigital_harvest_accept", {}, {"id": (request.view_args or {})["id"]})
    except tk.NotAuthorized as error:
        if tk.current_user.is_anonymous and request.method == "GET":
            return redirect(tk.url_for("user.login", next=request.path))
        return tk.abort(403, str(error))
    return None


@harvests.errorhandler(HarvestError)
def not_there(error: HarvestError) -> tuple[str, int]:
    """The source is none of ours, or the run is not there any more."""
    return tk.render("error_document_template.html", {"code": 404, "content": str(error)}), 404


@harvests.get("")
def source(id: str) -> str:  # noqa: A002 (CKAN's own name for it)
    """How a source stands, what waits for a decision, and its newest runs."""
    found, _ = service.find(id)
    standing = service.standing(found)
    return _render("readings.html", found, standing=standing, runs=service.runs(found.id, RUNS_LISTED))


@harvests.get("/<run_id>")
def run(id: str, run_id: str) -> str:  # noqa: A002
    """What one run did to each partition."""
    found, _ = service.find(id)
    return _render("reading.html", found, run=service.run(found.id, run_id))


@harvests.post("/aceitar")
@own_form
def accept(id: str) -> Response:  # noqa: A002
    """Publish a load that was refused."""
    fields = {name: request.form.get(name, "") for name in ("part", "reason")}
    try:
        tk.get_action("patiodigital_harvest_accept")({}, {"id": id, **fields})
    except tk.ValidationError as error:
        tk.h.flash_error(" ".join(f"{name}: {fault}" for name, fault in error.error_summary.items()))
    else:
        tk.h.flash_success(tk._("{part} was published.").format(part=wording.part_title(fields["part"])))
    return redirect(tk.url_for("patiodigital_harvests.source", id=id), 303)


def _render(template: str, found: HarvestSource, **values: Any) -> str:
    # ckanext-harvest still takes the model and the session from the context.
    context = {"model": model, "session": model.Session}
    shown = tk.get_action("harvest_source_show")(context, {"id": found.id})
    set_aside = service.set_aside_resources(found.id)
    return tk.render(template, {"harvest_source": shown, "wording": wording, "set_aside": set_aside, **values})
