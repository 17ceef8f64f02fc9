import type { Linter as ESLintLinter } from "eslint";
// The same Linter without the parts of ESLint that look for files and configurations, which cost start-up time.
import { Linter } from "eslint/universal";
import { dirname, isAbsolute, join, relative } from "node:path";
import { isSignificant, tokens } from "../language/lexer.js";
import { sqlLanguage } from "../language/sql-language.js";
import { SqlSourceCode } from "../language/sql-source-code.js";
import { rules } from "../rules/index.js";
import { TEMPLATERS, type Config } from "./config/config.js";
import { ConfigError } from "./config/ini.js";
import { allowedReferences, mask, noqaComments, unusedWarnings, type NoqaComments } from "./noqa.js";
import { characterCount, locator, type Locator, type Span } from "./position.js";
import { references, ruleEntries, select, UNPARSED, type Selection } from "./references.js";
import { judges } from "../uncertain.js";
import { ruleOptions, sharedSettings } from "./rule-options.js";
import { isTemplated } from "./templates.js";
import { byPosition, type FileResult, type Fix, type Statistics, type Violation } from "./violation.js";

type Message = ESLintLinter.LintMessage;

/** A text to lint. */
export interface Source {
  /** As results show it. */
  path: string;
  /** Absolute path; it may say that the script is a down migration or of another dialect. */
  absolute: string;
  /** SQL, with or without byte order mark. */
  text: string;
  /**
   * The working directory: rules read nothing outside it, or for a file outside it, nothing outside the file's own
   * directory.
   */
  root: string;
}

/** A configuration made ready for linting many texts. */
export interface Plan {
  config: Config;
  selection: Selection;
  eslint: ESLintLinter.Config[];
  /** What is wrong with the configuration and does not stop the run. */
  problems: readonly string[];
}

const BYTE_ORDER_MARK = "\uFEFF";

/**
 * A plan for one file or a few; for many, hand it to `settled`.
 *
 * @param isFormat - whether only layout and spelling may change, which no rule here is about
 * @throws ConfigError where a rule's option has a wrong value
 */
export function planOf(config: Config, isFormat = false): Plan {
  const selection = select(config.rules, config.excludeRules);
  const { options, problems } = ruleOptions(config.ruleOptions);
  const shared = sharedSettings(config.settings);
  const chosen = ruleEntries.filter(({ code }) => !isFormat && selection.codes.has(code));
  const eslint: ESLintLinter.Config[] = [
    // What the user names is linted wherever it is; ESLint ignores these folders otherwise.
    { ignores: ["!**/node_modules/", "!.git/"] },
    {
      // Any file; of `**/*` ESLint says that it matches no file by itself.
      files: ["**/?*"],
      plugins: { orchestrator: { languages: { sql: sqlLanguage }, rules } },
      language: "orchestrator/sql",
      // No rule of this package looks below a statement; the walk would take as long as the parse.
      languageOptions: { walk: "statements" },
      linterOptions: { reportUnusedDisableDirectives: "off" },
      settings: { orchestrator: shared.settings },
      rules: Object.fromEntries([
        // Without options nothing has to be validated, which takes as long as some scripts do.
        [
          `orchestrator/${UNPARSED}`,
          chosen.length === judges.length
            ? ("error" as const)
            : ["error", { uncertain: chosen.map(({ rule }) => rule) }],
        ],
        ...chosen.map(({ rule }) => [`orchestrator/${rule}`, ["error", ...(options.get(rule) ?? [])]]),
      ]) as ESLintLinter.RulesRecord,
    },
  ];
  if (options.size > 0) validate(eslint);
  const templater = TEMPLATERS.some((known) => known === config.templater)
    ? []
    : [`Templater '${config.templater}' is not known here. Files are read as they stand.`];
  return {
    config,
    selection,
    eslint,
    problems: [...selection.problems, ...templater, ...problems, ...shared.problems],
  };
}

/**
 * The same plan with its ESLint configuration worked out once. `Linter` would merge and validate it again for every
 * file, which takes longer than linting a short one; an array that has a `getConfig` it asks instead. Should it cease to
 * do so, the array is still the configuration. The class that works it out takes as long to load as some 50 files take.
 */
export async function settled(plan: Plan, root: string): Promise<Plan> {
  const { ESLint } = await import("eslint");
  const eslint = new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: plan.eslint });
  const config: unknown = await eslint.calculateConfigForFile(join(root, "script.sql"));
  return { ...plan, eslint: Object.assign([...plan.eslint], { getConfig: () => config }) };
}

/** ESLint checks options against a rule's schema when it first uses them. */
function validate(eslint: ESLintLinter.Config[]): void {
  try {
    new Linter().verify("", eslint, { filename: "options.sql" });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError(message.replaceAll(/\s+/g, " ").trim(), { cause: error });
  }
}

const linters = new Map<string, Linter>();

function linterFor({ absolute, root }: Source): Linter {
  const below = relative(root, absolute);
  // ESLint configures only files below its working directory.
  const cwd = !below.startsWith("..") && !isAbsolute(below) ? root : dirname(absolute);
  const linter = linters.get(cwd) ?? new Linter({ cwd });
  linters.set(cwd, linter);
  return linter;
}

/** What the rules say about a text, and what comments and configuration leave of it. */
interface Pass {
  all: readonly Violation[];
  kept: readonly Violation[];
  unused: readonly Violation[];
}

/** @param text - without byte order mark */
function pass(source: Source, text: string, { config, eslint }: Plan): Pass {
  const linter = linterFor(source);
  const messages = linter.verify(text, eslint, { filename: source.absolute });
  // Typed as JavaScript's, but it is what the file's language created.
  const sourceCode = linter.getSourceCode() as unknown;
  if (!(sourceCode instanceof SqlSourceCode)) {
    throw new Error(messages[0]?.message ?? "ESLint did not lint the text.");
  }
  const locate = locator(text);
  const { directives, malformed } = commentsOf(text, locate, config);
  const found = messages.map((message) => toViolation(message, sourceCode, locate, config));
  const all = [...malformed, ...found].sort(byPosition);
  const relevant = all
    .filter((violation) => !isIgnored(violation, config))
    .map((violation) => (isWarning(violation, config) ? { ...violation, warning: true } : violation));
  const { kept, unused } = mask(relevant, directives);
  return { all, kept, unused: config.warnUnusedIgnores ? unusedWarnings(unused) : [] };
}

function commentsOf(text: string, locate: Locator, config: Config): NoqaComments {
  if (config.disableNoqa && !config.disableNoqaExcept) return { directives: [], malformed: [] };
  return noqaComments(text, locate, allowedReferences(config.disableNoqaExcept));
}

/** `ignore` names families of violations. */
function isIgnored({ code }: Violation, { ignore, excludeRules }: Config): boolean {
  if (code === "PRS" && excludeRules.some((reference) => references.get(reference)?.has(code))) return true;
  return ignore.includes(code === "PRS" ? "parsing" : code === "TMP" ? "templating" : "linting");
}

const isWarning = ({ code, name }: Violation, { warnings }: Config): boolean =>
  warnings.includes(code) || (name !== "" && warnings.includes(name));

/** @param withStatistics - counting tokens takes about as long as splitting a script into statements */
export function lint(source: Source, plan: Plan, withStatistics = false): FileResult {
  const started = performance.now();
  const text = withoutMark(source.text);
  const { all, kept, unused } = pass(source, text, plan);
  return {
    path: source.path,
    violations: kept,
    unusedIgnores: unused,
    unparsed: all.filter(isUnparsed),
    statistics: withStatistics ? statisticsOf(text) : { characters: 0, tokens: 0, significantTokens: 0 },
    seconds: (performance.now() - started) / 1000,
  };
}

/** A body that cannot be read is no reason to leave what is around it unfixed. */
const isUnparsed = ({ code, warning }: Violation): boolean => (code === "PRS" && !warning) || code === "TMP";

/** A text with all fixes applied that noqa comments and configuration leave. */
export function fix(source: Source, plan: Plan): string {
  let text = withoutMark(source.text);
  for (let left = plan.config.passes; left > 0; left--) {
    const edits = pass(source, text, plan).kept.flatMap(({ edit }) => edit ?? []);
    if (edits.length === 0) break;
    text = applied(text, edits);
  }
  return source.text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK + text : text;
}

/** Of edits that touch each other the first one counts; the next pass finds the others again. */
function applied(text: string, edits: readonly NonNullable<Violation["edit"]>[]): string {
  let output = "";
  let at = -1;
  for (const { range, text: replacement } of edits.toSorted((a, b) => a.range[0] - b.range[0])) {
    if (range[0] <= at) continue;
    output += text.slice(Math.max(at, 0), range[0]) + replacement;
    at = range[1];
  }
  return output + text.slice(Math.max(at, 0));
}

const withoutMark = (text: string): string => (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);

function statisticsOf(text: string): Statistics {
  let count = 0;
  let significant = 0;
  for (const token of tokens(text)) {
    count++;
    if (isSignificant(token)) significant++;
  }
  return { characters: characterCount(text), tokens: count, significantTokens: significant };
}

/** The result for a file that could not be read as text. */
export function unreadable(path: string, reason: string): FileResult {
  const violation = unparsable(reason, locator("")(0, 0));
  return {
    path,
    violations: [violation],
    unusedIgnores: [],
    unparsed: [violation],
    statistics: { characters: 0, tokens: 0, significantTokens: 0 },
    seconds: 0,
  };
}

function unparsable(reason: string, span: Span): Violation {
  const place = `Line ${span.start_line_no}, Position ${span.start_line_pos}`;
  return { code: "PRS", name: "", description: `${place}: ${reason}`, warning: false, span };
}

/** PostgreSQL may well read the body of a function that cannot be read here, and psql what it decides about. */
const READABLE: ReadonlySet<string | undefined> = new Set(["body", "condition", "database"]);

function toViolation(
  message: Message,
  sourceCode: SqlSourceCode,
  locate: Locator,
  { templater }: Config,
): Violation {
  const start = sourceCode.getIndexFromLoc({ line: message.line, column: message.column });
  const { endLine = message.line, endColumn = message.column } = message;
  const span = locate(start, sourceCode.getIndexFromLoc({ line: endLine, column: endColumn }));

  // What a rule is not certain of is a warning of its own.
  const isUncertain = message.messageId === "uncertain";
  const rule = isUncertain
    ? /^Perhaps one for ([\w-]+),/.exec(message.message)?.[1]
    : message.ruleId?.replace(/^orchestrator\//, "");
  const entry = ruleEntries.find((known) => known.rule === rule);
  if (entry) {
    const { fix: edit } = message;
    return {
      code: entry.code,
      name: entry.name,
      description: message.message,
      warning: isUncertain,
      span,
      fixes: edit ? [toFix(edit, locate)] : [],
      ...(edit && { edit }),
    };
  }
  const text = unparsedAt(sourceCode, start);
  if (text !== undefined && isTemplated(text, sourceCode.text, templater)) {
    const description = "Templates are not rendered here, so this statement was not checked.";
    return { code: "TMP", name: "", description, warning: true, span };
  }
  const violation = unparsable(`${text === undefined ? "" : section(text)}${message.message}`, span);
  return { ...violation, warning: READABLE.has(message.messageId) };
}

function unparsedAt({ ast }: SqlSourceCode, at: number): string | undefined {
  return ast.body.find(({ type, range }) => type === "UnparsedStatement" && at >= range[0] && at < range[1])
    ?.text;
}

/** How much of an unparsable statement is quoted. */
const MAX_QUOTED = 40;

function section(text: string): string {
  const quoted = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}...` : text;
  return `Found unparsable section: '${quoted.replaceAll(/\s+/g, " ")}'. `;
}

function toFix(
  { range: [start, end], text }: { range: readonly [number, number]; text: string },
  locate: Locator,
): Fix {
  const type = text === "" ? "delete" : start === end ? "create_before" : "replace";
  return { type, edit: text, ...locate(start, end) };
}
