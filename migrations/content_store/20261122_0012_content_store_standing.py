"""How well an item stands among equal matches of a search."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0012_content_store"
down_revision = "20261122_0011_content_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column("cs_item", sa.Column("standing", sa.Integer(), server_default="0", nullable=False))
