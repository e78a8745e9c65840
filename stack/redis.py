"""Redis: queues of jobs and harvests, and caches. Nothing in it outlives a restart, nothing needs to."""

from __future__ import annotations

import socket

from stack.account import Account
from stack.credentials import Credentials
from stack.settings import Profile
from stack.supervise import Program


class Redis:
    """The Redis of one profile."""

    def __init__(self, profile: Profile, account: Account, credentials: Credentials) -> None:
        self._profile = profile
        self._account = account
        self._password = credentials.redis

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self._profile.ports.redis}/0"

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
            reads=[settings],
        )

    def _settings(self, folder: str) -> str:
        lines = [
            "bind 127.0.0.1",
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
            with socket.create_connection(("127.0.0.1", self._profile.ports.redis), timeout=2) as connection:
                connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answers:
                    return [answers.readline(), answers.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False
