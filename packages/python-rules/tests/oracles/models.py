"""Prints what SQLAlchemy makes of a package's models, as JSON: models.py ROOT MODULE…

Standard input holds JSON as upgrade.py's does. Tables by name, each with its columns and their types on PostgreSQL, and
its GIN indexes.
"""
import importlib
import json
import sys

import stand_ins

root, *modules = sys.argv[1:]
options = json.load(sys.stdin)

stand_ins.install(root, options)
import sqlalchemy  # noqa: E402
import sqlmodel  # noqa: E402,F401
from sqlalchemy.dialects import postgresql  # noqa: E402

stand_ins.install_missing(options)

known = []
create = sqlalchemy.MetaData.__init__


def remembered(self, *args, **kwargs):
    create(self, *args, **kwargs)
    known.append(self)


sqlalchemy.MetaData.__init__ = remembered
known.append(sqlmodel.SQLModel.metadata)
for module in modules:
    try:
        importlib.import_module(module)
    except ImportError as error:
        print(f"not loaded: {module}: {error!r}", file=sys.stderr)


def type_of(column):
    try:
        return column.type.compile(dialect=postgresql.dialect())
    except sqlalchemy.exc.CompileError:
        # Made with a stand-in.
        return None


tables = {}
for metadata in known:
    for table in metadata.tables.values():
        columns = {column.name: type_of(column) for column in table.columns}
        gin = [index.name for index in table.indexes if index.kwargs.get("postgresql_using") == "gin"]
        tables.setdefault(table.name, []).append({"columns": columns, "gin": sorted(gin)})
print(json.dumps(tables))
