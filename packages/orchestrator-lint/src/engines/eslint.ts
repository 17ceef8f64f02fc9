import { findingAt as projectFindingAt } from "@orchestrator-lint/compose-rules";
import { findingAt as pathFindingAt } from "@orchestrator-lint/python-rules";
import { findingAt as databaseFindingAt, type Program as SqlProgram } from "@orchestrator-lint/sql-rules";
import type { Linter } from "eslint";
import { ruleMetas } from "eslint-plugin-orchestrator";
import { createRequire } from "node:module";
import path from "node:path";
import { relativePath, type FileContent } from "../files.js";
import { regionAt } from "../position.js";
import type { Edit, EngineRun, RelatedPlace, Result } from "../result.js";
import { unreadWorkload, workloadReader, type WorkloadRules } from "./workloads.js";

const PREFIX = "orchestrator/";

/** What the engine needs besides its files. */
export interface EslintOptions {
  /** Directory the file paths are relative to, absolute. */
  root: string;
  configs: Linter.Config[];
  /** Reads a file by its path relative to the root. */
  read: (file: string) => FileContent;
  /** How the rules of workloads are set, for files that need no ESLint around these; absent: all do. */
  workloads?: WorkloadRules;
  /** Writes a fixed file; absent: nothing is fixed. */
  write?: (file: string, text: string) => void;
  /** Level of files that could not be read. */
  unreadLevel: "warning" | "error";
  /** Shows that work goes on. */
  onFile?: (file: string) => void;
}

/**
 * Lints files with ESLint's rules, one by one: a rule that crashes on one file costs the findings of that file only,
 * and the run says so.
 *
 * @param files - posix paths relative to the root
 * @param texts - filled with the text of every file that was read
 */
export async function runEslint(
  files: readonly string[],
  texts: Map<string, string>,
  options: EslintOptions,
): Promise<EngineRun> {
  let loaded: Promise<Host> | undefined;
  const host = () => (loaded ??= hostFor(options));
  const alone = await readAlone(files, options);
  const results: Result[] = [];
  const failures: string[] = [];
  for (const file of files) {
    options.onFile?.(file);
    const content = options.read(file);
    if (!content.ok) {
      results.push(unreadFile(file, content.reason, options.unreadLevel));
      continue;
    }
    if (content.warning !== undefined)
      results.push(unreadFile(file, content.warning, options.unreadLevel, "part"));
    try {
      // What was misread must not be written back.
      const { write, ...readOnly } = options;
      const isSafe = content.warning === undefined;
      const said = isSafe ? alone(file) : undefined;
      if (said) {
        texts.set(file, content.text);
        results.push(...said);
        continue;
      }
      const { linter, configFor } = await host();
      const found = lintFile(linter, file, content.text, texts, {
        ...(isSafe && write ? options : readOnly),
        configs: await configFor(file),
      });
      results.push(...(isSafe ? found : found.map(withoutEdits)));
    } catch (error) {
      const reason = firstLine((error as Error).message);
      failures.push(`${file}: ${reason}`);
      results.push(unreadFile(file, `a rule failed on it (${reason})`, "error"));
    }
  }
  return { engine: "eslint", version: eslintVersion, results, failures };
}

/** What is said about the files that need no ESLint around the rules: YAML in which nothing is to be repaired. */
async function readAlone(
  files: readonly string[],
  { root, read, workloads, write, onFile = () => undefined }: EslintOptions,
): Promise<(file: string) => Result[] | undefined> {
  if (!workloads || write) return () => undefined;
  const texts = new Map<string, string>();
  for (const file of files.filter((one) => /\.ya?ml$/i.test(one))) {
    const content = read(file);
    if (content.ok) texts.set(file, content.text);
  }
  return workloadReader(root, texts, workloads, ({ related = [] }) => relatedOf(related, root, read), onFile);
}

const { version: eslintVersion } = createRequire(import.meta.url)("eslint/package.json") as {
  version: string;
};

/** ESLint, set up for a run. */
interface Host {
  linter: Linter;
  /** The configuration of a file. */
  configFor: (file: string) => Promise<Linter.Config[]>;
}

/**
 * Loads ESLint, which takes as long as some hundred files that do without it. Configurations are worked out once for all
 * files of a kind: `Linter` would merge and validate them again for every file, which takes longer than linting a short
 * one; an array that has a `getConfig` it asks instead. Should it cease to do so, the array is still the configuration.
 */
async function hostFor({ root, configs }: EslintOptions): Promise<Host> {
  const { ESLint, Linter } = await import("eslint");
  const make = () => new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: configs });
  const eslint = withoutIgnoreWarning(make);
  const configOf = (file: string): Promise<unknown> => eslint.calculateConfigForFile(path.join(root, file));
  return {
    linter: new Linter({ cwd: root, configType: "flat" }),
    configFor: async (file) => {
      const config = await configOf(file);
      return Object.assign([...configs], { getConfig: () => config });
    },
  };
}

/** ESLint warns of an `.eslintignore`, which earlier releases read, though nobody asked for the configuration of the tree. */
function withoutIgnoreWarning<Made>(make: () => Made): Made {
  const emitWarning = process.emitWarning.bind(process) as (...args: readonly unknown[]) => void;
  process.emitWarning = (...args: readonly unknown[]) => {
    if (args[1] !== "ESLintIgnoreWarning") emitWarning(...args);
  };
  try {
    return make();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function withoutEdits({ fix: _, ...result }: Result): Result {
  return { ...result, suggestions: [] };
}

function lintFile(
  linter: Linter,
  file: string,
  source: string,
  texts: Map<string, string>,
  { root, configs, read, write, unreadLevel }: EslintOptions,
): Result[] {
  const filename = path.join(root, file);
  let text = source;
  let messages: Linter.LintMessage[];
  if (write) {
    const fixed = linter.verifyAndFix(text, configs, { filename });
    if (fixed.fixed) write(file, (text = fixed.output));
    messages = fixed.messages;
  } else messages = linter.verify(text, configs, { filename });

  texts.set(file, text);
  // Null, against its type, where the parser refused the file.
  const sourceCode = linter.getSourceCode() as unknown as ReadSource | null;
  // In ESLint since 8.8, but not in its types.
  const suppressed = (linter as unknown as WithSuppressed).getSuppressedMessages();
  return [...messages, ...suppressed].flatMap((message): Result[] => {
    if (message.fatal) {
      const reason = isTemplate(file, text) ? "it is a template, which is not filled in" : firstLine(message.message); // prettier-ignore
      return [{ ...unreadFile(file, reason, unreadLevel), ...regionOf(message) }];
    }
    // Directives in a source may name rules of other plugins and engines, which are not here and which ESLint then misses.
    if (!message.ruleId?.startsWith(PREFIX) || !(message.ruleId.slice(PREFIX.length) in ruleMetas)) return [];
    const finding = sourceCode ? findingOf(sourceCode, message) : undefined;
    const subject = finding?.subject;
    const related = relatedOf(finding && "related" in finding ? (finding.related ?? []) : [], root, read);
    const flow = relatedOf(finding && "flow" in finding ? finding.flow : [], root, read);
    return [
      {
        rule: message.ruleId.slice(PREFIX.length),
        level: message.severity === 2 ? "error" : "warning",
        message: message.message,
        file,
        ...regionOf(message),
        ...(message.fix ? { fix: edit(message.fix) } : {}),
        suggestions: (message.suggestions ?? []).map(({ desc, fix }) => ({
          description: desc,
          edit: edit(fix),
        })),
        ...(subject === undefined ? {} : { subject }),
        ...unreadBy(message, sourceCode),
        ...(related.length > 0 ? { related } : {}),
        ...(flow.length > 0 ? { flows: [flow], subjects: [subject ?? ""] } : {}),
        ...(finding && "tier" in finding ? { tier: finding.tier } : {}),
        ...(finding && "twin" in finding ? { twin: finding.twin } : {}),
        ...(isSuppressed(message)
          ? {
              suppression: {
                justification: message.suppressions.map(({ justification }) => justification).join(" "),
              },
            }
          : {}),
      },
    ];
  });
}

/** What a finding leaves unchecked that says of a text that it could not be read. */
function unreadBy(
  { ruleId, messageId = "" }: Linter.LintMessage,
  source: ReadSource | null,
): Pick<Result, "unread"> {
  if (ruleId === `${PREFIX}no-unread-python`) return { unread: messageId === "file" ? "whole" : "part" };
  if (ruleId === `${PREFIX}no-unread-workload`) return unreadWorkload(messageId);
  if (ruleId !== `${PREFIX}no-unparsed-sql`) return {};
  // Of a history with an unread step each script was read all the same, and what depends on the step is said to be in doubt.
  if (messageId === "cut") return { unread: "history" };
  return isSql(source?.ast) && source.ast.isRefused ? { unread: "whole" } : {};
}

function isSuppressed(message: Linter.LintMessage): message is Linter.SuppressedLintMessage {
  return "suppressions" in message;
}

interface WithSuppressed {
  getSuppressedMessages(): Linter.SuppressedLintMessage[];
}

function edit({ range, text }: { range: [number, number]; text: string }): Edit {
  return { range: [...range], text };
}

function regionOf({ line, column, endLine, endColumn }: Linter.LintMessage) {
  const start = { line: Math.max(1, line || 1), column: Math.max(1, column || 1) };
  return { ...start, endLine: endLine ?? start.line, endColumn: endColumn ?? start.column };
}

/** What a rule said about a finding beside its message: the subject, and related places in any file. */
function findingOf(source: ReadSource, message: Linter.LintMessage) {
  const found = [source.ast as object, offsetOf(source, message)] as const;
  const rule = message.ruleId ?? "";
  return (
    databaseFindingAt(...found, rule) ?? projectFindingAt(...found, message) ?? pathFindingAt(...found, rule)
  );
}

function isSql(ast: unknown): ast is SqlProgram {
  return typeof ast === "object" && ast !== null && "dialect" in ast;
}

function offsetOf(source: ReadSource, { line, column }: Linter.LintMessage): number {
  // Messages count columns from 1; a source counts them as its language does.
  return source.getIndexFromLoc({
    line,
    column: column - (isSql(source.ast) || isPython(source.ast) ? 0 : 1),
  });
}

function isPython(ast: unknown): boolean {
  return typeof ast === "object" && ast !== null && "statements" in ast;
}

/** Places in any file that a rule gave with a finding: ESLint's messages have no room for them. */
function relatedOf(
  related: readonly {
    place: { path: string; range: readonly [number, number] };
    message: string;
    name?: string;
  }[],
  root: string,
  read: EslintOptions["read"],
): RelatedPlace[] {
  return related.flatMap(({ place, message, name }) => {
    const file = relativePath(root, place.path);
    const content = read(file);
    return content.ok
      ? [{ file, message, ...(name === undefined ? {} : { name }), ...regionAt(content.text, place.range) }]
      : [];
  });
}

/** What both SQL's and JavaScript's source code offer. */
interface ReadSource {
  ast: unknown;
  getIndexFromLoc: (location: { line: number; column: number }) => number;
}

/** Whether what a parser refused is no YAML yet: where it stopped would only say how templates look. */
function isTemplate(file: string, text: string): boolean {
  return /\.ya?ml$/i.test(file) && /\{\{|\{%/.test(text);
}

/** The result that stands for a file, or a part of one, that was not checked. */
export function unreadFile(
  file: string,
  reason: string,
  level: "warning" | "error",
  unread: "whole" | "part" = "whole",
): Result {
  return {
    rule: "unread-file",
    unread,
    level,
    message: `This file was not checked${unread === "part" ? " in full" : ""}: ${reason.replace(/\.$/, "")}.`,
    file,
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
    suggestions: [],
  };
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0]!.replace(/^Parsing error: /, "");
}
