"""Sources of harvests may have copies fetched; what became of each copy."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0018_lms"
down_revision = "20261122_0017_lms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    op.add_column(
        "oai_source", sa.Column("policy", sa.String(length=8), server_default="link", nullable=False)
    )
    op.add_column("oai_taken", sa.Column("copy_state", sa.String(length=8), nullable=True))
    op.add_column("oai_taken", sa.Column("copy_license", sa.String(length=40), nullable=True))
    op.add_column("oai_taken", sa.Column("copy_from", sa.Text(), nullable=True))
    op.add_column("oai_taken", sa.Column("copy_problem", sa.String(length=200), nullable=True))
    op.add_column("oai_taken", sa.Column("has_copy", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_oai_taken_copy", "oai_taken", ["source_id", "copy_state"])
