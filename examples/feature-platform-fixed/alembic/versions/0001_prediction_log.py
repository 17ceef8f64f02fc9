"""Every score that was served, with what it was computed from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "prediction_log",
        sa.Column("prediction_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), primary_key=True),
        sa.Column("event_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("features", postgresql.JSONB(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
    )
    op.create_index(
        "prediction_log_features_idx",
        "prediction_log",
        ["features"],
        postgresql_using="gin",
        postgresql_ops={"features": "jsonb_path_ops"},
    )


def downgrade() -> None:
    op.drop_table("prediction_log")
