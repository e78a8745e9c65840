"""What families report, and the department's answers.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "patiodigital_report",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("reference", sa.UnicodeText, nullable=False, unique=True),
        sa.Column("created", _INSTANT, nullable=False),
        sa.Column("eol", sa.UnicodeText, nullable=False),
        sa.Column("school", sa.UnicodeText, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("text", sa.UnicodeText, nullable=False),
        sa.Column("email", sa.UnicodeText),
        sa.Column("lang", sa.UnicodeText, nullable=False),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("note", sa.UnicodeText, nullable=False),
        sa.Column("answer", sa.UnicodeText, nullable=False),
        sa.Column("published", _INSTANT),
        sa.Column("settled", _INSTANT),
        sa.Column("edited", _INSTANT),
        sa.Column("editor", sa.UnicodeText),
        sa.Column("notice_sent", _INSTANT),
        sa.Column("notice_error", sa.UnicodeText),
        sa.Column("reply_sent", _INSTANT),
        sa.Column("reply_error", sa.UnicodeText),
    )
    op.create_index(
        "patiodigital_report_published",
        "patiodigital_report",
        ["published"],
        postgresql_where=sa.text("published IS NOT NULL"),
    )
    op.create_index(
        "patiodigital_report_open", "patiodigital_report", ["id"], postgresql_where=sa.text("settled IS NULL")
    )


def downgrade() -> None:
    op.drop_table("patiodigital_report")
