import { rulesDirectory, scan } from "@orchestrator-lint/semgrep-rules";
import { readText } from "../files.js";
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
    const report = await scan({
      cwd: root,
      targets: targets.map((target) => (target === "" ? "." : target)),
      configs: [rulesDirectory],
      include: ["*.py"],
      exclude: [...ignores],
      parseEveryFile,
    });
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
