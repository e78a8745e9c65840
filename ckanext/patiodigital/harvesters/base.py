"""What every harvester of tables shares: the three stages of ckanext-harvest, kept honest.

*gather* makes one harvest object a partition, and reads nothing; *fetch* asks the source conditionally and
spools its pages; *import* maps, validates and publishes them. Each stage can be killed and run again. No
exception leaves one: ckanext-harvest would lose it, and its consumer would die.
"""

from __future__ import annotations

import json
import logging
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckanext.harvest.harvesters.base import HarvesterBase
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestObjectExtra, HarvestSource

from ckanext.patiodigital import clock, config
from ckanext.patiodigital.harvesters.core.outcome import Outcome, State
from ckanext.patiodigital.harvesters.core.plan import Part, part_of
from ckanext.patiodigital.harvesters.dataset import ensure_dataset, package_id_of, refresh_dataset
from ckanext.patiodigital.harvesters.heartbeat import beating
from ckanext.patiodigital.harvesters.http import SourceError
from ckanext.patiodigital.harvesters.spool import Spool
from ckanext.patiodigital.tables import service, sources
from ckanext.patiodigital.tables.core.load import LoadOutcome, LoadStatus
from ckanext.patiodigital.tables.service import Mapped, NoDataError

log = logging.getLogger(__name__)

#: The key of the harvest object's extra that holds its outcome as JSON.
OUTCOME_EXTRA = "patiodigital_outcome"


def spool_of(source_id: str, part: Part) -> Spool:
    """Where a partition's pages lie."""
    return Spool(config.storage_path() / "patiodigital" / "spool" / source_id / Path(part.name))


@contextmanager
def _alone(source_id: str) -> Iterator[None]:
    """Hold the lock of a source: two consumers never load the same one at once."""
    with model.meta.engine.connect() as connection:
        key = {"key": f"patiodigital:{source_id}"}
        connection.execute(sa.text("SELECT pg_advisory_lock(hashtextextended(:key, 0))"), key)
        try:
            yield
        finally:
            connection.execute(sa.text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)


class TableHarvester(HarvesterBase):
    """A harvester that fills tables. A source's subclass says what to ask, and how rows come of it."""

    #: Changes with the meaning of the mapping, so that content read before is mapped anew.
    mapping = ""

    @abstractmethod
    def parts(self, source: HarvestSource) -> Iterable[Part]:
        """The partitions of a run, in the order in which they are to be published."""

    @abstractmethod
    def fetch(self, source: HarvestSource, part: Part, spool: Spool) -> None:
        """Bring the spool up to date; :class:`SourceError` where the source can't be read."""

    @abstractmethod
    def rows(self, source: HarvestSource, part: Part, spool: Spool) -> Iterator[Mapped]:
        """The spool's rows, in the order of the table's columns, and what could not be mapped."""

    @abstractmethod
    def metadata(self, source: HarvestSource) -> dict[str, Any]:
        """The fields of the dataset that holds the tables, as they are when it is first made."""

    @abstractmethod
    def remarks(self, source: HarvestSource, part: Part) -> list[str]:
        """What an admin should know of the last :meth:`rows`, such as keys of the source that nobody read."""

    # -- the stages

    def gather_stage(self, harvest_job: HarvestJob) -> list[str]:
        try:
            return self._gather(harvest_job)
        except Exception as error:  # noqa: BLE001 (ckanext-harvest would end the job as "0 errors")
            log.exception("Gathering failed.")
            model.Session.rollback()
            self._save_gather_error(f"The run could not be planned: {error}", harvest_job)
            return []

    def _gather(self, harvest_job: HarvestJob) -> list[str]:
        ids = []
        for part in self.parts(harvest_job.source):
            harvest_object = HarvestObject(guid=f"{harvest_job.source.id}/{part.name}", job=harvest_job, content=part.name)
            harvest_object.save()
            ids.append(harvest_object.id)
        return ids

    def fetch_stage(self, harvest_object: HarvestObject) -> bool | str:
        source, part = harvest_object.source, part_of(harvest_object.content)
        spool = spool_of(source.id, part)
        try:
            with beating(harvest_object.id), _alone(source.id):
                self.fetch(source, part, spool)
            sources.note_answer(source.id, part.name)
        except SourceError as error:
            sources.note_failure(source.id, part.name, str(error))
            return self._fail(harvest_object, str(error), "Fetch")
        except Exception as error:  # noqa: BLE001 (the consumer would die, and take the queue with it)
            log.exception("Fetching %s failed.", part.name)
            model.Session.rollback()
            sources.note_failure(source.id, part.name, f"{type(error).__name__} while reading")
            return self._fail(harvest_object, f"Reading {part.name} failed: {type(error).__name__}: {error}", "Fetch")
        if spool.fingerprint(self.mapping) == sources.state(source.id, part.name).fingerprint:
            _keep(harvest_object, Outcome(State.UNCHANGED))
            return "unchanged"
        return True

    def import_stage(self, harvest_object: HarvestObject) -> bool | str:
        return self.publish(harvest_object, accept=False)

    def publish(self, harvest_object: HarvestObject, *, accept: bool) -> bool | str:
        """Load the spooled partition; ``accept`` publishes what the gates refused."""
        source, part = harvest_object.source, part_of(harvest_object.content)
        spool = spool_of(source.id, part)
        try:
            with beating(harvest_object.id), _alone(source.id):
                loaded = self._load(source, part, spool, accept=accept)
        except NoDataError as error:
            return self._fail(harvest_object, str(error), "Import")
        except SourceError as error:
            model.Session.rollback()
            sources.note_failure(source.id, part.name, str(error))
            return self._fail(harvest_object, str(error), "Import")
        except Exception as error:  # noqa: BLE001 (the consumer would die, and take the queue with it)
            log.exception("Loading %s failed.", part.name)
            model.Session.rollback()
            return self._fail(harvest_object, f"Loading {part.name} failed: {type(error).__name__}: {error}", "Import")
        harvest_object.package_id = package_id_of(source.id)
        outcome = _outcome(loaded, self.remarks(source, part))
        if loaded.status is LoadStatus.REFUSED:
            _keep(harvest_object, outcome)
            self._save_object_error(f"{part.name} waits for an admin: {loaded.reason}", harvest_object, "Import")
            return False
        sources.note_loaded(source.id, part.name, spool.fingerprint(self.mapping))
        _keep(harvest_object, outcome)
        return "unchanged" if loaded.status is LoadStatus.UNCHANGED else True

    def _load(self, source: HarvestSource, part: Part, spool: Spool, *, accept: bool) -> LoadOutcome:
        package_id = ensure_dataset(source, self.metadata(source))
        resource_id = service.ensure_table(package_id, part.table, source.id)
        outcome = service.load(resource_id, self.rows(source, part, spool), part.partition, accept=accept)
        if outcome.status is LoadStatus.CHANGED:
            refresh_dataset(package_id)
        return outcome

    def _fail(self, harvest_object: HarvestObject, message: str, stage: str) -> bool:
        _keep(harvest_object, Outcome(State.FAILED, messages=[message]))
        self._save_object_error(message, harvest_object, stage)
        return False


def _outcome(loaded: LoadOutcome, remarks: list[str]) -> Outcome:
    state = {
        LoadStatus.REFUSED: State.REFUSED,
        LoadStatus.UNCHANGED: State.UNCHANGED,
        LoadStatus.CHANGED: State.PARTIAL if loaded.set_aside else State.CHANGED,
    }[loaded.status]
    if loaded.status is LoadStatus.UNCHANGED and not loaded.read:
        state = State.EMPTY
    return Outcome(
        state,
        read=loaded.read,
        new=loaded.new,
        changed=loaded.changed,
        unchanged=loaded.unchanged,
        withdrawn=loaded.withdrawn,
        set_aside=loaded.set_aside,
        messages=[*filter(None, [loaded.reason]), *remarks],
    )


def _keep(harvest_object: HarvestObject, outcome: Outcome) -> None:
    """Keep an object's outcome beside it, in the place of one from an earlier try."""
    value = json.dumps(asdict(outcome) | {"at": clock.rfc3339(clock.now())}, ensure_ascii=False)
    for extra in harvest_object.extras:
        if extra.key == OUTCOME_EXTRA:
            extra.value = value
            break
    else:
        model.Session.add(HarvestObjectExtra(object=harvest_object, key=OUTCOME_EXTRA, value=value))
    model.Session.commit()


def outcome_of(harvest_object: HarvestObject) -> Outcome | None:
    """What :func:`_keep` kept; None where the object was not tried yet."""
    for extra in harvest_object.extras:
        if extra.key == OUTCOME_EXTRA:
            raw = json.loads(extra.value)
            raw.pop("at")
            return Outcome(**raw | {"state": State(raw["state"])})
    return None
