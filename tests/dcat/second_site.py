"""A second CKAN site, as a process: it harvests from the portal, and answers for what it then holds.

It reads questions from its standard input, a JSON object a line, and answers each by one.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from ckan import model
from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckan.lib.search import clear_all, commit
from ckan.plugins import toolkit
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject
from ckanext.harvest.tests.lib import run_harvest_job

INI = Path(__file__).with_suffix(".ini")


def act(action: str, **fields: Any) -> Any:
    """Call an action as the site's own user."""
    user = toolkit.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return toolkit.get_action(action)({"user": user}, fields)


def add_source(address: str, kind: str) -> str:
    """Add a harvest source of a type; its id."""
    name = f"source-{kind.replace('_', '-')}-{len(act('harvest_source_list'))}"
    fields = {"name": name, "title": name, "url": address, "source_type": kind, "owner_org": "federal"}
    return str(act("harvest_source_create", **fields)["id"])


def harvest(source: str) -> dict[str, Any]:
    """Harvest a source, and say what is held of it afterwards."""
    job = HarvestJob.get(act("harvest_job_create", source_id=source, run=False)["id"])
    results = run_harvest_job(job, queue.get_harvester(job.source.type))
    commit()
    errors = [each.message for each in job.gather_errors]
    errors += [error.message for result in results.values() for error in result["errors"]]
    current = model.Session.query(HarvestObject).filter_by(harvest_source_id=source, current=True)
    packages = [act("package_show", id=each.package_id) for each in current]
    return {"errors": errors, "packages": {each["title"]: each for each in packages if each["state"] == "active"}}


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what CKAN prints is no answer
    site = make_app(load_config(str(INI)))
    with site._wsgi_app.test_request_context():
        clear_all()
        if model.Group.get("federal") is None:
            act("organization_create", name="federal")
        for line in sys.stdin:
            question = json.loads(line)
            ask = {"add_source": add_source, "harvest": harvest}[question.pop("do")]
            answers.write(json.dumps(ask(**question)) + "\n")
            answers.flush()
