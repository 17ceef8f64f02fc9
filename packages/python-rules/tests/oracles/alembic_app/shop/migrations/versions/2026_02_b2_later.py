import sqlalchemy as sa
from alembic import op

import shop.migrations.shared.schema as schema
from shop.migrations.shared import *  # noqa: F403
from shop.types import Document

revision = "b2"
down_revision = "a1"

EXTRAS = {table: f"{table}_extra" for table in ["orders", "events"]}


def upgrade():
    # Both are there already.
    create_table("orders", sa.Column("other", sa.Integer))
    create_index("orders", "payload", using="gin")
    add_columns(
        "orders", sa.Column("payload", sa.Text()), sa.Column("note", sa.Text()), sa.Column("tags", Document())
    )
    for table, column in EXTRAS.items():
        if not schema.has_column(table, column):
            op.add_column(table, sa.Column(column, sa.JSON()))
    drop_columns("orders", "raw", "nothing_of_the_kind")
    schema.drop_table("stray")
    schema.drop_table("nothing_of_the_kind")
    schema.drop_index("orders", "state", "sent_at")
    if has_table("events"):
        with schema.batch("events") as batch_op:
            batch_op.alter_column("body", new_column_name="document")


def downgrade():
    pass
