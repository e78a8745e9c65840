"""What editors entered in the school calendar. It lives in CKAN's database and outlives every harvest."""

from __future__ import annotations

from datetime import date, datetime

import ckantoolkit as tk
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.patiodigital.school_calendar.core.calendar import Entry


class CalendarEntry(tk.BaseModel):  # type: ignore[name-defined, misc]  # a class made at run time
    """One entry. A higher ``id`` is a newer one. Nothing is deleted: what was undone keeps by whom and when.

    ``author`` and ``undone_by`` are names of accounts.
    """

    __tablename__ = "patiodigital_calendar_entry"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    first: Mapped[date] = mapped_column(sa.Date, nullable=False)
    last: Mapped[date] = mapped_column(sa.Date, nullable=False)
    scope: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    kind: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    name: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    author: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    created: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False)
    undone: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    undone_by: Mapped[str | None] = mapped_column(sa.UnicodeText)

    __table_args__ = (sa.Index("patiodigital_calendar_entry_days", "first", "last"),)

    @property
    def entry(self) -> Entry:
        return Entry(self.first, self.last, self.scope, self.kind, self.name)  # type: ignore[arg-type]  # checked when entered
