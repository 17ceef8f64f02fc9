import {
  presetConfigs,
  ruleMetas,
  SOURCE_FILES,
  SQL_FILES,
  workloadFiles,
  type OrchestratorConfig,
  type PresetName,
  type RuleEntry,
} from "eslint-plugin-orchestrator";
import plugin from "eslint-plugin-orchestrator";
import {
  isApplicationSource,
  MAX_SOURCE_LENGTH,
  mayHoldSql,
  saveMemory,
  sourceParser,
} from "@orchestrator-lint/sql-rules";
import type { BlockingExtension } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import path from "node:path";
import { runEslint, unreadFile, type EslintOptions } from "./engines/eslint.js";
import { byCause, runRadar, withoutDoubles } from "./engines/radar.js";
import { runSemgrep } from "./engines/semgrep.js";
import {
  findFiles,
  pathKind,
  readText,
  realDirectory,
  relativePath,
  writeText,
  type FileContent,
} from "./files.js";
import { levelOf, UsageError } from "./levels.js";
import type { Engine, EngineRun, Report, RuleInfo } from "./result.js";
import { sortWorkloadFiles, tellKinds } from "./discover.js";

/** The rules that say what could not be read. */
const UNREAD = ["no-unparsed-sql", "no-unread-python", "no-unread-workload"];

/** Kinds of files that are told apart. */
export type Kind = "sql" | "source" | "yaml" | "python";

export interface CheckOptions {
  /** Directory the paths of the results are relative to. */
  cwd: string;
  /** Files and directories to check. */
  paths: readonly string[];
  /** Only files of these kinds; all where absent. */
  kinds?: readonly Kind[];
  preset: PresetName;
  config: OrchestratorConfig;
  rules: readonly RuleInfo[];
  levels: Map<string, RuleEntry>;
  engines: readonly Engine[];
  fix: boolean;
  strictParse: boolean;
  /** Shows that work goes on; the text replaces the one before. */
  progress: (text: string) => void;
}

/**
 * Checks a tree with every engine asked for.
 *
 * @throws UsageError when a path does not exist or lies outside the working directory
 */
export async function check(options: CheckOptions): Promise<Report> {
  const root = realDirectory(options.cwd);
  const paths = options.paths.map((given) => rootedPath(root, options.cwd, given));
  const { config } = options;
  const ignores = config.ignores ?? [];
  const ifAsked = (kind: Kind, globs: readonly string[]) =>
    options.kinds?.includes(kind) === false ? [] : globs;
  const { sql, yaml, python, ...found } = await findFiles(
    root,
    paths,
    {
      sql: ifAsked("sql", config.files?.sql ?? SQL_FILES),
      yaml: ifAsked("yaml", workloadFiles(config)),
      source: ifAsked("source", SOURCE_FILES),
      python: ifAsked("python", config.files?.python ?? ["**/*.py"]),
    },
    ignores,
  );
  const source = found.source.filter(isApplicationSource);

  const texts = new Map<string, string>();
  const runs: EngineRun[] = [];
  if (options.engines.includes("eslint")) {
    runs.push(await eslintRun(root, { sql, source, yaml }, texts, options));
  }
  if (options.engines.includes("semgrep") && python.length > 0) {
    options.progress(`Semgrep reads ${python.length} Python files…`);
    // A token of Mage may stand in the YAML beside the code.
    runs.push(await semgrepRun(root, paths, [...python, ...yaml], texts, options));
  }
  if (options.engines.includes("radar") && python.length > 0) {
    options.progress(`The Radar reads ${python.length} Python files…`);
    const run = await runRadar(python, texts, eslintOptions(root, options), options.strictParse);
    const isOff = (rule: string) => options.levels.has(rule) && levelOf(options.levels.get(rule)) === "off";
    runs.push(byCause(withoutDoubles(run, runs, isOff)));
  }
  const notes = tellKinds({ sql, source, yaml, python, texts, engines: options.engines });
  const known = new Set([...sql, ...source, ...yaml, ...python]);
  for (const file of paths) {
    if (file !== "" && pathKind(path.join(root, file)) === "file" && !known.has(file)) {
      notes.push(`Left out ${file}: no rule reads files of its kind.`);
    }
  }
  return { runs, texts, notes, python: python.length, named: paths };
}

/** Files by kind, relative to the root. */
interface EslintFiles {
  sql: readonly string[];
  source: readonly string[];
  yaml: readonly string[];
}

/** What ESLint needs to lint files below a root. */
function eslintOptions(
  root: string,
  { config, preset, levels, fix, strictParse, progress }: CheckOptions,
): EslintOptions {
  const set = strictParse ? new Map([...levels, ...unreadAsErrors(levels)]) : levels;
  const rules = Object.fromEntries(set);
  return {
    root,
    configs: presetConfigs(plugin, ruleMetas, preset, { ...config, rules }, sourceParser),
    workloads: { levels: set, settings: { orchestrator: config.settings ?? {} } },
    read: (file) => readText(root, file),
    ...(fix
      ? {
          write: (file: string, text: string) => {
            writeText(root, file, text);
          },
        }
      : {}),
    unreadLevel: strictParse ? "error" : "warning",
    onFile: progress,
  };
}

async function eslintRun(
  root: string,
  { sql, source, yaml }: EslintFiles,
  texts: Map<string, string>,
  options: CheckOptions,
): Promise<EngineRun> {
  const shared = eslintOptions(root, options);
  // Few YAML files of a tree declare workloads, and few sources hold SQL: only their contents are kept until ESLint asks.
  const kept = new Map<string, FileContent>();
  const { wanted, charts } = sortWorkloadFiles(yaml, (file) => {
    const content = readText(root, file);
    kept.set(file, content);
    return content;
  });
  const isWanted = new Set(wanted);
  for (const file of yaml) if (!isWanted.has(file)) kept.delete(file);
  for (const file of source) {
    const content = readText(root, file);
    if (!content.ok || mayHoldSql(content.text)) kept.set(file, withinLimit(content));
  }
  saveMemory(sql.length + kept.size);
  const run = await runEslint([...sql, ...kept.keys()], texts, {
    ...shared,
    read: (file) => kept.get(file) ?? readText(root, file),
  });
  const templates = [...charts].map(
    ([file, count]) =>
    unreadFile(file, `${count} ${count === 1 ? "template needs" : "templates need"} Helm to be filled in`, shared.unreadLevel, "part"), // prettier-ignore
  );
  return { ...run, results: [...run.results, ...templates] };
}

function withinLimit(content: FileContent): FileContent {
  if (!content.ok || content.text.length <= MAX_SOURCE_LENGTH) return content;
  return {
    ok: false,
    reason: `it is longer than ${MAX_SOURCE_LENGTH / 1024} KiB, as bundles and generated files are`,
  };
}

/** The rules that say what could not be read, unless they are off: errors. */
function unreadAsErrors(levels: ReadonlyMap<string, RuleEntry>): [string, RuleEntry][] {
  return UNREAD.filter((rule) => levelOf(levels.get(rule)) !== "off").map((rule) => [rule, "error"]);
}

async function semgrepRun(
  root: string,
  paths: readonly string[],
  files: readonly string[],
  texts: Map<string, string>,
  { config, levels, strictParse }: CheckOptions,
): Promise<EngineRun> {
  const run = await runSemgrep({
    root,
    targets: paths,
    files,
    ignores: config.ignores ?? [],
    // The configuration's schema has checked it.
    blockingCalls: (config.settings?.blockingCalls ?? []) as BlockingExtension[],
    texts,
    parseEveryFile: strictParse,
    unreadLevel: strictParse ? "error" : "warning",
  });
  const results = run.results.flatMap((result) => {
    if (result.rule === "unread-file") return [result];
    const level = levelOf(levels.get(result.rule));
    return level === "off" ? [] : [{ ...result, level: level === "warn" ? ("warning" as const) : level }];
  });
  return { ...run, results };
}

/** A path given by the user, relative to the root; "" is the root itself. */
function rootedPath(root: string, cwd: string, given: string): string {
  const absolute = path.resolve(cwd, given);
  if (pathKind(absolute) === "missing") throw new UsageError(`There is no file or directory "${given}".`);
  const relative = relativePath(
    root,
    path.join(realDirectory(path.dirname(absolute)), path.basename(absolute)),
  );
  if (relative.startsWith("../") || relative === ".." || path.isAbsolute(relative)) {
    throw new UsageError(`"${given}" lies outside ${root}; run the command from a directory above it.`);
  }
  return relative;
}
