"""PostgreSQL: a cluster of its own for each profile, with the roles and databases that CKAN needs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from stack.account import Account
from stack.console import StackError
from stack.credentials import Credentials
from stack.settings import LOOPBACK, Profile
from stack.supervise import Program

_SUPERUSER = "postgres"
_DATABASES = ("ckan", "datastore")
_DEBIAN = Path("/usr/lib/postgresql")


def bin_folder(data: Path | None = None) -> Path | None:
    """The folder of PostgreSQL's programs: of the version that made `data`, else the newest; None without."""
    made_by = data / "PG_VERSION" if data else None
    if made_by and made_by.exists() and _DEBIAN.exists():
        wanted = _DEBIAN / made_by.read_text(encoding="ascii").strip() / "bin"
        if not (wanted / "postgres").exists():
            raise StackError(
                f"The data in {data} was made by PostgreSQL {wanted.parent.name}, which is not installed. "
                "Install it and dump the databases, or throw the data away with `./portal reset`."
            )
        return wanted
    versions = sorted(_DEBIAN.glob("*/bin/postgres"), key=lambda path: float(path.parent.parent.name))
    if versions:
        return versions[-1].parent
    found = shutil.which("postgres")
    return Path(found).parent if found else None


class Postgres:
    """The cluster of one profile."""

    def __init__(self, profile: Profile, account: Account, credentials: Credentials, *, durable: bool) -> None:
        """`durable=False` trades crash safety for speed, where the data is thrown away anyway."""
        self._profile = profile
        self._account = account
        self._credentials = credentials
        self._durable = durable
        self._data = profile.root / "postgres"
        programs = bin_folder(self._data)
        if programs is None:
            raise StackError("PostgreSQL is not installed: apt-get install postgresql.")
        self._bin = programs

    def _url(self, role: str, password: str, database: str) -> str:
        """A connection URL as SQLAlchemy and libpq read it."""
        return f"postgresql://{role}:{password}@{LOOPBACK}:{self._profile.ports.postgres}/{database}"

    @property
    def ckan_url(self) -> str:
        return self._url("ckan", self._credentials.ckan_database, "ckan")

    @property
    def write_url(self) -> str:
        return self._url("datastore_write", self._credentials.datastore_write, "datastore")

    @property
    def read_url(self) -> str:
        return self._url("datastore_read", self._credentials.datastore_read, "datastore")

    def prepare(self) -> Program:
        """Make the cluster if there is none, write its settings, and say how to run it."""
        if not (self._data / "PG_VERSION").exists():
            self._init()
        settings = self._profile.root / "postgres.conf"
        self._account.write(settings, self._settings())
        return Program(
            name="postgres",
            command=[str(self._bin / "postgres"), "-D", str(self._data), "-c", f"config_file={settings}"],
            account=self._account,
            answers=self._answers,
            port=self._profile.ports.postgres,
            foundation=True,
            reads=[settings],
            signal="INT",  # "fast": ends sessions; TERM would wait for them
        )

    def create_databases(self) -> None:
        """Make roles and databases that do not exist, and set the passwords of all."""
        self.run_sql(
            """
            SELECT format('CREATE ROLE %I LOGIN', role)
            FROM unnest(ARRAY['ckan', 'datastore_write', 'datastore_read']) AS role
            WHERE role NOT IN (SELECT rolname FROM pg_roles) \\gexec
            ALTER ROLE ckan PASSWORD :'ckan_database';
            ALTER ROLE datastore_write PASSWORD :'datastore_write';
            ALTER ROLE datastore_read PASSWORD :'datastore_read';
            -- Titles sort as Portuguese readers expect; the tables of the DataStore sort by byte, which is
            -- fast and the same on every machine.
            SELECT 'CREATE DATABASE ckan OWNER ckan TEMPLATE template0'
                ' LOCALE_PROVIDER icu ICU_LOCALE ''pt-BR'''
            WHERE 'ckan' NOT IN (SELECT datname FROM pg_database) \\gexec
            SELECT 'CREATE DATABASE datastore OWNER datastore_write'
            WHERE 'datastore' NOT IN (SELECT datname FROM pg_database) \\gexec
            REVOKE CONNECT ON DATABASE ckan, datastore FROM PUBLIC;
            GRANT CONNECT ON DATABASE datastore TO datastore_read;
            """,
            values=asdict(self._credentials),
        )

    def drop_databases(self) -> None:
        """Throw both databases away, with whoever is connected."""
        for name in _DATABASES:
            self.run_sql('DROP DATABASE IF EXISTS :"name" WITH (FORCE);', values={"name": name})

    def take_snapshot(self, version: str) -> None:
        """Keep a copy of both databases as they are, under a version; the one kept before goes."""
        for name in _DATABASES:
            self.run_sql(
                """
                DROP DATABASE IF EXISTS :"copy";
                CREATE DATABASE :"copy" TEMPLATE :"name";
                """,
                values={"name": name, "copy": f"{name}_snapshot"},
            )
            self.mark(f"{name}_snapshot", version)

    def restore_snapshot(self, version: str) -> bool:
        """Put the copies of this version in the place of both databases; False when there are none."""
        if any(self.version(f"{name}_snapshot") != version for name in _DATABASES):
            return False
        self.drop_databases()
        self.run_sql(
            """
            CREATE DATABASE ckan OWNER ckan TEMPLATE ckan_snapshot;
            CREATE DATABASE datastore OWNER datastore_write TEMPLATE datastore_snapshot;
            """
        )
        return True

    def copy_snapshots(self, suffix: str) -> None:
        """Put other copies of both databases' snapshots beside them, as ``ckan{suffix}`` and ``datastore{suffix}``;
        what these held goes.
        """
        self.run_sql(
            """
            DROP DATABASE IF EXISTS :"ckan" WITH (FORCE);
            DROP DATABASE IF EXISTS :"datastore" WITH (FORCE);
            CREATE DATABASE :"ckan" OWNER ckan TEMPLATE ckan_snapshot;
            CREATE DATABASE :"datastore" OWNER datastore_write TEMPLATE datastore_snapshot;
            REVOKE CONNECT ON DATABASE :"ckan", :"datastore" FROM PUBLIC;
            GRANT CONNECT ON DATABASE :"datastore" TO datastore_read;
            """,
            values={"ckan": f"ckan{suffix}", "datastore": f"datastore{suffix}"},
        )

    def version(self, database: str) -> str:
        """The mark that a database carries; empty without mark or database."""
        return self.run_sql(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = :'name';",
            values={"name": database},
        ).strip()

    def mark(self, database: str, version: str) -> None:
        """Leave a mark on a database; it goes when the database goes."""
        self.run_sql("COMMENT ON DATABASE :\"name\" IS :'version';", values={"name": database, "version": version})

    def run_sql(self, script: str, *, database: str = "postgres", values: Mapping[str, str] | None = None) -> str:
        """Run a psql script as superuser and return what it printed, unaligned and without headers.

        `values` are psql variables: `:'name'` in the script is a literal, `:"name"` an identifier. Raises
        StackError with PostgreSQL's message. Failed statements stay out of the server's log, since some of
        them carry passwords.
        """
        head = ["SET log_min_error_statement = panic;", "SET client_min_messages = warning;"]
        head += [f"\\set {name} {_quoted(value)}" for name, value in (values or {}).items()]
        command = [str(self._bin / "psql"), "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]
        done = subprocess.run(
            [*command, "--set", "ON_ERROR_STOP=1", "--file", "-"],
            input="\n".join([*head, script]),
            env={
                **os.environ,
                "PGHOST": LOOPBACK,
                "PGPORT": str(self._profile.ports.postgres),
                "PGUSER": _SUPERUSER,
                "PGPASSWORD": self._credentials.postgres,
                "PGDATABASE": database,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise StackError(f"PostgreSQL refused a statement: {done.stderr.strip()}")
        return done.stdout

    def _init(self) -> None:
        self._account.make_folder(self._data)
        password_file = self._profile.root / "initial-password"
        self._account.write(password_file, self._credentials.postgres)
        command = [str(self._bin / "initdb"), "--pgdata", str(self._data), "--pwfile", str(password_file)]
        options = [f"--username={_SUPERUSER}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]
        done = subprocess.run(
            [*command, *options, *([] if self._durable else ["--no-sync"])],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            **self._account.spawn_options(),
        )
        password_file.unlink()
        if done.returncode != 0:
            shutil.rmtree(self._data)
            raise StackError(f"initdb failed: {done.stderr.strip()}")

    def _settings(self) -> str:
        settings = {
            "hba_file": f"'{self._data}/pg_hba.conf'",
            "ident_file": f"'{self._data}/pg_ident.conf'",
            "listen_addresses": f"'{LOOPBACK}'",
            "port": self._profile.ports.postgres,
            "unix_socket_directories": "''",
            # 3 web workers and 5 background processes, each with three pools of at most 4 (stack/ckan.ini).
            "max_connections": 120,
            "shared_buffers": "256MB",
            "work_mem": "16MB",
            "maintenance_work_mem": "128MB",
            "max_wal_size": "2GB",
            "random_page_cost": 1.1,
            "jit": "off",  # compiling costs more than it saves on queries this short
            # Stems must be the same as in ckan.datastore.default_fts_lang, or words never meet.
            "default_text_search_config": "'pg_catalog.portuguese'",
            "timezone": "'UTC'",
            "log_timezone": "'UTC'",
            "log_line_prefix": "'%m [%p] %q%u@%d '",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return "".join(f"{name} = {value}\n" for name, value in settings.items())

    def _answers(self) -> bool:
        command = [str(self._bin / "pg_isready"), "--quiet", "--host", LOOPBACK]
        done = subprocess.run([*command, "--port", str(self._profile.ports.postgres)], check=False)
        return done.returncode == 0


def _quoted(value: str) -> str:
    """A value as psql's \\set reads it."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
