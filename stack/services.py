"""The data services of one profile, and how CKAN finds them."""

from __future__ import annotations

from stack.account import Account
from stack.console import StackError
from stack.credentials import load_credentials
from stack.postgres import Postgres
from stack.redis import Redis
from stack.settings import Profile
from stack.solr import Solr
from stack.supervise import Program


class Services:
    """PostgreSQL, Redis and Solr of a profile."""

    def __init__(self, profile: Profile, account: Account, *, durable: bool) -> None:
        """`durable=False` is for data that is thrown away anyway."""
        # Services pass through these folders to their own, which nobody else can enter.
        for folder in (profile.home.root, profile.root):
            if not folder.exists():
                folder.mkdir(parents=True)
                folder.chmod(0o755)
        if not account.can("test", "-x", str(profile.root)):
            raise StackError(
                f"The account {account.name}, which runs the services, cannot enter {profile.root}: set "
                "PATIODIGITAL_HOME to a folder outside closed ones such as /root."
            )
        for folder in (profile.run, profile.logs):
            folder.mkdir(exist_ok=True, mode=0o700)
        self.credentials = load_credentials(profile)
        self.postgres = Postgres(profile, account, self.credentials, durable=durable)
        self.redis = Redis(profile, account, self.credentials)
        self.solr = Solr(profile, account)

    def prepare(self) -> tuple[Program, Program, Program]:
        """Write every configuration, and say how to run PostgreSQL, Redis and Solr."""
        return self.postgres.prepare(), self.redis.prepare(), self.solr.prepare()

    def environment(self) -> dict[str, str]:
        """The variables by which CKAN takes addresses and passwords from outside its configuration file."""
        return {
            "CKAN_SQLALCHEMY_URL": self.postgres.ckan_url,
            "CKAN_DATASTORE_WRITE_URL": self.postgres.write_url,
            "CKAN_DATASTORE_READ_URL": self.postgres.read_url,
            "CKAN_REDIS_URL": self.redis.url,
            "CKAN_SOLR_URL": self.solr.url,
        }
