import sqlalchemy as sa
from alembic import op

from shop import types
from shop.migrations.shared import Key, create_index, create_table
from shop.types import FLEXIBLE, Document, Moment, State, key

revision = "a1"
down_revision = None


def upgrade():
    create_table(
        "orders",
        sa.Column("id", key(), primary_key=True),
        sa.Column("state", sa.Enum(State, name="order_state"), nullable=False),
        sa.Column("payload", Document(), nullable=False),
        sa.Column("extra", FLEXIBLE),
        sa.Column("raw", types.Raw),
        sa.Column("sent_at", Moment),
    )
    create_table("events", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("body", sa.JSON()))
    create_table("stray", sa.Column("id", key(12), primary_key=True))
    create_index("orders", "payload", using="gin")
    create_index("orders", ["state", "sent_at"])
    Key("events", columns=["created_at"]).create()
    Key("events", ["created_at"]).create()


def downgrade():
    op.drop_table("orders")
