"""What the calendar reads of the tables: which schools there are."""

from __future__ import annotations

from psycopg2.extensions import connection as Connection  # noqa: N812 (psycopg2 names its class in lower case)
from psycopg2.sql import SQL, Identifier

from ckanext.patiodigital.school_calendar.core.schools import School


def active_schools(connection: Connection, resource_id: str) -> list[School]:
    """The active schools of a loaded table ``schools``."""
    with connection.cursor() as cursor:
        cursor.execute(SQL("SELECT eol, name, dre FROM {} WHERE status = 'active'").format(Identifier(resource_id)))
        return [School(*row) for row in cursor]
