"""Takes back what another migration made, by what that says itself."""
from importlib import import_module

from shop.migrations.shared import create_table
from shop.types import State
import sqlalchemy as sa

revision = "d4"
down_revision = "c3"

models = import_module("shop.migrations.versions.2026_03_c3_models")


def upgrade():
    models.downgrade()
    create_table("states", *[sa.Column(state, sa.JSON()) for state in (State.OPEN.value, State.SENT.value)])


def downgrade():
    pass
