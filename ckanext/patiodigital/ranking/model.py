"""Scores and links, in CKAN's database."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

_INSTANT = sa.DateTime(timezone=True)


#: Counts the changes of scores. Drawn under the scores' lock, so a higher number is never seen before a lower one.
SEQUENCE = sa.Sequence("patiodigital_score_sequence")


class DatasetScore(tk.BaseModel):  # type: ignore[name-defined, misc]  # a class made at run time
    """A public dataset by all yardsticks.

    ``basis`` names what it was scored from; ``valid_until`` the first day on which another score is due though nothing
    changed; ``addresses`` the links that count in it, ``links`` names what was known of
    them. ``summary`` is what the ranking needs (core.fairness.Entry),
    ``measured`` each metric by yardstick. ``error`` says why the last try failed: the score then is older.
    """

    __tablename__ = "patiodigital_score"

    dataset_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    basis: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    sequence: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)
    scored: Mapped[dt.datetime] = mapped_column(_INSTANT, nullable=False)
    valid_until: Mapped[dt.date | None] = mapped_column(sa.Date)
    addresses: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText), nullable=False)
    links: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    measured: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    error: Mapped[str | None] = mapped_column(sa.UnicodeText)


class DatasetDay(tk.BaseModel):  # type: ignore[name-defined, misc]  # a class made at run time
    """A dataset's points by yardstick on a day on which they changed. ``method`` names the methods' settings then."""

    __tablename__ = "patiodigital_score_day"

    dataset_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    points: Mapped[dict[str, Any]] = mapped_column(JSONB, nullable=False)
    method: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)


class RankingDay(tk.BaseModel):  # type: ignore[name-defined, misc]  # a class made at run time
    """A department's place by a yardstick at the end of a day."""

    __tablename__ = "patiodigital_ranking_day"

    day: Mapped[dt.date] = mapped_column(sa.Date, primary_key=True)
    yardstick: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    organization_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    position: Mapped[int | None] = mapped_column(sa.Integer)
    value: Mapped[float | None] = mapped_column(sa.Float)
    mean: Mapped[float | None] = mapped_column(sa.Float)
    median: Mapped[float | None] = mapped_column(sa.Float)
    worst: Mapped[float | None] = mapped_column(sa.Float)
    datasets: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    late: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    bands: Mapped[dict[str, int]] = mapped_column(JSONB, nullable=False)
    method: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)


class Link(tk.BaseModel):  # type: ignore[name-defined, misc]  # a class made at run time
    """An address that datasets name. ``alive`` is None until it was followed; ``history`` has the newest look first."""

    __tablename__ = "patiodigital_link"

    address: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    host: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    alive: Mapped[bool | None] = mapped_column(sa.Boolean)
    status: Mapped[int | None] = mapped_column(sa.Integer)
    error: Mapped[str | None] = mapped_column(sa.UnicodeText)
    size: Mapped[int | None] = mapped_column(sa.BigInteger)
    checked: Mapped[dt.datetime | None] = mapped_column(_INSTANT)
    next_look: Mapped[dt.datetime] = mapped_column(_INSTANT, nullable=False)
    successes: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    failures: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    history: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, nullable=False)
