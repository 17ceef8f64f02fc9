import { registerReader } from "@orchestrator-lint/sql-rules/generated";
import { readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { databasesOf } from "../../../sql-rules/src/files/project.js";
import { put, tree } from "../../../sql-rules/tests/tree.js";
import { readProgram } from "../../src/language/program.js";
import { python } from "../../src/sql/reader.js";

registerReader("py", python);

const MIGRATION = `
import sqlalchemy as sa
from alembic import op
from shop.helpers import make
revision = "a"
down_revision = None
def upgrade():
    make("t")
`;
const helper = (column: string): string => `
import sqlalchemy as sa
from alembic import op
def make(table):
    op.create_table(table, sa.Column("${column}", sa.JSON()))
`;

/** The columns of a repository's one table, as seen from its migration. */
function columns(root: string, text?: string): string[] {
  const physicalFilename = path.join(root, "shop/versions/a.py");
  const shown = text ?? readFileSync(physicalFilename, "utf8");
  const sourceCode = { ast: readProgram(shown), text: shown };
  const [database] = databasesOf({ physicalFilename, cwd: root, settings: {}, sourceCode });
  return [...(database?.catalog.tables.get("public.t")?.columns.keys() ?? [])];
}

it("is seen where a helper on disk changes, and where the migration does that is edited", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const root = tree({
    "shop/__init__.py": "",
    "shop/helpers.py": helper("a"),
    "shop/versions/a.py": MIGRATION,
  });
  expect(columns(root)).toEqual(["a"]);
  expect(columns(root, `${MIGRATION}    op.add_column("t", sa.Column("b", sa.Text()))\n`)).toEqual([
    "a",
    "b",
  ]);
  put(root, { "shop/helpers.py": helper("other") });
  expect(columns(root)).toEqual(["other"]);
  expect(columns(root, `${MIGRATION}    op.add_column("t", sa.Column("b", sa.Text()))\n`)).toEqual([
    "other",
    "b",
  ]);
  rmSync(path.join(root, "shop/helpers.py"));
  expect(columns(root)).toEqual([]);
  put(root, { "shop/helpers.py": "from shop.others import *\n" });
  expect(columns(root)).toEqual([]);
  put(root, { "shop/others.py": helper("made") });
  expect(columns(root)).toEqual(["made"]);
  renameSync(path.join(root, "shop/others.py"), path.join(root, "shop/helpers.py"));
  expect(columns(root)).toEqual(["made"]);
  // A package hides a module of its name.
  put(root, { "shop/helpers/__init__.py": helper("hidden") });
  expect(columns(root)).toEqual(["hidden"]);
});

it("reads nothing outside of the root", () => {
  const outside = tree({ "shop/__init__.py": "", "shop/helpers.py": helper("a") });
  const root = path.join(outside, "inner");
  put(root, { "shop/versions/a.py": MIGRATION.replace("from shop.helpers", "from ....shop.helpers") });
  expect(columns(root)).toEqual([]);
});
