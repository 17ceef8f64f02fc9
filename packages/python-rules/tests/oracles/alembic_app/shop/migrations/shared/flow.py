"""Helpers that work as Python allows: what they are given, keep and wrap changes what they do."""
from contextlib import contextmanager, suppress
from functools import partial, wraps

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

DEFAULT = JSONB


def add(table, name, kind=DEFAULT):
    op.add_column(table, sa.Column(name, kind()))


DEFAULT = sa.Text
add_json = partial(add, kind=sa.JSON)
add_twice = lambda table, name: [add(table, name + number) for number in ("1", "2")]  # noqa: E731


def audit(columns):
    columns.append(sa.Column("at", sa.DateTime()))


def columns(*names):
    yield sa.Column("id", sa.Integer(), primary_key=True)
    yield from (sa.Column(name, JSONB()) for name in names)


def both(change):
    @wraps(change)
    def inner(tables, *args):
        for table in tables:
            change(table, *args)

    return inner


@both
def add_text(table, name):
    add(table, name, sa.Text)


@contextmanager
def renamed(table, name):
    op.rename_table(table, name)
    try:
        yield name
    finally:
        op.rename_table(name, table)


class Change:
    def __init__(self, table):
        self.table = table

    def __enter__(self):
        return self

    def __exit__(self, *error):
        add(self.table, "left")

    def run(self, name):
        add(self.table, name)


class Logged(Change):
    def run(self, name):
        super().run(name)
        add_json(self.table, f"{name}_log")


def first(tables, wanted):
    for table in tables:
        with suppress(KeyError):
            if table != wanted:
                raise KeyError(table)
            add(table, "wanted")
            break
    else:
        add(tables[0], "missing")
