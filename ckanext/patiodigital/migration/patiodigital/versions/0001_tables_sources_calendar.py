"""The registry of tables, the state of sources, and the calendar entries of editors.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "patiodigital_table",
        sa.Column("resource_id", sa.UnicodeText, primary_key=True),
        sa.Column("table", sa.UnicodeText, nullable=False),
        sa.Column("major", sa.Integer, nullable=False),
        sa.Column("source", sa.UnicodeText, nullable=False),
        sa.Column("data_version", _INSTANT),
        sa.Column("loaded_at", _INSTANT),
        sa.Column("primary", sa.Boolean, nullable=False),
    )
    op.create_index(
        "patiodigital_table_primary",
        "patiodigital_table",
        ["table"],
        unique=True,
        postgresql_where=sa.text('"primary"'),
    )
    op.create_table(
        "patiodigital_source_state",
        sa.Column("source_id", sa.UnicodeText, primary_key=True),
        sa.Column("partition", sa.UnicodeText, primary_key=True),
        sa.Column("fingerprint", sa.UnicodeText),
        sa.Column("checked_at", _INSTANT),
        sa.Column("read_at", _INSTANT),
        sa.Column("down_since", _INSTANT),
        sa.Column("error", sa.UnicodeText),
    )
    op.create_table(
        "patiodigital_calendar_entry",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("first", sa.Date, nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("scope", sa.UnicodeText, nullable=False),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("name", sa.UnicodeText, nullable=False),
        sa.Column("author", sa.UnicodeText, nullable=False),
        sa.Column("created", _INSTANT, nullable=False),
        sa.Column("undone", _INSTANT),
        sa.Column("undone_by", sa.UnicodeText),
    )
    op.create_index("patiodigital_calendar_entry_days", "patiodigital_calendar_entry", ["first", "last"])


def downgrade() -> None:
    op.drop_table("patiodigital_calendar_entry")
    op.drop_table("patiodigital_source_state")
    op.drop_table("patiodigital_table")
