import { mayBeCompose, mayBeManifest } from "@orchestrator-lint/compose-rules";
import { isDjangoMigration, isMigration } from "@orchestrator-lint/python-rules/sql";
import { guessDialect } from "@orchestrator-lint/sql-rules";
import type { Engine } from "./result.js";

/** A kustomization and the values of a chart are told by their names. */
export function hasTellingName(file: string, files: ReadonlySet<string>): boolean {
  const [, directory = "", name = ""] = /^(.*\/)?([^/]*)$/.exec(file) ?? [];
  if (/^kustomization\.ya?ml$/.test(name)) return true;
  return /^values(?:[.-][\w.-]+)?\.ya?ml$/.test(name) && files.has(`${directory}Chart.yaml`);
}

/** What of YAML and JSON is worth parsing, and which charts have templates that only Helm can fill in. */
export function sortWorkloadFiles(
  files: readonly string[],
  read: (file: string) => { ok: boolean; text?: string },
): { wanted: string[]; charts: ReadonlyMap<string, number> } {
  const known = new Set(files);
  const charts = new Map<string, number>();
  const wanted = files.filter((file) => {
    const { ok, text = "" } = read(file);
    const chart = chartOf(file, known);
    if (ok && chart !== undefined && text.includes("{{")) {
      charts.set(chart, (charts.get(chart) ?? 0) + 1);
      return false;
    }
    return !ok || mayBeCompose(text) || mayBeManifest(text) || hasTellingName(file, known);
  });
  return { wanted, charts };
}

/** The `Chart.yaml` of the chart that a file is a template of. */
function chartOf(file: string, files: ReadonlySet<string>): string | undefined {
  const chart = /^(?:(.*)\/)?templates\//.exec(file);
  const name = chart && `${chart[1] === undefined ? "" : `${chart[1]}/`}Chart.yaml`;
  return name && files.has(name) ? name : undefined;
}

export interface Found {
  sql: readonly string[];
  source: readonly string[];
  yaml: readonly string[];
  python: readonly string[];
  artifacts: readonly unknown[];
  /** How many files say something of h2o. */
  pins: number;
  /** Texts of the files ESLint read. */
  texts: ReadonlyMap<string, string>;
  engines: readonly Engine[];
}

/** What discovery took for what, in sentences. */
export function tellKinds({ sql, source, yaml, python, artifacts, pins, texts, engines }: Found): string[] {
  const others = new Map<string, number>();
  for (const file of sql) {
    const { dialect, by } = guessDialect(file);
    if (by === "path" && dialect !== "postgresql") others.set(dialect, (others.get(dialect) ?? 0) + 1);
  }
  const otherCount = [...others.values()].reduce((sum, count) => sum + count, 0);
  const read = yaml.filter((file) => texts.has(file));
  const compose = read.filter((file) => !mayBeManifest(texts.get(file) ?? "") && mayBeCompose(texts.get(file) ?? "")); // prettier-ignore
  const withSql = source.filter((file) => texts.has(file));
  const counts: [number, string, string][] = [
    [sql.length - otherCount, "PostgreSQL script", "PostgreSQL scripts"],
    [withSql.length, "JavaScript or TypeScript file with SQL", "JavaScript and TypeScript files with SQL"],
    [compose.length, "Compose file", "Compose files"],
    [read.length - compose.length, "Kubernetes manifest", "Kubernetes manifests"],
    ...countPython(python, { texts, engines }),
    [artifacts.length, "MOJO", "MOJOs"],
    [pins, "file that asks for h2o", "files that ask for h2o"],
  ];
  const checked = counts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`);
  const notes = [checked.length > 0 ? `Checked ${list(checked)}.` : "Found nothing to check."];
  for (const [dialect, count] of others) {
    notes.push(`Left out ${count} ${count === 1 ? "script" : "scripts"} filed under ${dialect}.`);
  }
  return notes;
}

/** Engines that read all Python, or the modules that ask a database. */
function countPython(
  python: readonly string[],
  { texts, engines }: Pick<Found, "texts" | "engines">,
): [number, string, string][] {
  if (engines.some((engine) => engine === "semgrep" || engine === "radar"))
    return [[python.length, "Python file", "Python files"]];
  const read = python.filter((file) => texts.has(file));
  const [alembic, django] = [isMigration, isDjangoMigration].map(
    (isOne) => read.filter((file) => isOne(texts.get(file) ?? "")).length,
  ) as [number, number];
  return [
    [alembic, "Alembic migration", "Alembic migrations"],
    [django, "Django migration", "Django migrations"],
    [read.length - alembic - django, "Python file with SQL", "Python files with SQL"],
  ];
}

function list(items: string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
