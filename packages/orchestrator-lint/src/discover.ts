import { guessDialect } from "@orchestrator-lint/sql-rules";
import type { Engine } from "./result.js";

/** Cheap test before a YAML file is parsed: a Compose file has a top-level `services`. */
export function looksLikeCompose(text: string): boolean {
  return /^["']?services["']?[ \t]*:|^[ \t]*\{[^]*["']?services["']?\s*:/m.test(text);
}

export interface Found {
  sql: readonly string[];
  source: readonly string[];
  yaml: readonly string[];
  python: readonly string[];
  /** Texts of the files ESLint read. */
  texts: ReadonlyMap<string, string>;
  engines: readonly Engine[];
}

/** What discovery took for what, in sentences. */
export function tellKinds({ sql, source, yaml, python, texts, engines }: Found): string[] {
  const others = new Map<string, number>();
  for (const file of sql) {
    const { dialect, by } = guessDialect(file, []);
    if (by === "path" && dialect !== "postgresql") others.set(dialect, (others.get(dialect) ?? 0) + 1);
  }
  const otherCount = [...others.values()].reduce((sum, count) => sum + count, 0);
  const compose = yaml.filter((file) => texts.has(file));
  const withSql = source.filter((file) => texts.has(file));
  const counts: [number, string, string][] = [
    [sql.length - otherCount, "PostgreSQL script", "PostgreSQL scripts"],
    [withSql.length, "JavaScript or TypeScript file with SQL", "JavaScript and TypeScript files with SQL"],
    [compose.length, "Compose file", "Compose files"],
    ...(engines.includes("semgrep")
      ? [[python.length, "Python file", "Python files"] as [number, string, string]]
      : []),
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

function list(items: string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
