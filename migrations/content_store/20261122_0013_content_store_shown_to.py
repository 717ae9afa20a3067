"""Whom each version was published to: what came before it, or was sent back, is not shown with it."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0013_content_store"
down_revision = "20261122_0012_content_store"
branch_labels = None
depends_on = None

# Of what came before nothing was written down: the version that is shown and those withdrawn after they were shown are
# known to have been seen. Older ones stay with their keepers until they are published again; lessons keep their pins.
_FILL = """
UPDATE cs_version SET shown_to = (
    SELECT coalesce({gathered}, '[]') FROM cs_item_audience AS a WHERE a.item_id = cs_version.item_id
)
WHERE EXISTS (
    SELECT 1 FROM cs_item AS i WHERE i.id = cs_version.item_id AND i.published_number = cs_version.number
) OR EXISTS (
    SELECT 1 FROM cs_recall AS r WHERE r.version_id = cs_version.id
)
"""


def upgrade() -> None:
    """Change the tables."""
    op.add_column("cs_version", sa.Column("shown_to", sa.JSON(none_as_null=True), nullable=True))
    is_server = op.get_bind().dialect.name == "postgresql"
    op.execute(_FILL.format(gathered="json_agg(a.token)" if is_server else "json_group_array(a.token)"))
