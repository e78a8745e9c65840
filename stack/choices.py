"""What the user chose at `portal up`: kept, so that the next `up` needs no options."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from stack.account import current_account
from stack.console import StackError
from stack.settings import DEFAULT_PORT

DEFAULT_SCHOOLS = 3233  # as many as the department really has


@dataclass(frozen=True)
class Choices:
    """Port, and what the simulated department serves: so many generated schools, or records from a file.

    Once `harvested`, what is served must stay: a harvest from another set of schools would rightly be refused,
    since nearly all that was published would vanish.
    """

    port: int = DEFAULT_PORT
    schools: int = DEFAULT_SCHOOLS
    real_sha256: str | None = None
    harvested: bool = False

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

    Raises StackError when they ask for other schools than those that were harvested.
    """
    before = before or Choices()
    if records is not None:
        served = replace(before, real_sha256=hashlib.sha256(records.encode()).hexdigest())
    elif schools is not None:
        served = replace(before, schools=schools, real_sha256=None)
    else:
        served = before
    if before.harvested and served != before:
        held = "real school records" if before.real_sha256 else f"{before.schools} generated schools"
        raise StackError(
            f"This portal was set up with {held}. To change that, throw its data away with `./portal reset` "
            "first, or set PATIODIGITAL_HOME to another folder for a second portal."
        )
    return replace(served, port=port or before.port)
