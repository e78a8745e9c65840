"""One stage of a harvest in a process of its own, for a test that kills it: ``gather JOB`` or ``part OBJECT``."""

from __future__ import annotations

import os
import sys

from ckan.cli import load_config
from ckan.config.middleware import make_app
from ckanext.harvest import queue
from ckanext.harvest.model import HarvestJob, HarvestObject


def main() -> None:
    stage, identifier = sys.argv[1:]
    app = make_app(load_config(os.environ["CKAN_INI"]))
    with app._wsgi_app.test_request_context():
        harvester = queue.get_harvester("prato_aberto")
        if stage == "gather":
            queue.gather_stage(harvester, HarvestJob.get(identifier))
        else:
            queue.fetch_and_import_stages(harvester, HarvestObject.get(identifier))


if __name__ == "__main__":
    main()
