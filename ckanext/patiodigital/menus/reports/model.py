"""What families reported. It lives in CKAN's database, which no public API reads."""

from __future__ import annotations

from datetime import date, datetime

import ckantoolkit as tk
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ckanext.patiodigital.menus.reports.core.report import Kind, State


class Report(tk.BaseModel):  # type: ignore[name-defined, misc]  # a class made at run time
    """One report. ``reference`` is the reporter's number for it, ``school`` the name that the school then had.

    ``answer`` stands on the reporter's page; since ``published`` also on the school's page of ``date``. ``settled``
    is set while the report is answered or closed: it is deleted some days later. ``notice_*`` is the e-mail that
    told the department, ``reply_*`` the one that told the reporter.
    """

    __tablename__ = "patiodigital_report"

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    reference: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, unique=True)
    created: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False)
    eol: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    school: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    date: Mapped[date] = mapped_column(sa.Date, nullable=False)
    kind: Mapped[Kind] = mapped_column(sa.UnicodeText, nullable=False)
    text: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    email: Mapped[str | None] = mapped_column(sa.UnicodeText)
    lang: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    state: Mapped[State] = mapped_column(sa.UnicodeText, nullable=False, default="new")
    note: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")
    answer: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False, default="")
    published: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    settled: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    edited: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    editor: Mapped[str | None] = mapped_column(sa.UnicodeText)
    notice_sent: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    notice_error: Mapped[str | None] = mapped_column(sa.UnicodeText)
    reply_sent: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    reply_error: Mapped[str | None] = mapped_column(sa.UnicodeText)

    __table_args__ = (
        sa.Index("patiodigital_report_published", "published", postgresql_where=sa.text("published IS NOT NULL")),
        sa.Index("patiodigital_report_open", "id", postgresql_where=sa.text("settled IS NULL")),
    )
