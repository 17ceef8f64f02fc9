import { splitLines } from "./positions.js";
import type { Problem } from "./types.js";

export type MarkerKind = "ruleid" | "ok" | "todoruleid" | "todook";

/** What a fixture says about one line. Lines and columns are 1-based; `end` is exclusive. */
export interface Expectation {
  kind: MarkerKind;
  id: string;
  line: number;
  /** From a caret line or a sidecar: the columns of the finding on that line. */
  columns?: { start: number; end?: number };
  /** A part the message must contain. */
  message?: string;
  /** Path in a case of several files; only sidecars name one. */
  path?: string;
}

/** The header of a fixture: `@options`, `@settings`, `@filename`, `@changes`. */
export interface Header {
  options?: unknown[];
  settings?: Record<string, unknown>;
  filename?: string;
  changes?: number;
}

const LEADER = String.raw`(?:#|--|\/\/|\/\*+|<!--)`;
const CLOSE = String.raw`\s*(?:\*\/|-->)?\s*$`;
const KEYWORD = "(todoruleid|todook|ruleid|ok)";
const MARKER = new RegExp(String.raw`^\s*${LEADER}\s*${KEYWORD}:\s*(.*?)${CLOSE}`, "u");
const CARETS = new RegExp(
  String.raw`^(\s*)(${LEADER}\s*)(\^+|<-)\s*ruleid:\s*(\S+?)(?:\s+"(.*)")?${CLOSE}`,
  "u",
);
const CARETS_LIKE = new RegExp(String.raw`^\s*${LEADER}\s*(?:\^+(?:\s|$)|<-\s*ruleid)`, "u");
/** Cheap, so that the patterns after it see few lines. */
const KEYWORD_LIKE = /(?:ruleid|todook):/u;
const TRAILING = new RegExp(String.raw`\S.*${LEADER}\s*(?:todoruleid|todook|ruleid):`, "u");
const SIDECAR =
  /^(?:(?!\d+:)(\S+):)?(\d+)(?::(\d+)(?:-(\d+))?)?\s+(todoruleid|todook|ruleid|ok):\s*(\S+?)(?:\s+"(.*)")?\s*$/u;
const SIDECAR_HEADER = /^@(options|settings|filename|changes)\s+(.*)$/u;
const HEADER = new RegExp(
  String.raw`^\s*(?:${LEADER}|\*)?\s*@(options|settings|filename|changes)\s+(.*?)${CLOSE}`,
  "u",
);
const ID = /^[\w@./-]+$/u;

const malformed = (line: number, message: string): Problem => ({ kind: "malformed", line, message });

/** True for a marker or a caret line. */
export function isMarkerLine(line: string): boolean {
  return MARKER.test(line) || CARETS.test(line);
}

/**
 * Reads the markers of a text. A marker speaks about the next line that is no marker itself; a caret line speaks about
 * the last line before it that is no caret line, and makes one `ruleid` of that line and id precise.
 * With `nextLineOnly` (Semgrep's own tester) a marker must stand directly above its line, and a caret line needs a
 * `ruleid` marker, since Semgrep skips caret lines.
 */
export function parseMarkers(
  text: string,
  nextLineOnly = false,
): { expectations: Expectation[]; problems: Problem[] } {
  const markers: Expectation[] = [];
  const carets: Expectation[] = [];
  const problems: Problem[] = [];
  const lines = splitLines(text);
  let code = 0;
  lines.forEach((line, index) => {
    const number = index + 1;
    const caret = CARETS.exec(line);
    if (caret) {
      const [, indent = "", leader = "", arrow = "", id = "", message] = caret;
      if (code === 0) problems.push(malformed(number, "A caret line needs a code line directly above it."));
      const start = arrow === "<-" ? indent.length + 1 : indent.length + leader.length + 1;
      const columns = arrow === "<-" ? { start } : { start, end: start + arrow.length };
      carets.push({ kind: "ruleid", id, line: code, columns, ...(message === undefined ? {} : { message }) });
      return;
    }
    const marker = MARKER.exec(line);
    if (!marker) {
      if (CARETS_LIKE.test(line)) {
        problems.push(malformed(number, 'A caret line reads: ^^^ ruleid: <id> "part of the message".'));
      } else if (KEYWORD_LIKE.test(line) && TRAILING.test(line)) {
        problems.push(
          malformed(number, "A marker stands on a line of its own, above the line it speaks about."),
        );
      }
      code = number;
      return;
    }
    code = 0;
    let target = index + 1;
    while (isMarkerLine(lines[target] ?? "")) target += 1;
    if (lines[target] === undefined) problems.push(malformed(number, "No line follows this marker."));
    if (nextLineOnly && target !== index + 1) {
      problems.push(
        malformed(
          number,
          "Semgrep reads the very next line: name several ids in one marker, comma-separated.",
        ),
      );
    }
    for (const id of (marker[2] ?? "").split(",").map((part) => part.trim())) {
      if (ID.test(id)) markers.push({ kind: marker[1] as MarkerKind, id, line: target + 1 });
      else problems.push(malformed(number, `"${id}" is no rule id.`));
    }
  });
  const expectations = refine(markers, carets);
  if (nextLineOnly) {
    for (const caret of carets) {
      if (markers.some((marker) => marker.line === caret.line && marker.id === caret.id)) continue;
      problems.push(
        malformed(caret.line, "Semgrep skips caret lines: put a ruleid marker above this line as well."),
      );
    }
  }
  return { expectations, problems };
}

/** Lets each caret line make one `ruleid` of its line and id precise; caret lines left over stand for themselves. */
function refine(markers: readonly Expectation[], carets: readonly Expectation[]): Expectation[] {
  const left = [...carets];
  const refined = markers.map((marker) => {
    if (marker.kind !== "ruleid") return marker;
    const index = left.findIndex((caret) => caret.line === marker.line && caret.id === marker.id);
    return left.splice(index, index < 0 ? 0 : 1)[0] ?? marker;
  });
  return [...refined, ...left];
}

/** Reads an `.expect` sidecar: `[PATH:]LINE[:COL[-ENDCOL]] ruleid: id "part"`, `LINE ok: id`, blank lines, `#` comments. */
export function parseSidecar(text: string): { expectations: Expectation[]; problems: Problem[] } {
  const expectations: Expectation[] = [];
  const problems: Problem[] = [];
  splitLines(text).forEach((line, index) => {
    if (line.trim() === "" || line.startsWith("#") || SIDECAR_HEADER.test(line)) return;
    const [, path, row, start, end, kind, id = "", message] = SIDECAR.exec(line) ?? [];
    if (row === undefined || !ID.test(id)) {
      problems.push(malformed(index + 1, `In the sidecar: cannot read "${line}".`));
      return;
    }
    const columns =
      start === undefined ? {} : { columns: { start: Number(start), ...(end ? { end: Number(end) } : {}) } };
    expectations.push({
      kind: kind as MarkerKind,
      id,
      line: Number(row),
      ...columns,
      ...(message === undefined ? {} : { message }),
      ...(path === undefined ? {} : { path }),
    });
  });
  return { expectations, problems };
}

/** Reads the header: `@options [..]` and the like in the comments before the first line of code, or in a sidecar. */
export function parseHeader(text: string, sidecar = false): { header: Header; problems: Problem[] } {
  const header: Header = {};
  const problems: Problem[] = [];
  const lines = sidecar ? splitLines(text) : leadingComments(text);
  lines.forEach((line, index) => {
    const [, key, value = ""] = (sidecar ? SIDECAR_HEADER : HEADER).exec(line) ?? [];
    try {
      if (key === "options") header.options = json(value, Array.isArray, "an array");
      if (key === "settings") header.settings = json(value, isRecord, "an object");
      if (key === "changes")
        header.changes = json(value, Number.isInteger as (n: unknown) => n is number, "a number");
      if (key === "filename") header.filename = relative(value);
    } catch (error) {
      problems.push(
        malformed(index + 1, `@${key}: ${error instanceof Error ? error.message : String(error)}`),
      );
    }
  });
  return { header, problems };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function json<T>(text: string, is: (value: unknown) => value is T, what: string): T {
  const value: unknown = JSON.parse(text);
  if (!is(value)) throw new TypeError(`not ${what}`);
  return value;
}

function relative(path: string): string {
  if (path.startsWith("/") || path.includes("\\") || path.split("/").includes("..")) {
    throw new TypeError("not a relative posix path inside the case");
  }
  return path;
}

/** The comment and blank lines a text begins with. */
function leadingComments(text: string): string[] {
  const found: string[] = [];
  let inside: string | undefined;
  for (const line of splitLines(text.replace(/^\uFEFF/u, ""))) {
    const trimmed = line.trim();
    if (inside === undefined) {
      if (trimmed !== "" && !new RegExp(`^${LEADER}`, "u").test(trimmed)) break;
      inside = trimmed.startsWith("/*") ? "*/" : trimmed.startsWith("<!--") ? "-->" : undefined;
    }
    found.push(line);
    if (inside !== undefined && trimmed.endsWith(inside)) inside = undefined;
  }
  return found;
}
