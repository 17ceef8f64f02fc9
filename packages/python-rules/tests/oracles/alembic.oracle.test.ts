import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
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
import { python } from "../../src/sql/reader.js";
import { alembicPython, upgrade, type Run } from "./alembic.js";

// The catalog of a package's Alembic migrations against a PostgreSQL on which Alembic has run them.

interface Case extends Omit<Run, "root">, Omit<Package, "registry"> {
  /** What only the run knows, and why. */
  explained?: readonly [names: RegExp, why: string][];
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
    explained: [[/secret_name_key/, "dropped by a name that an inspector finds"]],
  },
  {
    name: "apache-airflow-core",
    version: "3.3.2",
    sha256: "99258922bccec15be4700ff89f3c942b8acd93407e263c287ce863e671bb3c50",
    versions: "airflow/migrations/versions",
    values: { "airflow.models.ID_LEN": 250 },
    code: {
      "airflow.configuration":
        "class conf:\n    get = staticmethod(lambda *a, fallback=None, **k: fallback)\n" +
        "    getboolean = getint = getfloat = get\n    has_option = staticmethod(lambda *a, **k: False)\n",
    },
  },
  {
    name: "langflow-base",
    version: "1.13.0",
    sha256: "e15db23e16cf27d6d1ac8fcc5030cf25ad3a04356a9581862b4e97de739dd3a2",
    versions: "langflow/alembic/versions",
    explained: [
      [/timestamp(?:tz_ops|.*with time zone)/, "columns of a type that an inspector finds get another"],
      [/file_name_key/, "dropped by a name that an inspector finds"],
      [/\bpk_(?:message|transaction|vertex_build)\b|temp_\w+_pkey/, "named by what an inspector finds"],
    ],
    code: {
      "langflow.services.database.models.catalog_policy":
        "from langflow.services.database.models.catalog_policy.model import *",
      "lfx.schema.serialize": "from uuid import UUID as UUIDstr",
    },
  },
  {
    name: "mlflow-skinny",
    version: "3.17.2",
    sha256: "31be9190494212ccd94774170fd06f6fe04d209aae3923eefd16f9bf7830d63c",
    versions: "mlflow/store/db_migrations/versions",
    explained: [
      [
        /\.(?:experiments|metrics|params|runs|tags)\.|(?:experiment|metric|param|run|tag)_pk\b|on public\.(?:experiments|metrics|params|runs|tags) /,
        "made by the models before the first migration",
      ],
      [
        /registered_model_pk|model_version_pk|unique_(?:endpoint|model_definition|secret)_name/,
        "dropped, or behind what is dropped, by names that an inspector finds",
      ],
    ],
    installed: true,
    before:
      "from mlflow.store.tracking.dbmodels.initial_models import Base\nBase.metadata.create_all(engine)",
  },
];

/** Migrations whose helpers stand in other modules, as far as one of them undoes what another did. */
const OWN = fileURLToPath(new URL("alembic_app", import.meta.url));
const OWN_VERSIONS = "shop/migrations/versions";

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
    async ({ name, version, sha256, versions, explained = [], ...options }) => {
      const root = contentOf({ registry: "pypi", name, version, sha256 });
      const database = name.replaceAll("-", "_");
      await server.createDatabase(database);
      expect(
        upgrade({ root, versions: path.join(root, versions), ...options }, server.socket, database),
      ).toBe("");
      const { stdout } = await server.run(DESCRIBE, { database });
      const theirs = summary(readDescription(stdout));
      const ours = summary(describeCatalog(catalogOf(root, versions)));
      const isExplained = (one: string) => explained.some(([names]) => names.test(one));
      const found = differences(ours, theirs);
      expect(found.filter((one) => !isExplained(one))).toEqual([]);
      expect(found.filter((one) => /\bjsonb?\b/.test(one))).toEqual([]);
      // Whatever is compared is there.
      expect(theirs.size).toBeGreaterThan(100);
    },
    600_000,
  );

  it.each([
    ["c3", "2026_03_c3_models.py"],
    ["d4", "2026_04_d4_back.py"],
    ["e5", "2026_05_e5_flow.py"],
  ])(
    "ends with the same where helpers stand in other modules, up to %s",
    async (target, last) => {
      const database = `own_${target}`;
      await server.createDatabase(database);
      const run = { root: OWN, versions: path.join(OWN, OWN_VERSIONS), installed: true, target };
      expect(upgrade(run, server.socket, database)).toBe("");
      const { stdout } = await server.run(DESCRIBE, { database });
      const theirs = summary(readDescription(stdout));
      const catalog = catalogOf(OWN, OWN_VERSIONS, (file) => path.basename(file) <= last);
      expect([...summary(describeCatalog(catalog))].sort()).toEqual([...theirs].sort());
      expect([...catalog.tables.values()].filter(({ doubt }) => doubt !== undefined)).toEqual([]);
      expect(theirs.size).toBeGreaterThan(15);
    },
    600_000,
  );
});

function catalogOf(root: string, versions: string, isRun = (_: string): boolean => true) {
  const all = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".py"))
    .map((file) => ({ file: file.replaceAll("\\", "/"), text: readFileSync(path.join(root, file), "utf8") }));
  const texts = new Map(all.map(({ file, text }) => [file, text]));
  const tree = { root, paths: [...texts.keys()], text: (file: string) => texts.get(file) };
  const files = all
    .filter(({ file, text }) => python.mayMatter?.(text, file))
    .filter(({ file }) => path.posix.dirname(file) !== versions || isRun(file))
    .map(({ file, text }) => ({ path: file, facts: python.read(text, path.join(root, file), tree) }));
  const { databasesOf } = link(files, new Map(), {});
  const found = files.find(
    ({ path: file }) => path.posix.dirname(file) === versions && databasesOf.has(path.join(root, file)),
  );
  return databasesOf.get(path.join(root, found!.path))![0]!.catalog;
}

/** Columns with their types, and indexes, by name; Alembic's own table is none of the migrations'. */
function summary({ tables, indexes }: Description): Map<string, string> {
  const isOwn = (name: string) => !name.endsWith(".alembic_version");
  const columns = Object.entries(tables).flatMap(([name, table]) =>
    isOwn(name)
      ? table.columns.map((column): [string, string] => [
          `${name}.${column.name}`,
          column.type.replace("public.", ""),
        ])
      : [],
  );
  const ofIndexes = Object.entries(indexes).flatMap(
    ([name, { table, method, unique, keys, predicate }]): [string, string][] => {
      if (!isOwn(table)) return [];
      const key = keys.map(
        ({ definition, class: operatorClass, descending }) =>
          `${definition} ${operatorClass ?? "?"}${descending ? " desc" : ""}`,
      );
      // PostgreSQL compares a varchar with an array of text.
      const where = predicate?.replaceAll(/cast\((\[[^\]]*\]) as text\[\]\)/g, "$1") ?? "";
      return [[name, `${unique ? "unique " : ""}on ${table} ${method} (${key.join(", ")}) ${where}`]];
    },
  );
  return new Map([...columns, ...ofIndexes]);
}

/** What the two do not have alike. A type of the package's own has its full name, and no operator class. */
function differences(ours: ReadonlyMap<string, string>, theirs: ReadonlyMap<string, string>): string[] {
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return names.flatMap((name) => {
    const [own, real] = [ours.get(name) ?? "nothing", theirs.get(name) ?? "nothing"];
    const pattern = own
      .split(" ?")
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .join(" \\w+");
    const isAlike = /^"[\w.]+\.\w+"$/.test(own) || new RegExp(`^${pattern}$`).test(real);
    return isAlike ? [] : [`${name}: ${own}, in PostgreSQL ${real}`];
  });
}
