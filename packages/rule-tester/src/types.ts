/** One replacement of text. `range` holds UTF-16 offsets into the file's text, end exclusive. */
export interface Edit {
  range: [number, number];
  text: string;
}

/** A report of a rule. Lines are 1-based; columns are 1-based UTF-16 columns; ends are exclusive. */
export interface Finding {
  ruleId: string;
  message: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  fix?: Edit;
  suggestions: { message: string; edit: Edit }[];
}

/** A text to lint. `path` is posix and relative to the root of its case. */
export interface SourceFile {
  path: string;
  text: string;
}

/** What an adapter is asked to lint: the files of one case, with one rule. */
export interface LintRequest {
  ruleId: string;
  options: unknown[];
  settings?: Record<string, unknown>;
  files: SourceFile[];
  /** Absolute directory the paths are relative to; it exists only for cases that are folders. */
  root: string;
}

/** A file the tester will lint, announced beforehand. */
export interface PreparedFile {
  ruleId: string;
  root: string;
  file: SourceFile;
}

/** Everything the tester knows about an engine. */
export interface Adapter {
  name: string;
  /** The rule ids the engine knows; a marker that names another id is an error. */
  rules: readonly string[];
  /** Lints one case with one rule; the result is keyed by path. Throws when the engine itself fails. */
  lint(request: LintRequest): Promise<Map<string, Finding[]>>;
  /** The engine's error message when it cannot parse the text, else undefined. Asked only after `lint`. */
  parseError?(file: SourceFile): string | undefined;
  /** Position-free data of the text: two texts mean the same exactly when their data are deeply equal. */
  meaning?(file: SourceFile): unknown;
  /** Called once with every case before the first `lint`, for engines that are slow to start. */
  prepare?(files: PreparedFile[]): Promise<void>;
}

/** Where fixtures stand: `<rule>/<case>.<ext>` folders, or beside the rule file as Semgrep wants it. */
export type Layout = "folders" | "beside";

/** A problem of a fixture, by kind so that a caller can tell them apart. */
export type ProblemKind =
  | "engine-error"
  | "malformed"
  | "unknown-rule"
  | "unmarked-finding"
  | "unmet-marker"
  | "wrong-columns"
  | "wrong-message"
  | "stale-todo"
  | "parse-error"
  | "missing-fixed"
  | "wrong-fixed"
  | "stray-fixed"
  | "missing-suggested"
  | "wrong-suggested"
  | "stray-suggested"
  | "unstable-fix"
  | "unclean-fix"
  | "unparsable-fix"
  | "changed-meaning"
  | "no-effect"
  | "missing-bad-case"
  | "missing-good-case"
  | "mutation-survivor"
  | "stale-frames";

/** One reason why a fixture fails. */
export interface Problem {
  kind: ProblemKind;
  message: string;
  /** Path to show, then the 1-based line, where there is one. */
  path?: string;
  line?: number;
  /** Code frame or diff, ready to print. */
  frame?: string;
}

/** An expected-output file of a case. `text` is undefined where the file does not exist. */
export interface Output {
  /** Absolute path of the file on disk. */
  file: string;
  text: string | undefined;
}

/** One case of one rule, as read from disk. */
export interface Fixture {
  rule: string;
  /** File or folder name of the case, with its extension. */
  name: string;
  layout: Layout;
  root: string;
  files: SourceFile[];
  options: unknown[];
  settings?: Record<string, unknown>;
  /** How many nodes the fixes may change, when that is not the number of edits (`@changes N`). */
  changes?: number;
  /** Text of the `.expect` sidecar. */
  expect?: string;
  /** The expected fixed text on disk, by path as linted. */
  fixed: Map<string, Output>;
  /** Expected suggestion outputs on disk, by number (from 1) and path as linted. */
  suggested: Map<number, Map<string, Output>>;
  /** Absolute path of the frames file of the rule. */
  framesFile: string;
  /** Where an expected output of the case belongs; `label` is `fixed` or `suggested-<n>`. */
  outputFile(label: string, path: string): string;
  /** What was wrong with the fixture before any engine ran. */
  problems: Problem[];
}

/** What the tester found out about one case. */
export interface Report {
  fixture: Fixture;
  /** Findings by path, in source order. */
  findings: Map<string, Finding[]>;
  problems: Problem[];
  /** Every expected-output file as it should be (undefined: it should not exist); `--update` writes these. */
  outputs: Output[];
  /** Code frames of the findings, as they stand in the frames file; "" when there are none. */
  frames: string;
}

/** A directory of fixtures and the engine that runs them. */
export interface Suite {
  adapter: Adapter;
  /** Directory of the fixtures. */
  fixtures: string;
  /** Default: "folders". */
  layout?: Layout;
  /** The rules to test; default: all of the adapter's. */
  rules?: readonly string[];
}
