"""The SQL of a load: stage, check, and merge in place, in one transaction of the DataStore's database.

Merging keeps the table's OID, ``_id`` of known rows, grants, triggers, dictionary and aliases, and never
blocks readers. The staging table is temporary: a killed load leaves nothing behind.

Beside the tables stand four of ours (names with ``_`` are hidden from the DataStore's API):

``_patiodigital_version``    one row a resource: the truth about its data version
``_patiodigital_load``       one row a load: run, partition, instant, counts
``_patiodigital_change``     one row a changed or vanished row: key, operation, old row, run, instant.
                             An insert is told by the row's own ``run``, so it needs none.
``_patiodigital_set_aside``  the rows kept out of a partition by its last load
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any, cast

from psycopg2 import DatabaseError
from psycopg2.extensions import connection as Connection  # noqa: N812 (psycopg2 names its class in lower case)
from psycopg2.extensions import cursor as Cursor  # noqa: N812
from psycopg2.sql import SQL, Composable, Identifier, Literal

from ckanext.patiodigital.tables.core import copy
from ckanext.patiodigital.tables.core.load import LoadOutcome, LoadStatus, Partition, refusal
from ckanext.patiodigital.tables.core.reasons import Fault, Reason, Rejected, shown
from ckanext.patiodigital.tables.core.schema import ForeignKey, TableSchema
from ckanext.patiodigital.tables.core.validate import Row, clean_text

_STAGING = Identifier("_load")
_KEPT = Identifier("_kept")
_UNCLEAR = Identifier("_unclear")

_BESIDE = """
CREATE TABLE IF NOT EXISTS _patiodigital_version (
    resource_id text PRIMARY KEY,
    table_name text NOT NULL,
    major integer NOT NULL,
    data_version timestamptz NOT NULL,
    loaded_at timestamptz NOT NULL,
    row_count bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS _patiodigital_load (
    run text PRIMARY KEY,
    resource_id text NOT NULL,
    partition text NOT NULL,
    at timestamptz NOT NULL,
    read bigint NOT NULL,
    new bigint NOT NULL,
    changed bigint NOT NULL,
    unchanged bigint NOT NULL,
    withdrawn bigint NOT NULL,
    set_aside bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS _patiodigital_change (
    id bigserial PRIMARY KEY,
    resource_id text NOT NULL,
    key jsonb NOT NULL,
    operation text NOT NULL,
    old jsonb NOT NULL,
    run text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS _patiodigital_change_day ON _patiodigital_change (resource_id, (key ->> 'date'));
CREATE TABLE IF NOT EXISTS _patiodigital_set_aside (
    resource_id text NOT NULL,
    partition text NOT NULL,
    "row" text NOT NULL,
    field text NOT NULL,
    value text NOT NULL,
    reason text NOT NULL,
    message text NOT NULL,
    source_url text NOT NULL,
    run text NOT NULL
);
CREATE INDEX IF NOT EXISTS _patiodigital_set_aside_partition ON _patiodigital_set_aside (resource_id, partition);
"""


@dataclass(frozen=True, slots=True)
class Version:
    """What the DataStore's database says of one loaded table."""

    resource_id: str
    table: str
    major: int
    data_version: datetime
    loaded_at: datetime
    row_count: int


def _version(row: tuple[Any, ...]) -> Version:
    resource_id, table, major, data_version, loaded_at, row_count = row
    return Version(
        resource_id,
        table,
        major,
        data_version.astimezone(timezone.utc),
        loaded_at.astimezone(timezone.utc),
        row_count,
    )


def ensure_beside(connection: Connection) -> None:
    """Make our tables in the DataStore's database where they are missing."""
    with connection, connection.cursor() as cursor:
        # Asked for the last of them: CREATE INDEX waits for loads that write, also where the index is there.
        cursor.execute("SELECT to_regclass('_patiodigital_set_aside_partition')")
        if cursor.fetchone() != (None,):
            return
        # Two first loads at once would both try to create them.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('patiodigital', 0))")
        cursor.execute(_BESIDE)


def versions(connection: Connection, resource_ids: Iterable[str]) -> dict[str, Version]:
    """The version rows of ``resource_ids``; a table never loaded, or dropped since, is left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('_patiodigital_version')")
        if cursor.fetchone() == (None,):
            return {}
        cursor.execute(
            "SELECT resource_id, table_name, major, data_version, loaded_at, row_count"
            " FROM _patiodigital_version"
            " WHERE resource_id = ANY(%s) AND to_regclass(format('public.%%I', resource_id)) IS NOT NULL",
            (list(resource_ids),),
        )
        return {row[0]: _version(row) for row in cursor}


def set_aside_counts(connection: Connection, resource_id: str) -> tuple[int, int]:
    """``(rows, lines)`` that the last loads of a resource's partitions kept out, and told of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT coalesce(sum(set_aside), 0)::bigint FROM (SELECT DISTINCT ON (partition) set_aside"
            " FROM _patiodigital_load WHERE resource_id = %(id)s ORDER BY partition, at DESC) AS last),"
            " (SELECT count(*) FROM _patiodigital_set_aside WHERE resource_id = %(id)s)",
            {"id": resource_id},
        )
        rows, lines = cursor.fetchone() or (0, 0)
        return rows, lines


@contextmanager
def alone(connection: Connection, task: str) -> Iterator[None]:
    """Nobody else is in the block of this name meanwhile. The lock goes with the connection, however it ends."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (task,))
        yield


def see_one_state(connection: Connection) -> None:
    """Let all that the coming transaction reads be of one instant."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def days(connection: Connection, schema: TableSchema, resource_id: str) -> tuple[date, date] | None:
    """The first and last day in force of a table; None where its rows have no ``date``, or there are none."""
    if "date" not in schema.columns:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", (f'public."{resource_id}"',))
        if cursor.fetchone() == (None,):
            return None
        in_force = SQL("status <> 'withdrawn'" if schema.withdrawn_status else "true")
        cursor.execute(SQL("SELECT min(date), max(date) FROM {} WHERE {}").format(Identifier(resource_id), in_force))
        row = cursor.fetchone()
        return (row[0], row[1]) if row and row[0] else None


def _names(columns: Iterable[str], table: str | None = None) -> Composable:
    """``"a", "b"``, or ``t."a", t."b"``."""
    prefix = SQL(table + ".") if table else SQL("")
    return SQL(", ").join(prefix + Identifier(column) for column in columns)


def _same_key(schema: TableSchema, left: str, right: str) -> Composable:
    return SQL(" AND ").join(
        SQL("{}.{} = {}.{}").format(SQL(left), Identifier(name), SQL(right), Identifier(name)) for name in schema.key
    )


@dataclass(frozen=True, slots=True)
class Target:
    """Where a load goes: the partition of the table that a resource holds."""

    schema: TableSchema
    resource_id: str
    partition: Partition


class Merge:
    """One load into its target."""

    def __init__(self, cursor: Cursor, target: Target, rejected: Rejected) -> None:
        self._cursor = cursor
        self._rejected = rejected
        self._schema = target.schema
        self._resource_id = target.resource_id
        self._live = Identifier(target.resource_id)
        self._partition = target.partition
        self._run = rejected.run
        self._columns = tuple(name for name in target.schema.columns if name != "run")

    def _execute(self, statement: Composable, values: tuple[Any, ...] | None = None) -> int:
        self._cursor.execute(statement, values)
        return int(self._cursor.rowcount)

    def _count(self, statement: Composable) -> int:
        self._cursor.execute(statement)
        row = self._cursor.fetchone()
        return int(row[0]) if row else 0

    def stage(self, rows: Iterable[Row]) -> int:
        """COPY ``rows`` into the staging table; how many they were."""
        types = SQL(", ").join(
            SQL("{} {}").format(Identifier(name), SQL(self._schema.field(name).postgres_type)) for name in self._columns
        )
        self._execute(SQL("CREATE TEMP TABLE {} (_n bigserial, {}) ON COMMIT DROP").format(_STAGING, types))
        lines = copy.LineReader(map(copy.line, rows))
        statement = SQL("COPY {} ({}) FROM STDIN").format(_STAGING, _names(self._columns))
        try:
            self._cursor.copy_expert(statement, lines, size=1 << 20)
        except DatabaseError:
            if lines.error is not None:
                raise lines.error from None
            raise
        staged = int(self._cursor.rowcount)
        self._execute(SQL("ANALYZE {}").format(_STAGING))
        return staged

    def keep_faulty(self) -> None:
        """Stage the keys of set-aside rows: what is published under them has not vanished.

        Where only part of a key is clear, all that agrees with it stays, if the table has a status for what is
        gone. In the others a row that stayed for nothing would be taken for one in force.
        """
        unclear = self._rejected.unclear if self._schema.withdrawn_status else ()
        for table, keys in ((_KEPT, self._rejected.keys), (_UNCLEAR, unclear)):
            self._execute(
                SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(
                    table, _names(self._schema.key), _STAGING
                )
            )
            self._cursor.copy_expert(SQL("COPY {} FROM STDIN").format(table), copy.LineReader(map(copy.line, keys)))

    def drop_strangers(self) -> None:
        """Set aside rows of other days than those asked for: another load answers for them."""
        if self._partition.column is None:
            return
        self._execute(
            SQL("DELETE FROM {staging} AS s WHERE NOT ({inside}) RETURNING {key_text}, source_url").format(
                staging=_STAGING, inside=self._inside("s"), key_text=self._key_text()
            )
        )
        message = f"Outside the days asked for, {self._partition.first} to {self._partition.last}."
        self._reject(self._partition.column, Reason.RANGE, message)

    def drop_repeated(self) -> None:
        """Set aside rows whose key came before: the first one counts."""
        self._execute(
            SQL(
                "DELETE FROM {staging} USING (SELECT _n AS repeated, row_number() OVER (PARTITION BY {key} ORDER BY _n)"
                " AS place FROM {staging}) AS places WHERE _n = repeated AND place > 1 RETURNING {key_text}, source_url"
            ).format(staging=_STAGING, key=_names(self._schema.key), key_text=self._key_text())
        )
        message = "Another row of this load has the same key; the first one was kept."
        self._reject(self._schema.key[-1], Reason.UNIQUE, message)

    def drop_orphans(self, foreign_key: ForeignKey, target: str) -> None:
        """Set aside rows that refer to no row of the table of resource ``target``."""
        match = SQL(" AND ").join(
            SQL("t.{} = {}.{}").format(Identifier(far), _STAGING, Identifier(near))
            for near, far in zip(foreign_key.fields, foreign_key.target_fields, strict=True)
        )
        self._execute(
            SQL(
                "DELETE FROM {staging} WHERE NOT EXISTS (SELECT FROM {target} AS t WHERE {match})"
                " RETURNING {key_text}, source_url"
            ).format(staging=_STAGING, target=Identifier(target), match=match, key_text=self._key_text())
        )
        message = f"Not in the table {foreign_key.target}."
        self._reject(foreign_key.fields[0], Reason.FOREIGN_KEY, message)

    def _reject(self, field: str, reason: Reason, message: str) -> None:
        for row, source_url in self._cursor.fetchall():
            self._rejected.add(row, [Fault(field, shown(row, reason), reason, message)], source_url or "")

    def _key_text(self) -> Composable:
        parts = SQL(", ").join(SQL("{}::text").format(Identifier(name)) for name in self._schema.key)
        return SQL("concat_ws(' / ', {})").format(parts)

    def _inside(self, table: str) -> Composable:
        """The condition that a row of ``table`` lies in the partition."""
        if self._partition.column is None:
            return SQL("true")
        return SQL("{}.{} BETWEEN {} AND {}").format(
            SQL(table),
            Identifier(self._partition.column),
            Literal(self._partition.first),
            Literal(self._partition.last),
        )

    def _in_force(self) -> Composable:
        if not self._schema.withdrawn_status:
            return self._inside("l")
        return SQL("{} AND l.status <> 'withdrawn'").format(self._inside("l"))

    def _vanished(self) -> Composable:
        return SQL(
            "{in_force} AND NOT EXISTS (SELECT FROM {staging} AS s WHERE {staged})"
            " AND NOT EXISTS (SELECT FROM {kept} AS k WHERE {faulty})"
            " AND NOT EXISTS (SELECT FROM {unclear} AS u WHERE {agrees})"
        ).format(
            in_force=self._in_force(),
            staging=_STAGING,
            staged=_same_key(self._schema, "s", "l"),
            kept=_KEPT,
            faulty=_same_key(self._schema, "k", "l"),
            unclear=_UNCLEAR,
            agrees=SQL(" AND ").join(
                SQL("(u.{0} IS NULL OR u.{0} = l.{0})").format(Identifier(name)) for name in self._schema.key
            ),
        )

    def _same(self) -> Composable:
        """The condition that live row ``l`` is staged row ``s``. Its days spare a search through the whole table."""
        return SQL("{} AND {}").format(_same_key(self._schema, "s", "l"), self._inside("l"))

    def _differs(self) -> Composable:
        """The condition that live row ``l`` and staged row ``s`` differ in their data."""
        columns = self._schema.data_columns
        return SQL("({}) IS DISTINCT FROM ({})").format(_names(columns, "l"), _names(columns, "s"))

    def live(self) -> int:
        """Rows in force in the partition."""
        return self._count(SQL("SELECT count(*) FROM {} AS l WHERE {}").format(self._live, self._in_force()))

    def lost(self) -> int:
        """Rows in force that the load lacks."""
        return self._count(SQL("SELECT count(*) FROM {} AS l WHERE {}").format(self._live, self._vanished()))

    def instant(self) -> datetime:
        """When this load's changes happen: now, and later than any before, though a clock jumps back.

        Not the transaction's start: until it ends, readers see the old rows.
        """
        self._cursor.execute(
            "SELECT greatest(clock_timestamp(), max(data_version) + interval '1 microsecond')"
            " FROM _patiodigital_version WHERE resource_id = %s",
            (self._resource_id,),
        )
        ((instant,),) = self._cursor.fetchall()
        return cast("datetime", instant)

    def _log(self, operation: str, at: datetime, condition: Composable, join: Composable) -> int:
        """Keep the old version of the rows that are about to change."""
        key = SQL(", ").join(SQL("{}, l.{}").format(Literal(name), Identifier(name)) for name in self._schema.key)
        return self._execute(
            SQL(
                "INSERT INTO _patiodigital_change (resource_id, key, operation, old, run, at)"
                " SELECT {resource}, jsonb_build_object({key}), {operation},"
                " to_jsonb(l) - '_id' - '_full_text', {run}, {at}"
                " FROM {live} AS l {join} WHERE {condition}"
            ).format(
                resource=Literal(self._resource_id),
                key=key,
                operation=Literal(operation),
                run=Literal(self._run),
                at=Literal(at),
                live=self._live,
                join=join,
                condition=condition,
            )
        )

    def withdraw(self, at: datetime) -> int:
        """Mark rows that vanished at the source, or delete them where the table has no status."""
        vanished = self._vanished()
        if not self._log("withdraw" if self._schema.withdrawn_status else "delete", at, vanished, SQL("")):
            return 0
        if self._schema.withdrawn_status:
            statement = SQL("UPDATE {} AS l SET status = 'withdrawn', run = {} WHERE {}").format(
                self._live, Literal(self._run), vanished
            )
        else:
            statement = SQL("DELETE FROM {} AS l WHERE {}").format(self._live, vanished)
        return self._execute(statement)

    def _full_text(self) -> Composable:
        """The search vector of a staged row; where no column is searched, the DataStore's trigger fills it."""
        if not self._schema.searched_columns:
            return SQL("NULL")
        return SQL("to_tsvector(concat_ws(' ', {}))").format(_names(self._schema.searched_columns, "s"))

    def update(self, at: datetime) -> int:
        """Rewrite the rows whose data differ."""
        join = SQL("JOIN {} AS s ON {}").format(_STAGING, self._same())
        if not self._log("update", at, self._differs(), join):
            return 0
        columns = (*self._schema.data_columns, "source_url")
        return self._execute(
            SQL(
                "UPDATE {live} AS l SET ({columns}, run, _full_text) = ({values}, {run}, {full_text})"
                " FROM {staging} AS s WHERE {same} AND {differs}"
            ).format(
                live=self._live,
                columns=_names(columns),
                values=_names(columns, "s"),
                run=Literal(self._run),
                full_text=self._full_text(),
                staging=_STAGING,
                same=self._same(),
                differs=self._differs(),
            )
        )

    def insert(self) -> int:
        """Add the rows with new keys."""
        return self._execute(
            SQL(
                "INSERT INTO {live} ({columns}, run, _full_text) SELECT {values}, {run}, {full_text}"
                " FROM {staging} AS s WHERE NOT EXISTS (SELECT FROM {live} AS l WHERE {same}) ORDER BY s._n"
            ).format(
                live=self._live,
                columns=_names(self._columns),
                values=_names(self._columns, "s"),
                run=Literal(self._run),
                full_text=self._full_text(),
                staging=_STAGING,
                same=self._same(),
            )
        )

    def keep_set_aside(self) -> bool:
        """Replace what the partition's last load set aside; whether anything differs."""
        where = (self._resource_id, self._partition.name)
        self._cursor.execute(
            'SELECT "row", field, value, reason FROM _patiodigital_set_aside WHERE resource_id = %s AND partition = %s',
            where,
        )
        lines = [tuple(map(clean_text, line.cells())) for line in self._rejected.lines]
        if sorted(self._cursor.fetchall()) == sorted(line[:4] for line in lines):
            return False
        self._cursor.execute("DELETE FROM _patiodigital_set_aside WHERE resource_id = %s AND partition = %s", where)
        self._cursor.copy_expert(
            'COPY _patiodigital_set_aside (resource_id, partition, "row", field, value, reason, message,'
            " source_url, run) FROM STDIN",
            copy.LineReader(copy.line((*where, *line)) for line in lines),
        )
        return True

    def version(self, at: datetime, *, changed: bool) -> Version:
        """Write the version row: a new version where a row changed, the old one where none did."""
        # Counting the whole table is worth its time only where the count can differ.
        count = "update_cached_table_row_count" if changed else "cached_table_row_count"
        row_count = self._count(SQL("SELECT {}({})").format(Identifier(count), Literal(self._resource_id)))
        self._cursor.execute(
            "INSERT INTO _patiodigital_version AS v"
            " (resource_id, table_name, major, data_version, loaded_at, row_count)"
            " VALUES (%(id)s, %(table)s, %(major)s, %(at)s, %(at)s, %(rows)s)"
            " ON CONFLICT (resource_id) DO UPDATE SET row_count = EXCLUDED.row_count, major = EXCLUDED.major,"
            " loaded_at = EXCLUDED.loaded_at,"
            " data_version = CASE WHEN %(changed)s THEN EXCLUDED.data_version ELSE v.data_version END"
            " RETURNING resource_id, table_name, major, data_version, loaded_at, row_count",
            {
                "id": self._resource_id,
                "table": self._schema.name,
                "major": self._schema.major,
                "at": at,
                "rows": row_count,
                "changed": changed,
            },
        )
        return _version(self._cursor.fetchone() or ())

    def record(self, outcome: LoadOutcome, at: datetime) -> None:
        """Note the load itself, so that a row's ``run`` tells its instant."""
        self._cursor.execute(
            "INSERT INTO _patiodigital_load (run, resource_id, partition, at, read, new, changed, unchanged, withdrawn,"
            " set_aside) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                self._run,
                self._resource_id,
                self._partition.name,
                at,
                outcome.read,
                outcome.new,
                outcome.changed,
                outcome.unchanged,
                outcome.withdrawn,
                outcome.set_aside,
            ),
        )


def publish(
    connection: Connection,
    target: Target,
    rows: Iterable[Row],
    rejected: Rejected,
    *,
    referred: dict[str, str],
    accept: bool,
) -> LoadOutcome:
    """Make ``rows`` the content of the target, or leave everything as it was.

    ``rejected`` grows while ``rows`` is read (the validator fills it) and by what only the whole load can
    tell: strangers, repeated keys and orphans. ``referred`` names the resource of each table that a foreign
    key refers to. ``accept`` publishes in spite of the gates. An exception rolls back to the last byte.
    """
    schema = target.schema
    with connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '30s'")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (target.resource_id,))
        merge = Merge(cursor, target, rejected)
        staged = merge.stage(rows)
        read = staged + rejected.rows
        merge.keep_faulty()
        merge.drop_strangers()
        merge.drop_repeated()
        for foreign_key in schema.foreign_keys:
            merge.drop_orphans(foreign_key, referred[foreign_key.target])
        kept = read - rejected.rows
        complete = target.partition.column is None
        reason = refusal(live=merge.live(), lost=merge.lost(), staged=kept, complete=complete, floor=schema.floor)
        if reason and not accept:
            connection.rollback()
            return LoadOutcome(LoadStatus.REFUSED, rejected.run, read, 0, 0, 0, 0, rejected.rows, None, reason)
        return _merge(merge, read, kept, rejected)


def _merge(merge: Merge, read: int, kept: int, rejected: Rejected) -> LoadOutcome:
    at = merge.instant()
    withdrawn = merge.withdraw(at)
    changed = merge.update(at)
    new = merge.insert()
    notes_differ = merge.keep_set_aside()
    rows_differ = bool(withdrawn or changed or new)
    version = merge.version(at, changed=rows_differ)
    outcome = LoadOutcome(
        status=LoadStatus.CHANGED if rows_differ or notes_differ else LoadStatus.UNCHANGED,
        run=rejected.run,
        read=read,
        new=new,
        changed=changed,
        unchanged=kept - new - changed,
        withdrawn=withdrawn,
        set_aside=rejected.rows,
        data_version=version.data_version,
    )
    if outcome.status is LoadStatus.CHANGED:
        merge.record(outcome, at)
    return outcome
