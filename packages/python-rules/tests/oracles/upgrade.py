"""Runs the Alembic migrations of a package on a PostgreSQL: upgrade.py ROOT VERSIONS SOCKET DATABASE.

Standard input holds JSON: values of names that are set at run time, the code of modules that are configuration, and
what to run before. Modules of the package are loaded one by one, without the code of its packages; what is not
installed, and what fails, is a stand-in. With `installed` the package is one of the environment, and all of it is real.
"""
import json
import os
import sys
import tempfile

import stand_ins

root, versions, socket, database = sys.argv[1:5]
options = json.load(sys.stdin)

stand_ins.install(root, options)
if options.get("installed"):
    sys.path.append(root)
import alembic.command  # noqa: E402
import alembic.config  # noqa: E402
import psycopg2  # noqa: E402,F401
import sqlalchemy  # noqa: E402
import sqlalchemy.dialects.postgresql.psycopg2  # noqa: E402,F401

stand_ins.install_missing(options)

ENV = """
import os
from alembic import context
from sqlalchemy import create_engine
engine = create_engine(os.environ["ORACLE_URL"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
"""
with tempfile.TemporaryDirectory() as scripts:
    with open(os.path.join(scripts, "env.py"), "w") as file:
        file.write(ENV)
    os.environ["ORACLE_URL"] = f"postgresql+psycopg2://postgres@/{database}?host={socket}"
    if "before" in options:
        engine = sqlalchemy.create_engine(os.environ["ORACLE_URL"])
        exec(options["before"], {"engine": engine})
        engine.dispose()
    config = alembic.config.Config()
    config.set_main_option("script_location", scripts)
    config.set_main_option("version_locations", versions)
    config.set_main_option("path_separator", "os")
    alembic.command.upgrade(config, options.get("target", "heads"))
