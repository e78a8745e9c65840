"""What the user chose at `portal up`: kept, so that the next `up` needs no options."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from stack.account import current_account
from stack.console import StackError
from stack.settings import DEFAULT_PORT

DEFAULT_SCHOOLS = 3233  # as many as the department really has


@dataclass(frozen=True)
class Choices:
    """Port, and what the simulated department serves: so many generated schools, or records from a file."""

    port: int = DEFAULT_PORT
    schools: int = DEFAULT_SCHOOLS
    real_sha256: str | None = None

    def save(self, folder: Path) -> None:
        """Keep them in the profile's folder."""
        current_account().write(folder / "choices.json", json.dumps(asdict(self), indent=2))


def load_choices(folder: Path) -> Choices | None:
    """What was chosen before; None when nothing was set up yet."""
    path = folder / "choices.json"
    return Choices(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def read_records(path: Path) -> str:
    """The text of a file of school records. Raises StackError when it cannot be read or is no JSON."""
    try:
        text = path.read_text(encoding="utf-8")
        json.loads(text)
    except OSError as error:
        raise StackError(f"--real {path}: {error.strerror}.") from error
    except ValueError as error:
        raise StackError(f"--real {path} is not JSON in UTF-8: {error}.") from error
    return text


def choose(before: Choices | None, *, port: int | None, schools: int | None, records: str | None) -> Choices:
    """Join the options given with what was chosen before; `records` is the text of a file of school records.

    Raises StackError when they ask for other schools than the portal already holds: a harvest from another
    set of schools would rightly be refused, since nearly all that was published would vanish.
    """
    real_sha256 = hashlib.sha256(records.encode()).hexdigest() if records is not None else None
    if before is None:
        return Choices(port or DEFAULT_PORT, schools or DEFAULT_SCHOOLS, real_sha256)
    if (real_sha256 or before.real_sha256) != before.real_sha256 or (
        schools or before.schools
    ) != before.schools:
        held = (
            "real school records from a file" if before.real_sha256 else f"{before.schools} generated schools"
        )
        raise StackError(
            f"This portal was set up with {held}. To change that, throw its data away with `./portal reset` "
            "first, or set PATIODIGITAL_HOME to another folder for a second portal."
        )
    return Choices(port or before.port, before.schools, before.real_sha256)
