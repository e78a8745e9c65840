"""The portal that people look at: what `up`, `down`, `status`, `password` and `reset` do."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import replace

from stack.account import Account, code_account
from stack.application import KEY_VARIABLE, Application, schema_version
from stack.choices import Choices
from stack.ckan import Ckan
from stack.console import StackError, say, step
from stack.nginx import Nginx
from stack.services import Services
from stack.settings import CLONE, Home, Ports, Profile
from stack.stamp import Stamp, digest
from stack.supervise import Supervisor, log_end

ADMIN = "admin"
_ADMIN_EMAIL = "admin@patiodigital.invalid"


class Portal:
    """The `portal` profile."""

    def __init__(self, home: Home, service: Account, choices: Choices) -> None:
        self.profile = Profile("portal", home, Ports(choices.port))
        self.supervisor = Supervisor(self.profile)
        self._choices = choices
        self._service = service
        self._code = code_account(home, service)
        self._services = Services(self.profile, service, durable=True)
        self._application = Application(self.profile, self._services, self._code)
        self._nginx = Nginx(self.profile, service)
        self._records = self.profile.root / "schools.json"
        self.ckan = Ckan(home, self._application.ini, self._code, self._application.harvest_environment)

    def up(self, records: str | None) -> None:
        """Start what does not run, bring tables and data up to date, and say where things are.

        `records` is the text of a file of school records for the simulator, when one was given.
        """
        if self._code != self._service:
            say(
                f"Warning: the account {self._service.name} cannot read {CLONE} or run its Python, so CKAN "
                f"runs as {self._code.name}. A clone under /opt or /srv runs with fewer rights."
            )
        # First of all, so that `down` and `logs` find what follows, however far it gets.
        self._choices.save(self.profile.root)
        if records is not None:
            self._code.write(self._records, records)
        services = self._services.prepare()
        ckan, simulator, workers = self._application.prepare(self._simulated())
        nginx = self._nginx.prepare()
        self.supervisor.apply([*services, simulator, ckan, nginx, *workers])
        with step("Starting PostgreSQL, Redis and Solr"):
            self.supervisor.launch(services)
            self.supervisor.wait(services)
        self._make_ready()
        with step("Starting CKAN and the simulator"):
            self.supervisor.launch([ckan, simulator])
            self.supervisor.wait([simulator, ckan])
            self.supervisor.launch([nginx, *workers])
            self.supervisor.wait([nginx])
        password = self._make_admin()
        try:
            self._repair()
            self._seed()
        finally:
            # Also when the harvest failed: the password is told only now.
            self._tell(password)

    def down(self) -> None:
        """Stop everything."""
        with step("Stopping the portal"):
            self.supervisor.shut_down()

    def set_password(self) -> str:
        """Give the administrator a new random password and return it."""
        if not self.supervisor.is_running():
            raise StackError("The portal is down; `./portal up` starts it.")
        password = _random_password()
        self.ckan.run("user", "setpass", ADMIN, answers=f"{password}\n{password}\n")
        return password

    def reset(self) -> None:
        """Stop everything and delete data, passwords and logs. Installed programs stay."""
        self.down()
        with step(f"Deleting {self.profile.root}"):
            shutil.rmtree(self.profile.root)

    def status(self) -> int:
        """Print how each service and the latest harvest of each source fares.

        Returns 0 when all run, 1 when some do not, 3 when the portal is down.
        """
        states = self.supervisor.states()
        if not states:
            say("The portal is down; `./portal up` starts it.")
            return 3
        print(f"{self._application.url}")
        for name, state in states.items():
            print(f"  {name:<15} {state['statename']:<9} {state['description']}")
        # CKAN is started once its tables are there.
        if all(states[name]["statename"] == "RUNNING" for name in ("postgres", "ckan")):
            for line in self._harvests():
                print(f"  {line}")
        return int(any(state["statename"] != "RUNNING" for state in states.values()))

    def _simulated(self) -> Sequence[str]:
        if self._choices.real_sha256:
            return ["--seed", "1", "--real", str(self._records)]
        return ["--seed", "1", "--schools", str(self._choices.schools)]

    def _make_ready(self) -> None:
        """Make databases, tables, assets and index, or bring them up to date."""
        postgres = self._services.postgres
        postgres.create_databases()
        version = schema_version()
        if postgres.version("ckan") != version:
            with step("Making tables and permissions"):
                self.ckan.migrate(postgres)
                postgres.mark("ckan", version)
        self._build_assets()
        self._index()

    def _make_admin(self) -> str | None:
        """Make the administrator if there is none, and return the password."""
        found = self._services.postgres.run_sql(
            "SELECT 1 FROM \"user\" WHERE name = :'name';", database="ckan", values={"name": ADMIN}
        )
        if found:
            return None
        password = _random_password()
        with step("Making the administrator"):
            answers = f"y\n{password}\n{password}\n"
            self.ckan.run("sysadmin", "add", ADMIN, f"email={_ADMIN_EMAIL}", answers=answers)
        return password

    def _build_assets(self) -> None:
        """Build them before anything is served: fresh workers race for it, and the loser answers 500."""
        extension = CLONE / "ckanext" / "patiodigital"
        stamp = Stamp(self.profile.root / "assets.stamp")
        wanted = digest([extension / "assets", extension / "public"], schema_version())
        if not stamp.matches(wanted):
            with step("Building scripts and style sheets"):
                self.ckan.run("asset", "build")
            stamp.set(wanted)

    def _index(self) -> None:
        stamp = Stamp(self.profile.root / "index.stamp")
        wanted = digest([self._services.solr.schema])
        if not stamp.matches(wanted):
            with step("Building the search index"):
                self.ckan.run("search-index", "rebuild")
            stamp.set(wanted)

    def _repair(self) -> None:
        """After an upgrade, make what the older version did not: other downloads, columns of other schemas."""
        extension = CLONE / "ckanext" / "patiodigital"
        stamp = Stamp(self.profile.root / "repair.stamp")
        wanted = digest([extension / "schemas", extension / "tables"])
        if stamp.matches(wanted):
            return
        if self._choices.harvested:
            with step("Bringing tables and downloads up to date"):
                if not self._mended():
                    # The portal serves all the same, and the next `up` tries again.
                    say("Not all could be brought up to date: `ckan patiodigital doctor` says what to do.")
                    return
        stamp.set(wanted)

    def _mended(self) -> bool:
        """Whether all is well after a repair, or after another one: the first finds workers that are still starting."""
        for _ in range(2):
            try:
                self.ckan.run("patiodigital", "doctor", "--repair")
            except StackError:
                continue
            return True
        return False

    def _seed(self) -> None:
        """Have the extension create its organisation and harvest source, and wait for the current month."""
        stamp = Stamp(self.profile.root / "seed.stamp")
        wanted = self._application.source_url
        if stamp.matches(wanted):
            return
        replace(self._choices, harvested=True).save(self.profile.root)
        log = self.profile.logs / "seed.log"
        with step("Creating the organisation and harvesting the current month"):
            source = ["--source-url", wanted, "--key-env", KEY_VARIABLE]
            code = self.ckan.show(["patiodigital", "seed", *source, "--wait", "current-month"], log)
        if code != 0:
            raise StackError(f"The first harvest failed; `./portal up` tries again. {log_end(log)}")
        stamp.set(wanted)

    def _harvests(self) -> list[str]:
        """One line for the latest harvest of each source."""
        rows = self._services.postgres.run_sql(
            """
            SELECT DISTINCT ON (source.id) format(
                'harvest of %s: %s, %s of %s parts done, %s with errors', source.title, lower(job.status),
                count(part.id) FILTER (WHERE part.state = 'COMPLETE'), count(part.id),
                count(part.id) FILTER (WHERE part.state = 'ERROR'))
            FROM harvest_source AS source
            JOIN harvest_job AS job ON job.source_id = source.id
            LEFT JOIN harvest_object AS part ON part.harvest_job_id = job.id
            WHERE source.active
            GROUP BY source.id, job.id
            ORDER BY source.id, job.created DESC;
            """,
            database="ckan",
        )
        return rows.splitlines()

    def _tell(self, password: str | None) -> None:
        url = self._application.url
        say("The portal is up")
        for path, what in {
            "": "the portal",
            "/cardapio": "school menus",
            "/user/login": "for editors",
        }.items():
            print(f"  {url + path:<36} {what}")
        if password:
            print(f"  User {ADMIN}, password {password} (shown once; `./portal password` makes a new one)")


def _random_password() -> str:
    return secrets.token_urlsafe(15)
