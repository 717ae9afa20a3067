"""Sources of harvests can be removed."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0019_lms"
down_revision = "20261122_0018_lms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column("oai_source", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
