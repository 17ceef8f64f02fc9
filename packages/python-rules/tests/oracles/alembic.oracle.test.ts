import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentOf, type Package } from "../../../sql-rules/tests/oracles/corpora.js";
import { link } from "../../../sql-rules/src/model/link.js";
import {
  DESCRIBE,
  describeCatalog,
  readDescription,
  type Description,
} from "../../../sql-rules/tests/oracles/describe.js";
import {
  missingPostgres,
  startPostgres,
  type PostgresServer,
} from "../../../sql-rules/tests/oracles/postgres.js";
import { alembic } from "../../src/alembic/reader.js";
import { alembicPython, upgrade, type Run } from "./alembic.js";

// The catalog of a package's Alembic migrations against a PostgreSQL on which Alembic has run them.

interface Case extends Omit<Run, "root">, Omit<Package, "registry"> {
  /** What only the run knows, and why. */
  explained?: Record<string, string>;
}

const CASES: Case[] = [
  {
    name: "skyvern",
    version: "1.0.56",
    sha256: "821e7bee0dc642a0a609eac45b656a0a96690592a240058bd3153177c1c77d40",
    versions: "alembic/versions",
  },
  {
    name: "mage-ai",
    version: "0.9.80",
    sha256: "1be6e3d0969d9724ee0742d5167ba188273691cad76ddd04857f3a9fd0a8f437",
    versions: "mage_ai/orchestration/db/migrations/versions",
    explained: { secret_name_key: "dropped by a name that an inspector finds" },
  },
];

describe("Alembic", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    const missing = missingPostgres(15);
    if (missing !== undefined) throw new Error(missing);
    alembicPython();
    server = await startPostgres(15);
  }, 600_000);
  afterAll(() => {
    server.stop();
  });

  it.each(CASES)(
    "$name ends with the same columns and indexes",
    async ({ name, version, sha256, versions, explained = {}, ...options }) => {
      const root = contentOf({ registry: "pypi", name, version, sha256 });
      const database = name.replaceAll("-", "_");
      await server.createDatabase(database);
      expect(
        upgrade({ root, versions: path.join(root, versions), ...options }, server.socket, database),
      ).toBe("");
      const { stdout } = await server.run(DESCRIBE, { database });
      const isExplained = (one: string) => Object.keys(explained).some((word) => one.includes(word));
      const theirs = summary(readDescription(stdout)).filter((one) => !isExplained(one));
      expect(summary(describeCatalog(catalogOf(root, versions))).filter((one) => !isExplained(one))).toEqual(
        theirs,
      );
      // Whatever is compared is there.
      expect(theirs.length).toBeGreaterThan(100);
    },
    600_000,
  );
});

function catalogOf(root: string, versions: string) {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".py"))
    .map((file) => ({ file: file.replaceAll("\\", "/"), text: readFileSync(path.join(root, file), "utf8") }))
    .filter(({ text }) => alembic.mayMatter?.(text))
    .map(({ file, text }) => ({ path: file, facts: alembic.read(text, path.join(root, file)) }));
  const { databaseOf } = link(files, new Map(), {});
  const found = files.find(
    ({ path: file }) => path.posix.dirname(file) === versions && databaseOf.has(path.join(root, file)),
  );
  return databaseOf.get(path.join(root, found!.path))!.catalog;
}

/** Columns with their types, and indexes; Alembic's own table is none of the migrations'. */
function summary({ tables, indexes }: Description): string[] {
  const isOwn = (name: string) => !name.endsWith(".alembic_version");
  const columns = Object.entries(tables).flatMap(([name, table]) =>
    isOwn(name)
      ? table.columns.map((column) => `${name}.${column.name} ${column.type.replace("public.", "")}`)
      : [],
  );
  const indexLines = Object.entries(indexes).flatMap(([name, { table, method, unique, keys, predicate }]) => {
    if (!isOwn(table)) return [];
    const key = keys.map(
      ({ definition, class: operatorClass, descending }) =>
        `${definition} ${operatorClass ?? "?"}${descending ? " desc" : ""}`,
    );
    // PostgreSQL compares a varchar with an array of text.
    const where = predicate?.replaceAll(/cast\((\[[^\]]*\]) as text\[\]\)/g, "$1") ?? "";
    return [`${name} ${unique ? "unique " : ""}on ${table} ${method} (${key.join(", ")}) ${where}`];
  });
  return [...columns, ...indexLines].sort();
}
