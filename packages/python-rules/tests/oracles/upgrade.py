"""Runs the Alembic migrations of a package on a PostgreSQL: upgrade.py ROOT VERSIONS SOCKET DATABASE.

Standard input holds JSON: values of names that are set at run time, the code of modules that are configuration, and
what to run before. Modules of the package are loaded one by one, without the code of its packages; what is not
installed, and what fails, is a stand-in. With `installed` the package is one of the environment, and all of it is real.
"""
import importlib
import importlib.abc
import importlib.machinery
import json
import os
import sys
import tempfile
import types
from unittest.mock import MagicMock

root, versions, socket, database = sys.argv[1:5]
options = json.load(sys.stdin)
overrides = options.get("values", {})
code = options.get("code", {})


class Package(types.ModuleType):
    def __getattr__(self, name):
        full = f"{self.__name__}.{name}"
        if full in overrides:
            return overrides[full]
        if name.startswith("__"):
            raise AttributeError(name)
        path = os.path.join(root, *full.split("."))
        if os.path.isdir(path) or os.path.isfile(f"{path}.py"):
            return importlib.import_module(full)
        return MagicMock(name=full)


class Loader(importlib.abc.Loader):
    def create_module(self, spec):
        module = Package(spec.name)
        module.__path__ = list(spec.submodule_search_locations or [])
        return module

    def exec_module(self, module):
        exec(code.get(module.__name__, ""), module.__dict__)


class Tolerant(importlib.abc.Loader):
    """A module of the package itself; what of it fails is a stand-in."""

    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        return Package(spec.name)

    def exec_module(self, module):
        try:
            self.loader.exec_module(module)
        except Exception as error:
            print(f"stand-in for {module.__name__}: {error!r}", file=sys.stderr)


class Packages(importlib.abc.MetaPathFinder):
    """Packages below the root, without their own code."""

    def find_spec(self, name, path=None, target=None):
        folder = os.path.join(root, *name.split("."))
        if name in code or os.path.isdir(folder) and name.split(".")[0] not in ("alembic",):
            spec = importlib.machinery.ModuleSpec(name, Loader(), is_package=True)
            spec.submodule_search_locations = [folder]
            return spec
        if os.path.isfile(f"{folder}.py"):
            loader = importlib.machinery.SourceFileLoader(name, f"{folder}.py")
            spec = importlib.machinery.ModuleSpec(name, Tolerant(loader), origin=f"{folder}.py")
            spec.has_location = True
            return spec
        return None


class Missing(importlib.abc.MetaPathFinder):
    """What is not installed."""

    def find_spec(self, name, path=None, target=None):
        return importlib.machinery.ModuleSpec(name, Loader(), is_package=True)


if not options.get("installed"):
    sys.meta_path.insert(0, Packages())
import alembic.command  # noqa: E402
import alembic.config  # noqa: E402
import psycopg2  # noqa: E402,F401
import sqlalchemy  # noqa: E402
import sqlalchemy.dialects.postgresql.psycopg2  # noqa: E402,F401

if not options.get("installed"):
    sys.meta_path.append(Missing())

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
    alembic.command.upgrade(config, "heads")
