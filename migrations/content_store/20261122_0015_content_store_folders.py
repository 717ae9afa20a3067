"""The folder that a file lay in when it was put in: it lets guess what the file is for."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0015_content_store"
down_revision = "20261122_0014_content_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column("cs_item", sa.Column("folder", sa.String(length=500), nullable=True))
    op.add_column("cs_resumable", sa.Column("folder", sa.String(length=500), nullable=True))
