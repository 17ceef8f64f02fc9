import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import declarative_base, declared_attr

from shop.migrations.shared.schema import Lookup
from shop import types

revision = "c3"
down_revision = "b2"

Base = declarative_base()


class Stamped:
    stamped_at = sa.Column(types.Moment)

    @declared_attr
    def stamped_by(cls):
        return sa.Column(sa.Integer)


class Item(Stamped, Base):
    __tablename__ = "items"
    __table_args__ = (sa.UniqueConstraint("code", name="uq_items_code"),)

    id = sa.Column(sa.Integer, primary_key=True)
    code = sa.Column(types.key(8))
    body = sa.Column(types.FLEXIBLE, index=True)
    kind = sa.Column("item_kind", sa.String(types.KEY_LENGTH))


def upgrade():
    bind = op.get_bind()
    Item.__table__.create(bind)
    Lookup(table=Item.__tablename__, columns=["stamped_at"], unique=True).create()
    op.execute(f"DELETE FROM items WHERE code = '{bind.dialect.name}'")


def downgrade():
    op.drop_table("items")
