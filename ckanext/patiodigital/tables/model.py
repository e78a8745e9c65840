"""The registry: which resource holds which table. It lives in CKAN's database.

The version row beside the data (``tables/store.py``) is the truth; what the registry repeats of it is
repaired by the next load and by ``ckan patiodigital doctor``.
"""

from __future__ import annotations

from datetime import datetime

import ckantoolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import Mapped, mapped_column


class TableResource(tk.BaseModel):  # type: ignore[name-defined, misc]  # a class made at run time
    """One resource that a loader fills. ``primary`` is the one that public readers use for its table."""

    __tablename__ = "patiodigital_table"

    resource_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    table: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    major: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    source: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    data_version: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    loaded_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    primary: Mapped[bool] = mapped_column(sa.Boolean, nullable=False)

    __table_args__ = (
        sa.Index("patiodigital_table_primary", "table", unique=True, postgresql_where=sa.text('"primary"')),
    )

    @classmethod
    def get(cls, resource_id: str) -> TableResource | None:
        return model.Session.get(cls, resource_id)

    @classmethod
    def primary_of(cls, table: str) -> TableResource | None:
        return model.Session.query(cls).filter_by(table=table, primary=True).one_or_none()


class SourceState(tk.BaseModel):  # type: ignore[name-defined, misc]  # a class made at run time
    """What is known of one partition at one source, apart from its rows.

    ``fingerprint`` is of the content last published; ``checked_at`` the last time that the source
    answered, ``read_at`` the last time that its content was loaded; ``down_since`` is set while it fails.
    """

    __tablename__ = "patiodigital_source_state"

    source_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    partition: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    fingerprint: Mapped[str | None] = mapped_column(sa.UnicodeText)
    checked_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    read_at: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    down_since: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    error: Mapped[str | None] = mapped_column(sa.UnicodeText)
