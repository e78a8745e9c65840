"""CKAN with its workers, and the simulator of the department's systems, as programs of the portal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from stack.account import Account
from stack.probe import accepts, answers_http
from stack.services import Services
from stack.settings import CLONE, LOOPBACK, Profile
from stack.stamp import digest
from stack.supervise import Program

BASE_INI = CLONE / "stack" / "ckan.ini"
KEY_VARIABLE = "PRATO_ABERTO_KEY"
# A change in any of these restarts what runs our code.
_CODE = (CLONE / "ckanext", CLONE / "simulator", CLONE / "stack", CLONE / "setup.py", CLONE / "requirements")


def schema_version() -> str:
    """What the tables in the databases depend on, as one hash: versions, plugins, our migrations."""
    migrations = (CLONE / "ckanext").glob("**/migration")
    return digest([BASE_INI, CLONE / "requirements" / "constraints.txt", *sorted(migrations)])


class Application:
    """What runs our own code, all of it by one account."""

    def __init__(self, profile: Profile, services: Services, account: Account) -> None:
        self._profile = profile
        self._services = services
        self._account = account
        self.ini = profile.root / "ckan.ini"

    @property
    def url(self) -> str:
        """Where people find the portal."""
        return f"http://{LOOPBACK}:{self._profile.ports.web}"

    @property
    def source_url(self) -> str:
        """Where harvesters find the department's systems."""
        return f"http://{LOOPBACK}:{self._profile.ports.simulator}"

    @property
    def harvest_environment(self) -> dict[str, str]:
        """The key of the department's systems: never in a file that CKAN shows, nor in a command line."""
        return {KEY_VARIABLE: self._services.credentials.prato_aberto_key}

    def prepare(self, simulated: Sequence[str]) -> tuple[Program, Program, list[Program]]:
        """Write CKAN's settings; return the web application, the simulator and the workers.

        `simulated` are the simulator's arguments that say what it serves.
        """
        self._account.make_folder(self._profile.storage)
        self._account.write(self.ini, self._settings())
        ports, home = self._profile.ports, self._profile.home
        gunicorn = [home.program("gunicorn"), "--config", str(CLONE / "stack" / "gunicorn_conf.py")]
        simulator = [str(home.python), "-m", "simulator", "--port", str(ports.simulator)]
        ckan = [home.program("ckan"), "--config", str(self.ini)]
        consumer = {**self.harvest_environment, "CKAN_REDIS_URL": self._services.redis.patient_url}
        web = self._program("ckan", [*gunicorn, "--bind", f"{LOOPBACK}:{ports.ckan}", "stack.wsgi:application"])
        department = self._program(
            "simulator", [*simulator, "--key-env", KEY_VARIABLE, *simulated], self.harvest_environment
        )
        jobs = self._program("jobs", [*ckan, "jobs", "worker"])
        answers = partial(answers_http, ports.ckan, "/api/3/action/status_show")
        return (
            replace(web, port=ports.ckan, answers=answers),
            replace(department, port=ports.simulator, answers=partial(accepts, ports.simulator)),
            [
                self._program("harvest-gather", [*ckan, "harvester", "gather-consumer"], consumer),
                self._program("harvest-fetch", [*ckan, "harvester", "fetch-consumer"], consumer),
                self._program("harvest-clock", [str(home.python), "-m", "stack.harvest_clock"]),
                replace(jobs, forks=True),
                # Links of the ranking: a host that takes its time holds up nothing else.
                replace(self._program("links", [*ckan, "jobs", "worker", "links"]), forks=True),
            ],
        )

    def _program(
        self, name: str, command: Sequence[str], environment: Mapping[str, str] = MappingProxyType({})
    ) -> Program:
        common = {"CKAN_INI": str(self.ini), "PYTHONPATH": str(CLONE), "PYTHONUNBUFFERED": "1"}
        return Program(
            name=name,
            command=command,
            account=self._account,
            environment={**common, **environment},
            reads=[*_CODE, self.ini],
            directory=CLONE,
        )

    def _settings(self) -> str:
        settings = {
            "SECRET_KEY": self._services.credentials.secret_key,
            "ckan.site_url": self.url,
            "ckan.storage_path": self._profile.storage,
            "sqlalchemy.url": self._services.postgres.ckan_url,
            "ckan.datastore.write_url": self._services.postgres.write_url,
            "ckan.datastore.read_url": self._services.postgres.read_url,
            "ckan.redis.url": self._services.redis.url,
            "solr_url": self._services.solr.url,
        }
        lines = [f"{name} = {value}" for name, value in settings.items()]
        return "\n".join(
            [
                "# Written by `./portal up`: addresses and passwords. Other settings are in the file used.",
                "[app:main]",
                f"use = config:{BASE_INI}",
                *lines,
                "",
            ]
        )
