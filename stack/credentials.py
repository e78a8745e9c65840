"""Passwords and keys of one profile: made at random once, kept in one file that only its owner reads."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, fields

from stack.account import current_account
from stack.settings import Profile


@dataclass(frozen=True)
class Credentials:
    """Everything secret that services share. URL-safe, so that they fit into connection URLs as they are."""

    postgres: str
    ckan_database: str
    datastore_write: str
    datastore_read: str
    redis: str
    secret_key: str
    prato_aberto_key: str


def load_credentials(profile: Profile) -> Credentials:
    """Read the profile's credentials; make those that are missing."""
    path = profile.root / "credentials.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    credentials = Credentials(**{f.name: known.get(f.name) or secrets.token_urlsafe(32) for f in fields(Credentials)})
    if asdict(credentials) != known:
        current_account().write(path, json.dumps(asdict(credentials), indent=2))
    return credentials
