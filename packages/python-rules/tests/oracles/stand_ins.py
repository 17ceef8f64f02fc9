"""Modules of a package that is not installed: its own are loaded one by one, without the code of its packages."""
import importlib
import importlib.abc
import importlib.machinery
import os
import sys
import types
from unittest.mock import MagicMock

root = ""
overrides = {}
code = {}


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


def install(folder, options):
    """Finds the package below a folder, unless it is one of the environment."""
    global root
    root = folder
    overrides.update(options.get("values", {}))
    code.update(options.get("code", {}))
    if not options.get("installed"):
        sys.meta_path.insert(0, Packages())


def install_missing(options):
    """Whatever is not installed is a stand-in from now on."""
    if not options.get("installed"):
        sys.meta_path.append(Missing())
