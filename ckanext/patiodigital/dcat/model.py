"""What the feeds hold, in CKAN's database: a record and fragments for each dataset that is, or was, public."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckantoolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

#: Counts the changes of the feeds. Drawn under the renewal's lock, so a higher number is never seen before a lower one.
SEQUENCE = sa.Sequence("patiodigital_feed_sequence")


class FeedDataset(tk.BaseModel):  # type: ignore[name-defined, misc]  # a class made at run time
    """A dataset in the feeds. ``state`` is ``listed``, ``left_out`` (never yet in the feeds, for it could not be
    described) or ``gone`` (a tombstone: deleted, or no longer public).

    ``basis`` names what the fragments were last tried to be made from; ``sequence`` and ``changed`` are of their last
    change, ``first_listed`` of their first. ``error`` says why the last try failed: the fragments then are older.
    ``gaps`` are what a person should mend; ``findings`` what the shapes say of the fragments of sequence ``checked``.
    """

    __tablename__ = "patiodigital_feed_dataset"

    dataset_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    uri: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    state: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    basis: Mapped[str] = mapped_column(sa.UnicodeText, nullable=False)
    sequence: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)
    changed: Mapped[datetime] = mapped_column(sa.DateTime(timezone=True), nullable=False)
    first_listed: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    error: Mapped[str | None] = mapped_column(sa.UnicodeText)
    failed: Mapped[datetime | None] = mapped_column(sa.DateTime(timezone=True))
    gaps: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    findings: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    checked: Mapped[int | None] = mapped_column(sa.BigInteger)


class FeedFragment(tk.BaseModel):  # type: ignore[name-defined, misc]  # a class made at run time
    """A dataset's part of a feed, compressed (zlib)."""

    __tablename__ = "patiodigital_feed_fragment"

    dataset_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    profile: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    form: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    body: Mapped[bytes] = mapped_column(sa.LargeBinary, nullable=False)
