import sqlalchemy as sa
from alembic import op

from shop.migrations.shared import flow

revision = "e5"
down_revision = "d4"


def upgrade():
    listed = [*flow.columns("body")]
    flow.audit(listed)
    op.create_table("notes", *listed)
    op.create_table("drafts", *flow.columns())
    flow.add("notes", "document")
    flow.add_json("notes", "plain")
    flow.add_twice("drafts", "part")
    flow.add_text(["notes", "drafts"], "title")
    with flow.renamed("notes", "moved") as name:
        flow.add(name, "inside", sa.Integer)
    with flow.Logged("drafts") as change:
        change.run("state")
    flow.first(["notes", "drafts"], "drafts")
    flow.first(["notes", "drafts"], "nothing")


def downgrade():
    op.drop_table("drafts")
    op.drop_table("notes")
