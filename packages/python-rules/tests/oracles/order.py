"""Prints the order in which Alembic runs revisions, as JSON; standard input holds lists of [revision, [what it follows]]."""
import json
import sys

from alembic.script.revision import Revision, RevisionMap


def order(revisions):
    scripts = [Revision(name, tuple(after) or None) for name, after in revisions]
    found = RevisionMap(lambda: iter(scripts)).iterate_revisions("heads", None, implicit_base=True)
    return [script.revision for script in found][::-1]


print(json.dumps([order(one) for one in json.load(sys.stdin)]))
