"""The stamp of a course's outline, by which a process knows whether what it remembers still holds."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "20261122_0008_lms"
down_revision = "20261122_0007_lms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables. One number for the courses that are there: it must only differ from every later one."""
    op.add_column("course", sa.Column("outline_stamp", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(sa.text("UPDATE course SET outline_stamp = :drawn").bindparams(drawn=secrets.randbits(62)))
