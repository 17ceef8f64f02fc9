"""Helpers that look at the database before they change it."""
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from alembic import context, op
from sqlalchemy import Column, inspect
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import NoSuchTableError

from . import naming

logger = logging.getLogger("alembic.env")


def _inspector():
    return inspect(op.get_bind())


def has_table(table_name: str) -> bool:
    return _inspector().has_table(table_name)


def has_column(table_name: str, column_name: str) -> bool:
    try:
        for column in _inspector().get_columns(table_name):
            if column["name"] == column_name:
                return True
    except NoSuchTableError:
        pass
    return False


def has_index(table_name: str, index_name: str) -> bool:
    return any(index["name"] == index_name for index in _inspector().get_indexes(table_name))


def create_table(table_name: str, *elements: Any, **options: Any) -> None:
    if has_table(table_name):
        logger.info("Table %s is there", table_name)
        return
    op.create_table(table_name, *elements, *naming.audit(), **options)


def drop_table(table_name: str) -> None:
    if not has_table(table_name=table_name):
        return
    for foreign_key in _inspector().get_foreign_keys(table_name):
        op.drop_constraint(foreign_key["name"], table_name, type_="foreignkey")
    op.drop_table(table_name)


def add_columns(table_name: str, *columns: Column) -> None:
    missing = []
    for column in columns:
        if has_column(table_name, column.name):
            logger.info("Column %s is there", column.name)
        else:
            missing.append(column)
    with op.batch_alter_table(table_name) as batch_op:
        for column in missing:
            batch_op.add_column(column)


def drop_columns(table_name: str, *names: str) -> None:
    found = []
    for name in names:
        if not has_column(table_name, name):
            continue
        found += [name]
    with batch(table_name) as batch_op:
        for name in found:
            batch_op.drop_column(name)


def create_index(table_name: str, columns, *, unique: bool = False, using: str | None = None) -> None:
    columns = [columns] if isinstance(columns, str) else columns
    name = naming.index(table_name, columns)
    if has_index(table_name, name):
        return
    options = {"postgresql_using": using} if isinstance(op.get_bind().dialect, PGDialect) else {}
    op.create_index(index_name=name, table_name=table_name, columns=columns, unique=unique, **options)


def drop_index(table_name: str, *columns: str) -> None:
    if context.is_offline_mode():
        raise RuntimeError("needs a database")
    name = naming.index(table_name, columns)
    if has_index(table_name, name):
        op.drop_index(name, table_name=table_name)


@contextmanager
def batch(table_name: str):
    if isinstance(op.get_bind().dialect, SQLiteDialect):
        op.execute("PRAGMA foreign_keys=off")
        with op.batch_alter_table(table_name, recreate="always") as batch_op:
            yield batch_op
        op.execute("PRAGMA foreign_keys=on")
    else:
        with op.batch_alter_table(table_name) as batch_op:
            yield batch_op


@dataclass(frozen=True)
class Lookup:
    table: str
    columns: list[str]
    unique: bool = False

    @property
    def name(self) -> str:
        return f"uq_{self.table}_{self.columns[0]}" if self.unique else naming.index(self.table, self.columns)

    def create(self) -> None:
        if has_index(self.table, self.name):
            return
        op.create_index(self.name, self.table, self.columns, unique=self.unique)
