import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
import { pythonWith } from "./environment.js";

// The catalog of migrations of Django apps against a PostgreSQL on which Django has run them.

const REQUIREMENTS = [
  "Django==5.2.19",
  "psycopg2-binary==2.9.13",
  "wagtail==8.0.1",
  "django-oauth-toolkit==3.4.1",
  "django-celery-beat==2.9.0",
  "django-q2==1.11.1",
  "django-auditlog==3.4.1",
];

const DJANGO = ["auth", "contenttypes", "sessions", "sites", "flatpages", "redirects", "admin", "messages"];
const contrib = DJANGO.map((name) => `django.contrib.${name}`);

interface Case {
  name: string;
  apps: readonly string[];
  settings?: Record<string, unknown>;
  /** The least that is compared. */
  least: number;
  /** What only a run knows, and why. */
  explained?: readonly [names: RegExp, why: string][];
}

/** Apps of this test. */
const OWN = fileURLToPath(new URL("django_apps", import.meta.url));
const ELSEWHERE = "a class of fields of another package";

const CASES: Case[] = [
  // Every operation, in every form.
  { name: "own", apps: ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.postgres", "shop.apps.ShopConfig", "stock"], least: 80 },
  { name: "contrib", apps: contrib, settings: { SITE_ID: 1 }, least: 80 },
  { name: "oauth", apps: [...contrib, "oauth2_provider"], least: 100 },
  {
    name: "celery_beat",
    apps: [...contrib, "django_celery_beat"],
    least: 100,
    explained: [[/"timezone_field\./, ELSEWHERE]],
  },
  { name: "q2", apps: [...contrib, "django_q"], least: 80, explained: [[/"picklefield\./, ELSEWHERE]] },
  {
    name: "auditlog",
    apps: [...contrib, "auditlog"],
    least: 80,
    explained: [[/auditlog_logentry\.changes(?:_text)?:/, "which of two lists of operations runs is a setting of the project, and reported as such"]],
  },
  {
    name: "wagtail",
    apps: [
      ...contrib,
      ...["contrib.forms", "contrib.redirects", "contrib.settings", "contrib.search_promotions", "embeds", "sites", "users", "snippets", "documents", "images", "search", "admin"]
        .map((name) => `wagtail.${name}`),
      "wagtail",
      "modelcluster",
      "taggit",
    ],
    settings: { STATIC_URL: "/static/", WAGTAIL_SITE_NAME: "oracle", WAGTAILADMIN_BASE_URL: "http://localhost" },
    least: 300,
  },
]; // prettier-ignore

describe("Django", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    const missing = missingPostgres(18);
    if (missing !== undefined) throw new Error(missing);
    pythonWith("django", REQUIREMENTS);
    server = await startPostgres(18);
  }, 600_000);
  afterAll(() => {
    server.stop();
  });

  it.each(CASES)(
    "$name ends with the same tables, columns, keys and indexes",
    async ({ name, apps, settings = {}, least, explained = [] }) => {
      await server.createDatabase(name);
      const folders = migrate(server.socket, name, { apps, settings, path: [OWN] });
      const { stdout } = await server.run(DESCRIBE, { database: name });
      const theirs = summary(readDescription(stdout));
      const ours = summary(describeCatalog(catalogOf(folders, settings)));
      const found = differences(ours, theirs);
      expect(found.filter((one) => !explained.some(([names]) => names.test(one)))).toEqual([]);
      expect(theirs.size).toBeGreaterThan(least);
    },
    600_000,
  );
});

/** Runs `migrate`. @returns the folders of the apps */
function migrate(socket: string, database: string, options: object): string[] {
  const script = fileURLToPath(new URL("migrate.py", import.meta.url));
  const { status, stdout, stderr } = spawnSync(
    pythonWith("django", REQUIREMENTS),
    [script, socket, database],
    {
      input: JSON.stringify(options),
      encoding: "utf8",
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" },
    },
  );
  if (status !== 0) throw new Error(stderr.trim().split("\n").slice(-12).join("\n"));
  return JSON.parse(stdout) as string[];
}

function catalogOf(folders: readonly string[], settings: Record<string, unknown>) {
  const root = path.dirname(folders.find((folder) => existsSync(path.join(folder, "migrations")))!);
  const parts = folders.flatMap((folder) => [folder, path.join(folder, "migrations")]);
  const found = parts
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => path.join(folder, file)))
    .filter((file) => file.endsWith(".py"))
    .map((file) => ({ file, text: readFileSync(file, "utf8") }));
  const lines = Object.entries({ DEFAULT_AUTO_FIELD: "django.db.models.BigAutoField", ...settings })
    .filter(([, value]) => typeof value === "string")
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`);
  const own = { file: path.join(root, "settings.py"), text: lines.join("") };
  const files = [...found, own]
    .filter(({ file, text }) => python.mayMatter?.(text, file))
    .map(({ file, text }) => ({
      path: file.replace(/^.*\/(?:site-packages|oracles\/django_apps)\//, ""),
      facts: python.read(text, file),
    }));
  const { databasesOf, problems } = link(files, new Map(), {});
  expect([...problems]).toEqual([]);
  return [...databasesOf.values()].flat()[0]!.catalog;
}

/** Columns, keys and indexes by name; Django's list of the migrations that were run is made by none of them. */
function summary({ tables, indexes }: Description): Map<string, string> {
  const isOwn = (name: string) => !name.endsWith(".django_migrations");
  const lines = Object.entries(tables).flatMap(([name, { columns, constraints }]) => {
    if (!isOwn(name)) return [];
    const ofColumns = columns.map((column): [string, string] => [
      `${name}.${column.name}`,
      `${column.type.replace("public.", "")}${column.notNull ? " not null" : ""}${column.identity ? " identity" : ""}`,
    ]);
    const ofConstraints = Object.entries(constraints).flatMap(([own, constraint]): [string, string][] =>
      /^[pux]$/.test(constraint.kind)
        ? [[`${name} ${own}`, `${constraint.kind} (${constraint.columns?.join(", ") ?? ""})`]]
        : [],
    );
    return [...ofColumns, ...ofConstraints];
  });
  const ofIndexes = Object.entries(indexes).flatMap(
    ([name, { table, method, unique, keys, include, predicate }]): [string, string][] => {
      if (!isOwn(table)) return [];
      const key = keys.map(
        ({ definition, class: operatorClass, descending }) =>
          `${definition} ${operatorClass ?? "?"}${descending ? " desc" : ""}`,
      );
      // PostgreSQL compares a varchar with an array of text.
      const where = predicate?.replaceAll(/cast\((\[[^\]]*\]) as text\[\]\)/g, "$1") ?? "";
      const more = `${include.length > 0 ? ` include (${include.join(", ")})` : ""} ${where}`;
      return [[name, `${unique ? "unique " : ""}on ${table} ${method} (${key.join(", ")})${more}`]];
    },
  );
  return new Map([...lines, ...ofIndexes]);
}

function differences(ours: ReadonlyMap<string, string>, theirs: ReadonlyMap<string, string>): string[] {
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].sort();
  return names.flatMap((name) => {
    const [own, real] = [ours.get(name) ?? "nothing", theirs.get(name) ?? "nothing"];
    return own === real ? [] : [`${name}: ${own}, in PostgreSQL ${real}`];
  });
}
