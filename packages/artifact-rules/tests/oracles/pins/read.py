"""What the tools themselves read: for each file, the releases that each of its dependencies on h2o allows.

Reads `{"tool": …, "releases": […], "files": [{"name": text, …}, …]}`; the first file of each is asked about. Writes
one list for each, of one list of allowed releases for each dependency, or null where the tool refuses the file.
"""

import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path


def allowed_by(specifiers, releases):
    return [release for release in releases if specifiers.contains(release, prereleases=True)]


@cache
def pip_session():
    from pip._internal.network.session import PipSession

    return PipSession()


def pip(folder, name, releases):
    from pip._internal.req.req_file import parse_requirements
    from pip._vendor.packaging.requirements import Requirement

    found = []
    for line in parse_requirements(str(folder / name), session=pip_session()):
        requirement = Requirement(line.requirement)
        if requirement.name.lower() == "h2o":
            found.append(allowed_by(requirement.specifier, releases))
    return found


def poetry(folder, name, releases):
    if name == "poetry.lock":
        from poetry.packages.locker import Locker

        packages = Locker(folder / name, {}).locked_repository().packages
        return [[str(package.version)] for package in packages if package.name == "h2o"]
    from poetry.core.constraints.version import Version
    from poetry.core.factory import Factory

    package = Factory().create_poetry(folder, with_groups=True).package
    return [
        [release for release in releases if dependency.constraint.allows(Version.parse(release))]
        for group in sorted(package.dependency_group_names(include_optional=True))
        for dependency in package.dependency_group(group).dependencies
        if dependency.name == "h2o"
    ]


def uv(folder, name, releases):
    command = [Path(sys.executable).parent / "uv", "export", "--frozen", "--offline", "--no-hashes", "--no-emit-project"]
    done = subprocess.run([*command, "--quiet", "--no-header"], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise ValueError(done.stderr)
    lines = [line.split(";")[0].strip() for line in done.stdout.splitlines()]
    return [[line.removeprefix("h2o==")] for line in lines if line.startswith("h2o==")]


def conda(folder, name, releases):
    from rattler import MatchSpec, Version, VersionSpec

    found = []
    for line in (folder / name).read_text().splitlines():
        if not line.startswith("  - "):
            continue
        spec = MatchSpec(line[4:].split(" #")[0].strip().strip("'\""))
        if spec.name.normalized not in ("h2o", "h2o-py"):
            continue
        allows = VersionSpec(spec.version).matches if spec.version else lambda version: True
        found.append([release for release in releases if allows(Version(release))])
    return found


def main():
    given = json.load(sys.stdin)
    read = {"pip": pip, "poetry": poetry, "uv": uv, "conda": conda}[given["tool"]]
    results = []
    for files in given["files"]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for file, text in files.items():
                (folder / file).write_text(text)
            try:
                results.append(read(folder, next(iter(files)), given["releases"]))
            except Exception as error:
                print(f"{error}"[:300], file=sys.stderr)
                results.append(None)
    json.dump(results, sys.stdout)


main()
