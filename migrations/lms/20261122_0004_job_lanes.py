"""Jobs of one lane run one after another."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0004_lms"
down_revision = "20261122_0003_lms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column("job", sa.Column("lane", sa.String(length=40), nullable=True))
    op.create_index("ix_job_lane", "job", ["lane", "state"], unique=False)


def downgrade() -> None:
    """Change the tables back."""
    op.drop_index("ix_job_lane", table_name="job")
    op.drop_column("job", "lane")
