"""When items came to new people, and the topics of the curriculum that items stand in."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0010_content_store"
down_revision = "20261122_0009_content_store"
branch_labels = None
depends_on = None

BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the tables."""
    op.create_table(
        "cs_arrival",
        sa.Column("id", BIG_KEY, nullable=False),
        sa.Column("item_id", BIG_KEY, nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["cs_item.id"], name=op.f("fk_cs_arrival_item_id_cs_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cs_arrival")),
    )
    op.create_index(op.f("ix_cs_arrival_item_id"), "cs_arrival", ["item_id"], unique=False)
    op.create_index(op.f("ix_cs_arrival_arrived_at"), "cs_arrival", ["arrived_at"], unique=False)
    op.create_table(
        "cs_item_topic",
        sa.Column("item_id", BIG_KEY, nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["cs_item.id"], name=op.f("fk_cs_item_topic_item_id_cs_item"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "topic", name=op.f("pk_cs_item_topic")),
    )
