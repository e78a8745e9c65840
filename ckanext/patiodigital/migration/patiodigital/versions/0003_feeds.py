"""Records and fragments of the DCAT feeds.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "patiodigital_feed_dataset",
        sa.Column("dataset_id", sa.UnicodeText, primary_key=True),
        sa.Column("uri", sa.UnicodeText, nullable=False),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("basis", sa.UnicodeText, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("changed", _INSTANT, nullable=False),
        sa.Column("first_listed", _INSTANT),
        sa.Column("error", sa.UnicodeText),
        sa.Column("failed", _INSTANT),
        sa.Column("gaps", JSONB),
        sa.Column("findings", JSONB),
        sa.Column("checked", sa.BigInteger),
    )
    # It goes when its table goes.
    op.execute("CREATE SEQUENCE patiodigital_feed_sequence OWNED BY patiodigital_feed_dataset.sequence")
    op.create_index("patiodigital_feed_dataset_sequence", "patiodigital_feed_dataset", ["sequence"])
    op.create_table(
        "patiodigital_feed_fragment",
        sa.Column("dataset_id", sa.UnicodeText, primary_key=True),
        sa.Column("profile", sa.UnicodeText, primary_key=True),
        sa.Column("form", sa.UnicodeText, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    # Compressed before they come here.
    op.execute("ALTER TABLE patiodigital_feed_fragment ALTER COLUMN body SET STORAGE EXTERNAL")


def downgrade() -> None:
    op.drop_table("patiodigital_feed_fragment")
    op.drop_table("patiodigital_feed_dataset")
