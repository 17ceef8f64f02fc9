import {
  presetConfigs,
  PYTHON_FILES,
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
import { mayConcernDatabase } from "@orchestrator-lint/python-rules/sql";
import { archivesLoadedBy, PIN_FILES } from "@orchestrator-lint/artifact-rules";
import type { BlockingExtension } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import path from "node:path";
import { runArtifacts } from "./engines/artifacts.js";
import { runCoherence } from "./engines/coherence.js";
import { runEslint, unreadFile, type EslintOptions } from "./engines/eslint.js";
import { withDirectives } from "./engines/directives.js";
import {
  byCause,
  runRadar,
  withoutDoubles,
  withoutKnown,
  withoutTrainedByPipelines,
  withoutMadeRight,
  withoutTemplates,
  withoutUnseen,
} from "./engines/radar.js";
import { runSemgrep } from "./engines/semgrep.js";
import {
  findFiles,
  ignoredBy,
  pathKind,
  readText,
  realDirectory,
  relativePath,
  writeText,
  type FileContent,
} from "./files.js";
import { levelOf } from "./levels.js";
import { withBroughtIn, withFiles } from "./memory.js";
import type { Engine, EngineRun, Report, Result, RuleInfo } from "./result.js";
import { sortWorkloadFiles, tellKinds } from "./discover.js";
import { UsageError } from "./usage-error.js";

/** The rules that say what could not be read. */
const UNREAD = ["no-unparsed-sql", "no-unread-python", "no-unread-workload"];

/** Kinds of files that are told apart. */
export type Kind = "sql" | "source" | "yaml" | "python" | "mojo" | "pins";

export interface CheckOptions {
  /** Directory the paths of the results are relative to. */
  cwd: string;
  /** Files and directories to check. */
  paths: readonly string[];
  /** Only files of these kinds; all where absent. */
  kinds?: readonly Kind[];
  /** Whether the workload files that others bring in are checked with them, wherever below the root they are. */
  isWhole?: boolean;
  preset: PresetName;
  config: OrchestratorConfig;
  rules: readonly RuleInfo[];
  levels: Map<string, RuleEntry>;
  engines: readonly Engine[];
  fix: boolean;
  strictParse: boolean;
  /** The artifacts are what was asked for: every zip file is one, those that git ignores as well. */
  artifacts?: { digest?: string };
  /** Whether what was found in Python is kept for the next run, and used where nothing changed; it is by default. */
  cache?: boolean;
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
  const ofArtifacts = (globs: readonly string[]) => (options.engines.includes("artifact") ? globs : []);
  const others: string[] = [];
  const { sql, python, pins, ...found } = findFiles(
    root,
    paths,
    {
      sql: ifAsked("sql", config.files?.sql ?? SQL_FILES),
      yaml: ifAsked("yaml", workloadFiles(config)),
      source: ifAsked("source", SOURCE_FILES),
      python: ifAsked("python", config.files?.python ?? PYTHON_FILES),
      pins: ifAsked("pins", ofArtifacts(PIN_FILES)),
      mojo: ifAsked("mojo", ofArtifacts(mojoFiles(config))),
      // Of a folder that was asked for, nothing is passed over in silence.
      templates: options.kinds?.includes("sql") ? SQL_TEMPLATES : [],
    },
    ignores,
    { onOther: (file) => others.push(file), linked: ["mojo"] },
  );
  const isEvery = options.artifacts !== undefined && options.engines.includes("artifact");
  const loaded =
    ifAsked("mojo", ofArtifacts(["**"])).length > 0 ? archivesLoaded(root, python) : new Set<string>();
  const source = found.source.filter(isApplicationSource);
  const isIgnored = ignoredBy(root, ignores);
  const byName = [...loaded].filter((file) => pathKind(path.join(root, file)) === "file" && !isIgnored(file));
  const byKind = isEvery ? findEveryArtifact(root, paths, options) : found.mojo;
  const mojo = [...new Set([...byKind, ...byName])].sort();
  const yaml = options.isWhole
    ? withBroughtIn(root, found.yaml, config)
        .filter((file) => !isIgnored(file))
        .sort()
    : found.yaml;

  const texts = new Map<string, string>();
  const runs: EngineRun[] = [];
  // A process of its own: the others work beside it.
  const semgrep =
    options.engines.includes("semgrep") && python.length > 0
      ? // A token of Mage may stand in the YAML beside the code.
        semgrepRun(root, paths, [...python, ...yaml], texts, options)
      : undefined;
  if (options.engines.includes("eslint")) {
    const set = options.isWhole ? { ...options, config: withFiles(config, yaml) } : options;
    const run = await eslintRun(root, { sql, source, yaml, python }, texts, set);
    runs.push({
      ...run,
      results: [...run.results, ...found.templates.map((file) => unfilled(file, options))],
    });
  }
  if (options.engines.includes("radar") && python.length > 0) {
    saveMemory(python.length);
    options.progress(`The Radar reads ${python.length} Python files…`);
    const tree = { cache: options.cache ?? true, settings: config.settings ?? {} };
    const run = await runRadar(python, texts, eslintOptions(root, options, ofDatabases), {
      lintAll: options.strictParse,
      ...tree,
    });
    const isOff = (rule: string) => options.levels.has(rule) && levelOf(options.levels.get(rule)) === "off";
    if (semgrep) {
      options.progress(`Semgrep reads ${python.length} Python files…`);
      const known = withoutKnown(withoutTemplates(await semgrep, run), run);
      const found = withoutMadeRight(known, root, texts, tree);
      const seen = withoutUnseen(found, root, texts, { ...tree, levels: options.levels });
      runs.push(withoutTrainedByPipelines(seen, root, texts, tree));
    }
    runs.push(byCause(withoutDoubles(run, runs, isOff)));
  } else if (semgrep) {
    options.progress(`Semgrep reads ${python.length} Python files…`);
    runs.push(await semgrep);
  }
  const { run, artifacts } = runArtifacts(mojo, {
    root,
    setting: levelOf(options.levels.get("verify-mojo")),
    isAsked: options.artifacts !== undefined,
    loaded,
    ...options.artifacts,
    unreadLevel: options.strictParse ? "error" : "warning",
    progress: options.progress,
  });
  const coherence = runCoherence(pins, artifacts, {
    levels: options.levels,
    settings: config.settings?.h2o ?? {},
    unreadLevel: options.strictParse ? "error" : "warning",
    read: (file) => readText(root, file),
    texts,
  });
  if (artifacts.length > 0 || pins.length > 0)
    runs.push(await withDirectives({ ...run, results: [...run.results, ...coherence.results] }, texts));
  const notes = tellKinds({
    sql,
    source,
    yaml,
    python,
    artifacts,
    texts,
    pins: coherence.named,
    engines: options.engines,
  });
  const known = new Set([...sql, ...source, ...yaml, ...python, ...mojo, ...pins]);
  for (const file of paths) {
    if (file !== "" && pathKind(path.join(root, file)) === "file" && !known.has(file)) {
      notes.push(
        `Left out ${file}: ${isIgnored(file) ? "it is ignored" : "no rule reads files of its kind"}.`,
      );
    }
  }
  // Of a folder that was asked for, nothing is passed over in silence.
  const isMeant = options.kinds?.includes("sql") === true;
  for (const file of isMeant ? others.filter((one) => /\.(?:sql|pgsql|psql|ddl|py)$/i.test(one)).sort() : [])
    notes.push(`Left out ${file}: it is a link, which is not followed, or no regular file.`);
  const named = options.isWhole ? [...paths, ...yaml] : paths;
  return {
    runs,
    texts,
    notes,
    python: python.length,
    named,
    ...(artifacts.length > 0 ? { artifacts } : {}),
  };
}

/** Names of scripts that are filled in before they are run. */
const SQL_TEMPLATES = ["**/*.sql.{j2,jinja,jinja2,tmpl,tpl,template,erb,mustache,hbs,ejs,in}"];

/** Names of files that may be MOJOs. */
const mojoFiles = ({ files }: OrchestratorConfig): readonly string[] =>
  files?.mojo ?? ["**/*.[zZ][iI][pP]", "**/*.[mM][oO][jJ][oO]"];

/** What was named, and every archive: models are often ignored by git, as they are large; a gate asks for them all the same. */
function findEveryArtifact(root: string, paths: readonly string[], { config }: CheckOptions): string[] {
  const named = paths.filter((file) => pathKind(path.join(root, file)) === "file");
  const { mojo } = findFiles(root, paths, { mojo: mojoFiles(config) }, config.ignores ?? [], {
    gitignore: false,
    linked: ["mojo"],
  });
  return [...new Set([...named, ...mojo])].sort();
}

/** What the Python files load as MOJOs. */
function archivesLoaded(root: string, python: readonly string[]): Set<string> {
  const loaded = python.flatMap((file) => {
    const content = readText(root, file);
    return content.ok ? archivesLoadedBy(file, content.text) : [];
  });
  return new Set(loaded);
}

/** Files by kind, relative to the root. */
interface EslintFiles {
  sql: readonly string[];
  source: readonly string[];
  yaml: readonly string[];
  python: readonly string[];
}

/** Rules of Python that ask a database, which a migration of Alembic or Django is a step to; the Radar runs the others. */
const ofDatabases = (rule: string): boolean => "code" in (ruleMetas[rule]?.docs ?? {});
const ofTheRadar = (rule: string): boolean =>
  ruleMetas[rule]?.languages.includes("orchestrator/python") === true && !ofDatabases(rule);

/** What ESLint needs to lint files below a root. */
function eslintOptions(
  root: string,
  { config, preset, levels, fix, strictParse, progress }: CheckOptions,
  isOff: (rule: string) => boolean = () => false,
): EslintOptions {
  const set = strictParse ? new Map([...levels, ...unreadAsErrors(levels)]) : levels;
  const off = Object.keys(ruleMetas).filter(isOff);
  const rules = Object.fromEntries([...set, ...off.map((rule) => [rule, "off"] as const)]);
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
  { sql, source, yaml, python }: EslintFiles,
  texts: Map<string, string>,
  options: CheckOptions,
): Promise<EngineRun> {
  const shared = eslintOptions(root, options, ofTheRadar);
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
  for (const file of python) {
    const content = readText(root, file);
    if (content.ok && mayConcernDatabase(content.text)) kept.set(file, content);
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

/** The result that stands for a template, whose SQL is known only when somebody fills it in. */
function unfilled(file: string, { strictParse }: CheckOptions): Result {
  const level = strictParse ? "error" : "warning";
  const { unread: _, ...result } = unreadFile(file, "it is a template, which is not filled in", level);
  return result;
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
    redisClients: (config.settings?.redisClients ?? []) as string[],
    texts,
    parseEveryFile: strictParse,
    unreadLevel: strictParse ? "error" : "warning",
  });
  const results = run.results.flatMap((result) => {
    if (result.rule === "unread-file") return [result];
    const level = levelOf(levels.get(result.rule));
    return level === "off" ? [] : [{ ...result, level: level === "warn" ? ("warning" as const) : level }];
  });
  return withDirectives({ ...run, results }, texts);
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
