"""Which version of an item was reviewed, and when."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0005_content_store"
down_revision = "20261122_0004_content_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column("cs_item", sa.Column("reviewed_number", sa.Integer(), nullable=True))
    op.add_column("cs_item", sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True))
