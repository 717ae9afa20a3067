"""The last version that shows a work which a later one dropped: from then on it binds no more."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0014_content_store"
down_revision = "20261122_0013_content_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column("cs_lineage", sa.Column("until", sa.Integer(), nullable=True))
