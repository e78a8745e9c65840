"""What every harvester of tables shares: the three stages of ckanext-harvest, kept honest.

*gather* makes one harvest object a partition, and reads nothing; *fetch* asks the source conditionally and
spools its pages; *import* maps, validates and publishes them. Each stage can be killed and run again. No
exception leaves one: ckanext-harvest would lose it, and its consumer would die.
"""

from __future__ import annotations

import hashlib
import logging
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckanext.harvest.harvesters.base import HarvesterBase
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource

from ckanext.patiodigital.harvesters import outcomes
from ckanext.patiodigital.harvesters.core.key_watch import KeyWatch
from ckanext.patiodigital.harvesters.core.outcome import Outcome, State
from ckanext.patiodigital.harvesters.core.plan import ConfigError, Part, part_of
from ckanext.patiodigital.harvesters.dataset import DatasetError, ensure_dataset, package_id_of, refresh_dataset
from ckanext.patiodigital.harvesters.heartbeat import beating
from ckanext.patiodigital.harvesters.http import SourceError
from ckanext.patiodigital.harvesters.spool import DamagedError, Spool, forget_others, spool_of
from ckanext.patiodigital.tables import service, sources
from ckanext.patiodigital.tables.core.load import LoadOutcome, LoadStatus
from ckanext.patiodigital.tables.core.reasons import LINES_LIMIT
from ckanext.patiodigital.tables.service import Mapped, NoDataError

log = logging.getLogger(__name__)

#: Where it is decided how documents become rows.
_RULES = ("harvesters", "school_names", "schemas/tables", "schemas/vocabularies", "tables/core")

Stage = Callable[[HarvestObject, Part], "bool | str"]


class BusyError(Exception):
    """Somebody else is at work on the source."""


@contextmanager
def _alone(source_id: str, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of a source: two consumers never load the same one at once. Without ``wait`` it is now or not."""
    with model.ensure_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # it ends with us, not in a pool, and with it the lock, even where unlocking fails
        key = {"key": f"patiodigital:{source_id}"}
        lock = "pg_advisory_lock" if wait else "pg_try_advisory_lock"
        if connection.execute(sa.text(f"SELECT {lock}(hashtextextended(:key, 0))"), key).scalar() is False:
            raise BusyError("A part of this source is being read just now. Try again in a minute.")
        try:
            yield
        finally:
            connection.execute(sa.text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)


@cache
def _rules() -> str:
    """A hash of what decides how documents become rows. After an upgrade that touched it, all is mapped anew."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for file in sorted(file for folder in _RULES for file in (package / folder).rglob("*.*")):
        if file.suffix in (".py", ".yaml", ".json"):
            digest.update(file.read_bytes())
    return digest.hexdigest()


class TableHarvester(HarvesterBase):
    """A harvester that fills tables. A source's subclass says what to ask, and how rows come of it."""

    @abstractmethod
    def parts(self, source: HarvestSource) -> Iterable[Part]:
        """The partitions of a run, in the order in which they are to be published."""

    @abstractmethod
    def fetch(self, source: HarvestSource, part: Part, spool: Spool) -> None:
        """Bring the spool up to date; :class:`SourceError` where the source can't be read."""

    @abstractmethod
    def rows(self, source: HarvestSource, part: Part, spool: Spool, watch: KeyWatch) -> Iterator[Mapped]:
        """The spool's rows, in the order of the table's columns, and what could not be mapped."""

    @abstractmethod
    def metadata(self, source: HarvestSource) -> dict[str, Any]:
        """The fields of the dataset that holds the tables, as they are when it is first made."""

    def basis(self, source: HarvestSource, part: Part) -> str:
        """What other than a partition's own pages its rows hang on; where it changes, they are mapped anew."""
        return ""

    def remarks(self, source: HarvestSource, part: Part) -> list[str]:
        """What an admin should know of a partition besides its counts."""
        return []

    # -- the stages

    def gather_stage(self, harvest_job: HarvestJob) -> list[str]:
        try:
            return self._gather(harvest_job)
        except Exception as error:
            log.exception("Planning the run %s failed.", harvest_job.id)
            model.Session.rollback()
            self._save_gather_error(f"The run could not be planned. {told(error)}", harvest_job)
            return []

    def _gather(self, harvest_job: HarvestJob) -> list[str]:
        """Make all objects of the job at once; a job gathered before a kill keeps those that it has."""
        source_id = harvest_job.source_id
        parts = list(self.parts(harvest_job.source))
        query = model.Session.query(HarvestObject).filter_by(harvest_job_id=harvest_job.id)
        known = {harvest_object.content: harvest_object for harvest_object in query}
        for part in parts:
            if part.name not in known:
                guid = f"{source_id}/{part.name}"
                known[part.name] = HarvestObject(guid=guid, job=harvest_job, content=part.name)
                model.Session.add(known[part.name])
        model.Session.commit()
        names = [part.name for part in parts]
        sources.forget_others(source_id, names)
        forget_others(source_id, names)
        return [known[name].id for name in names]

    def fetch_stage(self, harvest_object: HarvestObject) -> bool | str:
        return self._try("Fetch", self._fetch, harvest_object)

    def import_stage(self, harvest_object: HarvestObject) -> bool | str:
        return self._try("Import", self._publish, harvest_object)

    def accept(self, harvest_object: HarvestObject, who: str, reason: str) -> None:
        """Publish what the gates refused, as it was spooled. ``who`` and the ``reason`` are kept.

        An error leaves it refused, and leaves this method.
        """
        with _alone(harvest_object.harvest_source_id, wait=False):
            self._publish(harvest_object, part_of(harvest_object.content), f"Accepted by {who}: {reason}")

    def _try(self, name: str, stage: Stage, harvest_object: HarvestObject) -> bool | str:
        try:
            with beating(harvest_object.id), _alone(harvest_object.harvest_source_id):
                return stage(harvest_object, part_of(harvest_object.content))
        except Exception as error:
            if not isinstance(error, _TOLD):
                log.exception("%s of harvest object %s failed.", name, harvest_object.id)
            model.Session.rollback()
            return self._fail(harvest_object, name, error)

    def _fail(self, harvest_object: HarvestObject, stage: str, error: Exception) -> bool:
        """Keep and tell a failure. Of an import that fails by itself the source is innocent: it was read."""
        message = told(error)
        if isinstance(error, SourceError) or (stage == "Fetch" and not isinstance(error, _TOLD)):
            sources.note_failure(harvest_object.harvest_source_id, harvest_object.content, message)
        outcomes.keep(harvest_object, Outcome(State.FAILED, messages=[message]))
        self._save_object_error(message, harvest_object, stage)
        return False

    def _fetch(self, harvest_object: HarvestObject, part: Part) -> bool | str:
        source = harvest_object.source
        spool = spool_of(source.id, part.name)
        self.fetch(source, part, spool)
        sources.note_answer(source.id, part.name)
        fingerprint = self._fingerprint(source, part, spool)
        if fingerprint != sources.state(source.id, part.name).fingerprint or not _is_published(source.id, part.table):
            return True
        outcomes.keep(harvest_object, Outcome(State.UNCHANGED))
        return "unchanged"

    def _publish(self, harvest_object: HarvestObject, part: Part, accepted: str = "") -> bool | str:
        source = harvest_object.source
        spool, watch = spool_of(source.id, part.name), KeyWatch()
        package_id = ensure_dataset(source, self.metadata(source))
        resource_id = service.ensure_table(package_id, part.table, source.id)
        rows = self.rows(source, part, spool, watch)
        loaded = service.load(resource_id, rows, part.partition, accept=bool(accepted))
        messages = [loaded.reason, accepted, *watch.words(), *self.remarks(source, part)]
        if loaded.set_aside > LINES_LIMIT:
            messages.append(f"Of the rows set aside only {LINES_LIMIT} faults are listed.")
        outcome = _outcome(loaded, list(filter(None, messages)))
        fingerprint = self._fingerprint(source, part, spool)
        if outcome.state is State.REFUSED:
            outcomes.keep(harvest_object, outcome, fingerprint)
            self._save_object_error(f"{part.name} waits for an admin: {loaded.reason}", harvest_object, "Import")
            return False
        _mark_current(harvest_object, package_id)
        refresh_dataset(package_id)
        sources.note_loaded(source.id, part.name, fingerprint)
        outcomes.keep(harvest_object, outcome)
        return "unchanged" if loaded.status is LoadStatus.UNCHANGED else True

    def _fingerprint(self, source: HarvestSource, part: Part, spool: Spool) -> str:
        parts = (_rules(), self.basis(source, part), spool.fingerprint)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def waits(self, harvest_object: HarvestObject) -> bool:
        """Whether what this object's load was refused for is still what would be published."""
        kept = outcomes.kept(harvest_object)
        if kept is None or kept.outcome.state is not State.REFUSED:
            return False
        part = part_of(harvest_object.content)
        spool = spool_of(harvest_object.harvest_source_id, part.name)
        now = self._fingerprint(harvest_object.source, part, spool)
        return kept.content == now != sources.state(harvest_object.harvest_source_id, part.name).fingerprint


#: Errors whose message is written for people; of any other only its name is shown, and the log has the rest.
_TOLD = (SourceError, DatasetError, NoDataError, DamagedError, ConfigError, BusyError)


def told(error: Exception) -> str:
    """What people are told of an error."""
    if isinstance(error, _TOLD):
        return str(error)[: sources.ERROR_LIMIT]
    return f"An error of the portal itself ({type(error).__name__}). The log of the harvest consumer has the details."


def _is_published(source_id: str, table: str) -> bool:
    """Whether the table is where it was published: an admin may have deleted it since."""
    package_id = package_id_of(source_id)
    package = model.Package.get(package_id)
    return bool(package and package.is_active() and service.is_loaded(service.resource_id_of(package_id, table)))


def _mark_current(harvest_object: HarvestObject, package_id: str) -> None:
    """Tie the dataset to its source in ckanext-harvest's eyes: through one object alone, for it counts them."""
    query = model.Session.query(HarvestObject).filter_by(package_id=package_id, current=True)
    query.update({"current": False})
    harvest_object.package_id = package_id
    harvest_object.current = True
    model.Session.commit()


def _outcome(loaded: LoadOutcome, messages: list[str]) -> Outcome:
    state = {
        LoadStatus.REFUSED: State.REFUSED,
        LoadStatus.UNCHANGED: State.UNCHANGED if loaded.read else State.EMPTY,
        LoadStatus.CHANGED: State.PARTIAL if loaded.set_aside else State.CHANGED,
    }[loaded.status]
    return Outcome(
        state,
        read=loaded.read,
        new=loaded.new,
        changed=loaded.changed,
        unchanged=loaded.unchanged,
        withdrawn=loaded.withdrawn,
        set_aside=loaded.set_aside,
        messages=messages,
    )
