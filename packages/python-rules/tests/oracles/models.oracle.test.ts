import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { declaredTables, type DeclaredTable } from "../../../sql-rules/src/model/models/tables.js";
import { links } from "../../../sql-rules/src/model/sources/links.js";
import type { SourceFile } from "../../../sql-rules/src/model/sources/types.js";
import { contentOf, type Package } from "../../../sql-rules/tests/oracles/corpora.js";
import { python } from "../../src/sql/reader.js";
import { alembicPython, models, orders, type RealTable } from "./alembic.js";

// What is read of models against what SQLAlchemy itself makes of them, and the order of revisions against Alembic's.

interface Case extends Omit<Package, "registry"> {
  options?: object;
  /** Tables of modules that do not run without what they import. */
  stoodIn?: RegExp;
  /** At least so many tables and columns are compared. */
  least: readonly [tables: number, columns: number];
}

const CASES: Case[] = [
  {
    name: "skyvern",
    version: "1.0.56",
    sha256: "821e7bee0dc642a0a609eac45b656a0a96690592a240058bd3153177c1c77d40",
    least: [63, 1024],
  },
  {
    name: "apache-airflow-core",
    version: "3.3.2",
    sha256: "99258922bccec15be4700ff89f3c942b8acd93407e263c287ce863e671bb3c50",
    stoodIn: /^(?:callback|deadline_alert|task_instance(?:_note)?)$/,
    least: [50, 370],
  },
  {
    name: "langflow-base",
    version: "1.13.0",
    sha256: "e15db23e16cf27d6d1ac8fcc5030cf25ad3a04356a9581862b4e97de739dd3a2",
    options: { code: { "lfx.schema.serialize": "from uuid import UUID as UUIDstr" } },
    stoodIn: /^deployment$/,
    least: [60, 600],
  },
  {
    name: "mlflow-skinny",
    version: "3.17.2",
    sha256: "31be9190494212ccd94774170fd06f6fe04d209aae3923eefd16f9bf7830d63c",
    options: { installed: true },
    // They need Flask.
    stoodIn: /^(?:users|roles|role_permissions|user_role_assignments)$/,
    least: [60, 500],
  },
];

beforeAll(() => {
  alembicPython();
}, 600_000);

describe("models", () => {
  it.each(CASES)(
    "$name declares the same tables, columns and types of JSON",
    ({ name, version, sha256, options = {}, stoodIn, least }) => {
      const root = contentOf({ registry: "pypi", name, version, sha256 });
      const own = tablesIn(root);
      const modules = [...new Set(own.map(({ file }) => moduleOf(file)))];
      const real = models(root, modules, options);
      const compared = own.filter((table) => !stoodIn?.test(table.name));
      expect(compared.flatMap((table) => differences(table, real[table.name] ?? []))).toEqual([]);
      // SQLAlchemy's own tables of catalogs are in its modules.
      const names = new Set(own.map((table) => table.name));
      const missing = Object.entries(real).filter(([table, all]) => !names.has(table) && !isOfCatalog(all));
      expect(missing.map(([table]) => table)).toEqual([]);
      expect(compared.length).toBeGreaterThanOrEqual(least[0]);
      expect(compared.flatMap(({ columns }) => columns).length).toBeGreaterThanOrEqual(least[1]);
    },
    600_000,
  );
});

function tablesIn(root: string): DeclaredTable[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".py"))
    .sort()
    .map((file) => ({ path: file.replaceAll("\\", "/"), text: readFileSync(path.join(root, file), "utf8") }))
    .filter(({ text, path: file }) => python.mayMatter?.(text, file))
    .map(({ path: file, text }) => ({ path: file, facts: python.read(text, path.join(root, file)) }));
  return declaredTables(files, {});
}

const moduleOf = (file: string) => file.replace(/(?:\/__init__)?\.py$/, "").replaceAll("/", ".");

/** Of the tables of a name the one that is most alike. */
function differences({ name, columns, indexes }: DeclaredTable, all: readonly RealTable[]): string[] {
  const own = new Map(columns.map((column) => [column.name, column.type]));
  const gin = indexes.flatMap(({ change }) => (change.method === "gin" ? [change.name ?? ""] : [])).sort();
  const found = all.map((real) => {
    const names = new Set([...own.keys(), ...Object.keys(real.columns)]);
    const ofColumns = [...names].flatMap((column) => {
      const [mine, theirs] = [own.get(column), real.columns[column]];
      if (own.has(column) !== column in real.columns) return [`${name}.${column}`];
      const isAlike = !/json/i.test(`${mine} ${theirs}`) || mine === theirs?.toLowerCase();
      return isAlike ? [] : [`${name}.${column}: ${mine}, in SQLAlchemy ${theirs}`];
    });
    return gin.join() === real.gin.join() ? ofColumns : [...ofColumns, `${name}: ${gin.join()}`];
  });
  return found.sort((a, b) => a.length - b.length)[0] ?? [`${name} is none of SQLAlchemy's`];
}

const isOfCatalog = (all: readonly RealTable[]) =>
  all.every(({ columns }) => Object.values(columns).every((type) => !/json|bytea|uuid/i.test(type ?? "")));

/** A small generator with a fixed seed (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Revisions with branches and merges, sorted as their files are. */
function graph(seed: number): [string, string[]][] {
  const random = seeded(seed);
  const below = (n: number) => Math.floor(random() * n);
  const names = Array.from({ length: 1 + below(30) }, (_, i) => `${below(1000)}x${i}`);
  return names
    .map((name, i): [string, string[]] => {
      const near = names.slice(Math.max(0, i - 6), i);
      const count = [0, 1, 1, 1, 1, 1, 2, 2, 3][below(9)]!;
      return [name, near.sort(() => random() - 0.5).slice(0, count)];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

it("runs branches and merges in Alembic's order", () => {
  const graphs = Array.from({ length: 500 }, (_, seed) => graph(seed));
  const own = graphs.map((revisions) => {
    const files = revisions.map(([revision, after]) => ({
      path: `${revision}.py`,
      link: { revision, after },
    }));
    return links(files as unknown as SourceFile[], new Map())[0]!.steps.map(({ path: file }) =>
      file.slice(0, -3),
    );
  });
  expect(own).toEqual(orders(graphs));
}, 60_000);
