"""Which library versions a revision shows, and which newer ones a lesson declined."""

import json

import sqlalchemy as sa
from alembic import op

revision = "20261122_0009_lms"
down_revision = "20261122_0008_lms"
branch_labels = None
depends_on = None

BATCH = 200


def upgrade() -> None:
    """Change the tables, and note the pins of the revisions that are there."""
    op.create_table(
        "revision_pin",
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("pin", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_revision_pin_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("revision_id", "pin", name=op.f("pk_revision_pin")),
    )
    op.create_index(op.f("ix_revision_pin_pin"), "revision_pin", ["pin"], unique=False)
    op.create_table(
        "offer_decline",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("item_uuid", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("declined_by", sa.Integer(), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_offer_decline_lesson_id_lesson")),
        sa.ForeignKeyConstraint(["declined_by"], ["user.id"], name=op.f("fk_offer_decline_declined_by_user")),
        sa.PrimaryKeyConstraint("lesson_id", "item_uuid", "number", name=op.f("pk_offer_decline")),
    )
    _note_pins(op.get_bind())


def _note_pins(connection: sa.Connection) -> None:
    last = 0
    read = sa.text("SELECT id, snapshot FROM revision WHERE id > :last ORDER BY id LIMIT :most")
    note = sa.text("INSERT INTO revision_pin (revision_id, pin) VALUES (:revision_id, :pin)")
    while rows := connection.execute(read, {"last": last, "most": BATCH}).all():
        pins = [{"revision_id": row.id, "pin": pin} for row in rows for pin in sorted(_pins_of(row.snapshot))]
        if pins:
            connection.execute(note, pins)
        last = rows[-1].id


def _pins_of(snapshot: object) -> set[str]:
    data = json.loads(snapshot) if isinstance(snapshot, str) else snapshot
    activities = data.get("activities", ()) if isinstance(data, dict) else ()
    return {row["pin"] for row in activities if row.get("pin")}
