import sqlalchemy as sa

from shop.types import Moment

PREFIX = "ix"


def index(table_name, columns):
    name = f"{PREFIX}_{table_name}"
    for column in columns:
        name += "_" + column
    return name


def audit():
    return [sa.Column("created_at", Moment(), server_default=sa.func.now()), sa.Column("changed_at", Moment)]
