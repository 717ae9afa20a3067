"""Why an item stands in a collection, in the words of whoever put it there."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0006_content_store"
down_revision = "20261122_0005_content_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column("cs_collection_item", sa.Column("words", sa.Text(), server_default="", nullable=False))
