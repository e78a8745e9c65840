"""How parts of runs ended, kept beside ckanext-harvest's own objects; they go when its history is cleared."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import NamedTuple

from ckan import model
from ckanext.harvest.model import HarvestObject, HarvestObjectExtra

from ckanext.patiodigital.harvesters.core.outcome import Outcome, State

#: The key of the harvest object's extra that holds its outcome as JSON.
EXTRA = "patiodigital_outcome"


class Kept(NamedTuple):
    """An outcome, and for a refused one the fingerprint of what was refused."""

    outcome: Outcome
    content: str


def keep(harvest_object: HarvestObject, outcome: Outcome, content: str = "") -> None:
    """Keep an object's outcome, in the place of one from an earlier try."""
    value = json.dumps(asdict(outcome) | {"content": content}, ensure_ascii=False)
    # Changed in place: a deleted one would still hang on the object, and the next save of that would fail.
    for extra in harvest_object.extras:
        if extra.key == EXTRA:
            extra.value = value
            break
    else:
        model.Session.add(HarvestObjectExtra(object=harvest_object, key=EXTRA, value=value))
    model.Session.commit()


def parsed(value: str) -> Kept:
    """What :func:`keep` wrote into an extra."""
    raw = json.loads(value)
    content = raw.pop("content")
    return Kept(Outcome(**raw | {"state": State(raw["state"])}), content)


def kept(harvest_object: HarvestObject) -> Kept | None:
    """What was kept of an object; None where it was not tried yet."""
    return next((parsed(extra.value) for extra in harvest_object.extras if extra.key == EXTRA), None)


def outcome_of(harvest_object: HarvestObject) -> Outcome | None:
    """How a part ended; None where it was not tried yet."""
    found = kept(harvest_object)
    return found.outcome if found else None
