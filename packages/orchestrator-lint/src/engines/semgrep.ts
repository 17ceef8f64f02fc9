import { asyncRules, redisRules, shippedRules, rulesDirectory, scan } from "@orchestrator-lint/semgrep-rules";
import { extendedTable, type BlockingExtension } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { readText, withTemporaryFiles } from "../files.js";
import type { EngineRun, Result } from "../result.js";
import { unreadFile } from "./eslint.js";

export interface SemgrepOptions {
  /** Directory the paths are relative to, absolute. */
  root: string;
  /** Directories and files asked for, relative to the root. */
  targets: readonly string[];
  /** The files discovery found among them; results elsewhere are dropped, files Semgrep left out are reported. */
  files: readonly string[];
  ignores: readonly string[];
  /** Blocking calls of the team's own: static rule files cannot read settings, so these are written for the run. */
  blockingCalls: readonly BlockingExtension[];
  /** Names of the team's own Redis wrappers, for which the rules about Redis are written for the run. */
  redisClients: readonly string[];
  /** Filled with the text of every file with a result. */
  texts: Map<string, string>;
  /**
   * Parse every file, at five times the cost. Without it Semgrep skips files that hold none of a rule's words, in which
   * no rule could have found anything, broken or not.
   */
  parseEveryFile: boolean;
  /** Level of files that could not be read. */
  unreadLevel: "warning" | "error";
}

/** Runs Semgrep's rules over a tree in one process. */
export async function runSemgrep(options: SemgrepOptions): Promise<EngineRun> {
  const { root, targets, files, ignores, texts, parseEveryFile, unreadLevel } = options;
  const wanted = new Set(files);
  try {
    const report = await withRules(options, (configs) =>
      scan({
        cwd: root,
        targets: targets.map((target) => (target === "" ? "." : target)),
        configs,
        include: ["*.py", "*.yaml", "*.yml"],
        exclude: [...ignores],
        parseEveryFile,
      }),
    );
    const results = report.findings
      .filter(({ path }) => wanted.has(path))
      .map((finding): Result => {
        const { ruleId, message, severity, path: file, line, column, endLine, endColumn } = finding;
        const { fix, suppressed } = finding;
        return {
          rule: ruleId,
          level: severity,
          message,
          file,
          line,
          column,
          endLine,
          endColumn,
          // A pattern cannot see whether the file imports what its fix needs, so a person has to look.
          suggestions: fix ? [{ description: "Apply Semgrep's fix", edit: fix }] : [],
          ...(suppressed ? { suppression: { justification: suppressed.justification ?? "" } } : {}),
        };
      });
    const unread = report.unread
      .filter(({ path }) => wanted.has(path))
      .map(({ path, reason, ranges: [first, ...more] = [] }): Result => {
        const others = more.length > 0 ? ` It is not the only place: ${more.length} more.` : "";
        return { ...unreadFile(path, reason + others, unreadLevel, first ? "part" : "whole"), ...first };
      });
    for (const file of new Set([...results, ...unread].map((result) => result.file))) {
      const content = readText(root, file);
      if (content.ok) texts.set(file, content.text);
    }
    return {
      engine: "semgrep",
      version: report.semgrep.version,
      results: [...results, ...unread],
      failures: [],
    };
  } catch (error) {
    return { engine: "semgrep", version: "", results: [], failures: [(error as Error).message] };
  }
}

/** The package's rules, with those that a team's own blocking calls and Redis wrappers change written anew. */
async function withRules<Value>(
  { blockingCalls, redisClients }: Pick<SemgrepOptions, "blockingCalls" | "redisClients">,
  action: (configs: string[]) => Promise<Value>,
): Promise<Value> {
  if (blockingCalls.length === 0 && redisClients.length === 0) return action([rulesDirectory]);
  const families = new Set(blockingCalls.map(({ family }) => `async-blocking-${family}`));
  const generated = [
    ...asyncRules(extendedTable(blockingCalls)).filter(({ id }) => families.has(id)),
    ...(redisClients.length > 0 ? redisRules(redisClients) : []),
  ];
  const changed = new Set(generated.map(({ id }) => id));
  const others = shippedRules().flatMap(({ id, file }) => (changed.has(id) ? [] : [file]));
  const files = Object.fromEntries(generated.map(({ id, text }) => [`${id}.yaml`, text]));
  return withTemporaryFiles(files, (directory) => action([...others, directory]));
}
