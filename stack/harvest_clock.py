"""What cron does elsewhere: every minute, `ckan harvester run`, and a renewal of the feeds for what no event told.

It creates scheduled jobs, marks finished ones and queues stuck ones again; without it a job stays "Running"
for ever. One process that stays loaded costs far less than starting CKAN every minute. Runs inside the
virtual environment; CKAN_INI names the settings. Any error ends it, and the supervisor starts it again.
"""

from __future__ import annotations

import time
from typing import cast

from ckan import model
from ckan.lib.jobs import enqueue as enqueue_job
from ckan.logic import get_action
from ckan.types import Context

from ckanext.patiodigital.dcat import renewal
from stack.wsgi import application

_INTERVAL = 60  # seconds


def main() -> None:
    """Run until killed."""
    while True:
        with application.app_context():
            user = get_action("get_site_user")({"ignore_auth": True}, {})
            # ckanext-harvest still takes the model and the session from the context.
            context = cast(Context, {"model": model, "session": model.Session, "user": user["name"]})
            get_action("harvest_jobs_run")(context, {})
            enqueue_job(renewal.job, title="Renew the feeds", rq_kwargs={"timeout": 3_600})
            # Ends the transaction, or the next round would still see this minute's data.
            model.Session.remove()
        time.sleep(_INTERVAL)


if __name__ == "__main__":
    main()
