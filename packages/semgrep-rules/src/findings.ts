import {
  bareRuleId,
  errorType,
  severityOf,
  type SemgrepError,
  type SemgrepJson,
  type Severity,
} from "./json.js";
import { locator } from "./positions.js";

/** Something Semgrep found. Lines and columns are 1-based, columns and offsets are UTF-16 without byte order mark. */
export interface SemgrepFinding {
  /** Bare rule id, without the path Semgrep puts before it. */
  ruleId: string;
  /** Path as Semgrep was given it, with `/`: relative where the target was relative. */
  path: string;
  message: string;
  severity: Severity;
  line: number;
  column: number;
  endLine: number;
  /** Exclusive. */
  endColumn: number;
  /** Offsets of the finding, end exclusive. */
  range: [number, number];
  /** The text that would replace the finding, or a wider range. */
  fix?: { range: [number, number]; text: string };
  /** Set where a `nosemgrep` comment silences the finding. */
  suppressed?: { line: number; justification?: string };
  metadata: Readonly<Record<string, unknown>>;
}

/** A file, or a part of one, that Semgrep could not check. */
export interface Unread {
  path: string;
  /** A sentence. */
  reason: string;
  /** The rule that could not run; all rules where absent. */
  ruleId?: string;
  /** Parts that were left out; the whole file where absent. Columns as in a finding. */
  ranges?: { line: number; column: number; endLine: number; endColumn: number }[];
}

/** Gives the bytes of a file by the path Semgrep wrote; undefined where it is gone. */
export type ReadBytes = (path: string) => Uint8Array | undefined;

/**
 * Turns Semgrep's results into findings, in order of path, place and rule, each once. Semgrep is expected to have run
 * with `--disable-nosem`, so that silenced findings are there to be marked; else none is.
 */
export function toFindings(json: SemgrepJson, read: ReadBytes): SemgrepFinding[] {
  const files = memoized((path: string) => {
    const at = locator(read(path) ?? new Uint8Array());
    return { at, silencers: memoized((line: number) => silencer(at.lineText(line))) };
  });
  const findings = json.results.map((result): SemgrepFinding => {
    const { start, end, extra } = result;
    const { at, silencers } = files(result.path);
    const ruleId = bareRuleId(result.check_id);
    const first = at.position(start.offset);
    const last = at.position(end.offset);
    const range: [number, number] = [at.offset(start.offset), at.offset(end.offset)];
    const suppressed = suppression(silencers, first.line, ruleId);
    return {
      ruleId,
      path: result.path.replaceAll("\\", "/"),
      // A callee that a message names may stand on several lines.
      message: oneLine(extra.message),
      severity: severityOf(extra.severity),
      ...first,
      endLine: last.line,
      endColumn: last.column,
      range,
      ...(extra.fix === undefined ? {} : { fix: { range, text: extra.fix } }),
      ...(suppressed === undefined ? {} : { suppressed }),
      metadata: extra.metadata ?? {},
    };
  });
  const key = (finding: SemgrepFinding) => JSON.stringify([finding.path, finding.range, finding.ruleId]);
  return [...new Map(findings.map((finding) => [key(finding), finding])).values()].sort(compare);
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const compare = (a: SemgrepFinding, b: SemgrepFinding): number =>
  order(a.path, b.path) || a.range[0] - b.range[0] || a.range[1] - b.range[1] || order(a.ruleId, b.ruleId);

const LEADER = String.raw`(?:#|\/\/|--|\/\*|<!--)`;
const NOSEMGREP = new RegExp(
  String.raw`(?:^|\s)nosem(?:grep)?(?:\s*[:=]\s*([^\s,]+(?:[\s,]+[^\s,]+)*))?`,
  "iu",
);
const COMMENT_LINE = new RegExp(String.raw`^\s*${LEADER}`, "u");
const COMMENT = new RegExp(String.raw`${LEADER}(.*)$`, "u");

/** What a `nosemgrep` comment of one line says: the rules it names (all where it names none) and its reason. */
interface Silencer {
  alone: boolean;
  ids?: string[];
  justification?: string;
}

function silencer(line: string): Silencer | undefined {
  if (!/nosem/iu.test(line)) return undefined;
  const comment = COMMENT.exec(line)?.[1] ?? "";
  const match = NOSEMGREP.exec(comment);
  if (!match) return undefined;
  const justification = / -- (.*?)\s*(?:\*\/|-->)?\s*$/u.exec(comment)?.[1];
  return {
    alone: COMMENT_LINE.test(line),
    ...(match[1] === undefined ? {} : { ids: match[1].split(/[\s,]+/u).map(bareRuleId) }),
    ...(justification ? { justification } : {}),
  };
}

/** A `nosemgrep` comment on the line of a finding, or alone on the line above, that names its rule or none. */
function suppression(
  silencers: (line: number) => Silencer | undefined,
  line: number,
  ruleId: string,
): SemgrepFinding["suppressed"] {
  for (const candidate of [line, line - 1]) {
    const found = silencers(candidate);
    if (!found || (candidate !== line && !found.alone)) continue;
    if (found.ids && !found.ids.includes(ruleId)) continue;
    const { justification } = found;
    return { line: candidate, ...(justification === undefined ? {} : { justification }) };
  }
  return undefined;
}

/** Reasons of `paths.skipped` that mean a file was asked for and not checked, in words. Others are the user's choice
 * (ignore files, filters) or stand among the errors with more detail. */
const SKIPPED: Readonly<Record<string, string>> = {
  exceeded_size_limit: "is larger than Semgrep was allowed to read",
  too_big: "is larger than Semgrep was allowed to read",
  insufficient_permissions: "may not be read by this user",
  nonexistent_file: "does not exist",
  binary: "looks like a binary file",
  minified: "looks like a minified file",
  too_many_matches: "has more matches than Semgrep reports",
};

/**
 * What Semgrep left out: files and parts of files, one entry a path and rule, in order of path.
 * Errors that belong to no file (a broken rule, a missing config) are `fatalErrors`, not these.
 */
export function toUnread(json: SemgrepJson, read: ReadBytes): Unread[] {
  const locate = memoized((path: string) => locator(read(path) ?? new Uint8Array()));
  const fromErrors = json.errors
    .filter((error) => !isFatal(error, json))
    .map((error): Unread => {
      const path = error.path ?? "";
      const at = locate(path);
      const ranges = error.spans?.map(({ start, end }) => {
        // Offsets of these spans count from the start of the line; lines and columns are right.
        const last = at.position(at.byteOf(end.line, end.col));
        return {
          ...at.position(at.byteOf(start.line, start.col)),
          endLine: last.line,
          endColumn: last.column,
        };
      });
      return {
        path: path.replaceAll("\\", "/"),
        reason: reasonOf(error),
        ...(error.rule_id === undefined ? {} : { ruleId: bareRuleId(error.rule_id) }),
        ...(ranges === undefined || ranges.length === 0 ? {} : { ranges }),
      };
    });
  const fromSkipped = (json.paths.skipped ?? []).flatMap(({ path, reason }): Unread[] => {
    const words = SKIPPED[reason];
    // Only Python is checked, so a large data file beside it is nothing that was missed.
    if (words === undefined || !/\.pyi?$/iu.test(path)) return [];
    return [{ path: path.replaceAll("\\", "/"), reason: `The file ${words}.` }];
  });
  const key = (unread: Unread) => JSON.stringify([unread.path, unread.reason, unread.ruleId, unread.ranges]);
  return [...new Map([...fromErrors, ...fromSkipped].map((unread) => [key(unread), unread])).values()].sort(
    (a, b) => order(key(a), key(b)),
  );
}

/** Errors after which a result cannot be trusted: everything that is not about one scanned file. */
export function fatalErrors(json: SemgrepJson): string[] {
  return json.errors
    .filter((error) => isFatal(error, json))
    .map((error) => oneLine(error.message ?? errorType(error)));
}

const PER_FILE =
  /^(?:PartialParsing|Syntax error|Lexical error|Other syntax error|AST builder error|Timeout|Out of memory|Stack overflow|Timeout during interfile|Fixpoint timeout|Internal matching error|Fatal error|Too many matches)/iu;

const isFatal = (error: SemgrepError, json: SemgrepJson): boolean =>
  error.path === undefined || !(PER_FILE.test(errorType(error)) || json.paths.scanned.includes(error.path));

function reasonOf(error: SemgrepError): string {
  const text = oneLine(error.message ?? "");
  switch (errorType(error)) {
    case "PartialParsing":
      return `Semgrep could not read a part of the file: ${detail(text)}.`;
    case "Timeout":
      return "Semgrep stopped at its time limit.";
    case "Out of memory":
      return "Semgrep stopped at its memory limit.";
    default:
      return `Semgrep could not read the file: ${errorType(error).toLowerCase()}${text ? `, ${detail(text)}` : ""}.`;
  }
}

const oneLine = (text: string): string => text.replace(/\s+/gu, " ").trim();
/** What stands behind "Syntax error at line FILE:4:". */
const detail = (text: string): string => text.replace(/^.*? at line .*?:\d+:\s*/u, "").replace(/\.$/u, "");

function memoized<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    if (known.has(key)) return known.get(key) as Value;
    const value = make(key);
    known.set(key, value);
    return value;
  };
}
