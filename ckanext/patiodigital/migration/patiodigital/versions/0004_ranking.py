"""Scores, their history, and links that are followed.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "patiodigital_score",
        sa.Column("dataset_id", sa.UnicodeText, primary_key=True),
        sa.Column("basis", sa.UnicodeText, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("scored", _INSTANT, nullable=False),
        sa.Column("valid_until", sa.Date),
        sa.Column("addresses", ARRAY(sa.UnicodeText), nullable=False),
        sa.Column("links", sa.UnicodeText, nullable=False),
        sa.Column("summary", JSONB),
        sa.Column("measured", JSONB),
        sa.Column("error", sa.UnicodeText),
    )
    op.execute("CREATE SEQUENCE patiodigital_score_sequence OWNED BY patiodigital_score.sequence")
    op.create_table(
        "patiodigital_score_day",
        sa.Column("dataset_id", sa.UnicodeText, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("points", JSONB, nullable=False),
        sa.Column("method", sa.UnicodeText, nullable=False),
    )
    op.create_table(
        "patiodigital_ranking_day",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("yardstick", sa.UnicodeText, primary_key=True),
        sa.Column("organization_id", sa.UnicodeText, primary_key=True),
        sa.Column("position", sa.Integer),
        sa.Column("value", sa.Float),
        sa.Column("mean", sa.Float),
        sa.Column("median", sa.Float),
        sa.Column("worst", sa.Float),
        sa.Column("datasets", sa.Integer, nullable=False),
        sa.Column("late", sa.Integer, nullable=False),
        sa.Column("bands", JSONB, nullable=False),
        sa.Column("method", sa.UnicodeText, nullable=False),
    )
    op.create_table(
        "patiodigital_link",
        sa.Column("address", sa.UnicodeText, primary_key=True),
        sa.Column("host", sa.UnicodeText, nullable=False),
        sa.Column("alive", sa.Boolean),
        sa.Column("status", sa.Integer),
        sa.Column("error", sa.UnicodeText),
        sa.Column("size", sa.BigInteger),
        sa.Column("checked", _INSTANT),
        sa.Column("next_look", _INSTANT, nullable=False),
        sa.Column("successes", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("history", JSONB, nullable=False),
    )
    op.create_index("patiodigital_link_next_look", "patiodigital_link", ["next_look"])


def downgrade() -> None:
    for table in ("link", "ranking_day", "score_day", "score"):
        op.drop_table(f"patiodigital_{table}")
