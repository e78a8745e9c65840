"""Redis: queues of jobs and harvests, and caches. Nothing in it outlives a restart, nothing needs to."""

from __future__ import annotations

import socket

from stack.account import Account
from stack.credentials import Credentials
from stack.settings import LOOPBACK, Profile
from stack.supervise import Program

_PATIENCE = 24 * 60 * 60  # seconds


class Redis:
    """The Redis of one profile."""

    def __init__(self, profile: Profile, account: Account, credentials: Credentials) -> None:
        self._profile = profile
        self._account = account
        self._password = credentials.redis

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@{LOOPBACK}:{self._profile.ports.redis}/0"

    @property
    def patient_url(self) -> str:
        """The same for who waits long for the next message, as ckanext-harvest's consumers do.

        redis-py 8 gives up reading after 5 seconds by default, which ends an idle consumer and may lose the
        message that arrives just then.
        """
        return f"{self.url}?socket_timeout={_PATIENCE}&socket_connect_timeout=5"

    def prepare(self) -> Program:
        """Write its settings, and say how to run it."""
        settings = self._profile.root / "redis.conf"
        folder = self._account.make_folder(self._profile.root / "redis")
        self._account.write(settings, self._settings(str(folder)))
        return Program(
            name="redis",
            command=["redis-server", str(settings)],
            account=self._account,
            answers=self._answers,
            port=self._profile.ports.redis,
            foundation=True,
            reads=[settings],
        )

    def _settings(self, folder: str) -> str:
        lines = [
            f"bind {LOOPBACK}",
            f"port {self._profile.ports.redis}",
            f"requirepass {self._password}",
            f'dir "{folder}"',
            "databases 16",
            'save ""',
            "appendonly no",
            "maxmemory 128mb",
            "maxmemory-policy noeviction",  # a queue that drops entries loses work in silence
        ]
        return "\n".join([*lines, ""])

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self._profile.ports.redis), timeout=2) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answers:
                    return [answers.readline(), answers.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False
