import type { Artifact } from "@orchestrator-lint/artifact-rules";
import type { MemoryRow } from "@orchestrator-lint/compose-rules";

/** The engines whose results a run joins. */
export type Engine = "eslint" | "semgrep" | "radar" | "artifact";

export type Level = "error" | "warning" | "note";

/** A place in a file: 1-based lines and UTF-16 columns, the end exclusive. */
export interface Region {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** A replacement of a range of UTF-16 offsets, the byte order mark not counted. */
export interface Edit {
  range: [start: number, end: number];
  text: string;
}

/** A place that helps to understand a finding. */
export interface RelatedPlace extends Region {
  file: string;
  message: string;
  /** What runs there, where it is a step of a flow. */
  name?: string;
}

/** One finding of one engine. */
export interface Result extends Region {
  /** Bare rule name. */
  rule: string;
  level: Level;
  message: string;
  /** Posix path relative to the root of the run. */
  file: string;
  fix?: Edit;
  suggestions: { description: string; edit: Edit }[];
  /** What the finding is about: a column `schema.table.column`, a service `services.NAME`… */
  subject?: string;
  /** Further places that belong to it, in any file below the root. */
  related?: RelatedPlace[];
  /**
   * How the finding comes about, step by step: for the Radar, hop by hop to the blocking call or another cause; from
   * every call that leads there, the finding's own first.
   */
  flows?: RelatedPlace[][];
  /** Which of a rule's checks found it, where it has several. */
  check?: string;
  /** The function that each flow begins in. */
  subjects?: string[];
  /** Kind of the blocking call that the flows end at; none where they end at something else. */
  tier?: string;
  /** Another engine's rule that finds the same. */
  twin?: string;
  /**
   * What was left unchecked: the file, a part of it, whatever needs the history of migrations it belongs to, or what is
   * wrong with a project that its platform refuses to start.
   */
  unread?: "whole" | "part" | "history" | "refused";
  /** Set when a comment in the file suppresses the finding. */
  suppression?: { justification: string };
}

/** A rule as the catalogue, SARIF and the documentation know it. */
export interface RuleInfo {
  name: string;
  engine: Exclude<Engine, "radar"> | "run";
  /** Set where ESLint has a rule of the same name, which editors show; of artifacts `check` asks `engine` alone. */
  isInEslint?: true;
  view: string;
  preset: "recommended" | "strict";
  level: Level;
  /** Options in the strict preset, where they differ from the rule's defaults. */
  strictOptions?: Record<string, unknown>;
  description: string;
  url: string;
  fixable: boolean;
  hasSuggestions: boolean;
  /** JSON Schemas of the options. */
  options: readonly object[];
}

/** What one engine brought back. */
export interface EngineRun {
  engine: Engine;
  version: string;
  results: Result[];
  /** What went wrong with the engine itself, in words; such a run has failed. */
  failures: string[];
}

/** A whole run: the tree, what ran over it, and what it was taken for. */
export interface Report {
  runs: EngineRun[];
  /** Texts of the files with results, by path. */
  texts: Map<string, string>;
  /** What discovery took for what, one sentence each. */
  notes: string[];
  /** How many Python files the engines looked through. */
  python: number;
  /** The paths that were asked for, relative to the root. */
  named: readonly string[];
  /** The memory of the workloads that were asked for; absent where nobody asked. */
  memory?: readonly MemoryRow[];
  /** The artifacts that were verified; absent where none was. */
  artifacts?: readonly Artifact[];
  /** Whether a card of each artifact is shown to people. */
  showCards?: boolean;
}

/** Results in file order, then by position, then by rule: the same tree gives the same bytes. */
export function sortResults(results: Result[]): Result[] {
  const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return results.toSorted(
    (a, b) =>
      text(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      text(a.rule, b.rule) ||
      text(a.message, b.message),
  );
}

/** Findings that count: neither suppressed nor dropped. */
export function activeResults(report: Report): Result[] {
  return report.runs.flatMap(({ results }) => results).filter(({ suppression }) => !suppression);
}

/** Findings that a comment suppresses. */
export function suppressedResults(report: Report): Result[] {
  return report.runs.flatMap(({ results }) => results).filter(({ suppression }) => suppression);
}

/**
 * The files that were asked for and could not be read at all.
 *
 * @param isGate - a gate asks for every file below the paths that were named, and for the history they make
 */
export function missedFiles({ runs, named }: Report, isGate: boolean): string[] {
  const isAsked = (file: string) =>
    named.some((path) => path === file || (isGate && (path === "" || file.startsWith(`${path}/`))));
  const missed = runs.flatMap(({ results }) =>
    results.filter(
      ({ unread, file }) => (unread === "whole" || (isGate && unread === "history")) && isAsked(file),
    ),
  );
  return [...new Set(missed.map(({ file }) => file))];
}
