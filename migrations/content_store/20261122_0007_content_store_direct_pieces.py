"""The digest of a piece that was put on the storage past the application."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0007_content_store"
down_revision = "20261122_0006_content_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column("cs_resumable_part", sa.Column("sha256", sa.String(length=64), nullable=True))
