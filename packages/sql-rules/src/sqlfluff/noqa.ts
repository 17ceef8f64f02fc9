import { tokens } from "../language/lexer.js";
import type { Range } from "../language/split.js";
import type { Locator, Span } from "./position.js";
import { expand, references, type ReferenceMap } from "./references.js";
import type { Violation } from "./violation.js";

/** One `noqa` comment. */
export interface Directive {
  /** The comment. */
  span: Span;
  /** Codes it speaks of; undefined for all. */
  codes: ReadonlySet<string> | undefined;
  /** `disable` and `enable` hold from their line on; without an action it is about its own line. */
  action: "disable" | "enable" | undefined;
  /** As it was written, from `noqa` on. */
  raw: string;
}

export interface NoqaComments {
  directives: readonly Directive[];
  /** `PRS` violations for comments that begin with `noqa` and go on in no known way. */
  malformed: readonly Violation[];
}

/** sqlfluff's codes that no rule stands behind. */
const SPECIAL = ["PRS", "LXR", "TMP"];

const EXPECT_RANGE =
  "Malformed 'noqa' section. Expected 'noqa: enable=<rule>[,...] | all' or 'noqa: disable=<rule>[,...] | all";
const EXPECT_RULES = "Malformed 'noqa' section. Expected 'noqa: <rule>[,...]";

/**
 * The references noqa comments may use: all, or with `disable_noqa_except` only those to the codes it names.
 *
 * @param except - comma-separated references and globs
 */
export function allowedReferences(except: string | undefined): ReferenceMap {
  if (!except) return references;
  const all = new Map([...references, ...SPECIAL.map((code) => [code, new Set([code])] as const)]);
  const allowed = new Set(except.split(",").flatMap((part) => [...(expand(part.trim(), all) ?? [])]));
  return new Map(
    [...all].map(([reference, codes]) => [
      reference,
      new Set([...codes].filter((code) => allowed.has(code))),
    ]),
  );
}

/** All noqa comments of a script, those in the bodies of functions among them. */
export function noqaComments(text: string, locate: Locator, map: ReferenceMap): NoqaComments {
  const directives: Directive[] = [];
  const malformed: Violation[] = [];
  // Most scripts have none, and need not be read a second time.
  if (!text.includes("noqa")) return { directives, malformed };
  for (const range of commentLines(text)) {
    const comment = text.slice(...range);
    if (!comment.includes("noqa")) continue;
    const parsed = parse(comment, map);
    if (typeof parsed === "string") {
      malformed.push({ code: "PRS", name: "", description: parsed, warning: false, span: locate(...range) });
    } else if (parsed) directives.push({ ...parsed, span: locate(...range) });
  }
  return { directives, malformed };
}

/** How deep dollar quotes may stand in each other: a function's body, and a statement it executes. */
const MAX_QUOTES = 2;

/** Every line comment, and every line of a block comment without the blanks around it. */
function* commentLines(text: string, start = 0, quotes = 0): Generator<Range> {
  for (const token of tokens(text, start)) {
    if (token.kind === "string" && text[token.start] === "$" && quotes < MAX_QUOTES) {
      const tag = text.indexOf("$", token.start + 1) + 1;
      const close = token.unterminated ? token.end : token.end - (tag - token.start);
      yield* commentLines(text.slice(0, close), tag, quotes + 1);
    }
    if (token.kind !== "comment") continue;
    const lines = /[^\S\r\n]*(\S(?:[^\r\n]*\S)?)/g;
    for (const { index, 0: line, 1: content = "" } of text.slice(token.start, token.end).matchAll(lines)) {
      const from = token.start + index + line.length - content.length;
      yield [from, from + content.length];
    }
  }
}

/** The directive in a comment, a message for a malformed one, or undefined where there is none. */
function parse(comment: string, map: ReferenceMap): Omit<Directive, "span"> | string | undefined {
  const content = comment
    .replace(/^--/, "")
    .trim()
    .replace(/\s*\*\/$/, "")
    .replace(/^\/\*\s*/, "");
  // A comment may go on with a second one: `-- why -- noqa: OR01`.
  const raw = content.split("--").at(-1)!.trim();
  if (!raw.startsWith("noqa")) return undefined;
  const remainder = raw.slice("noqa".length);
  if (remainder === "") return { codes: undefined, action: undefined, raw };
  if (!remainder.startsWith(":")) return EXPECT_RULES;

  const body = remainder.slice(1).trim();
  if (body === "") return { codes: undefined, action: undefined, raw };
  const equals = body.indexOf("=");
  const action = equals < 0 ? undefined : body.slice(0, equals);
  if (action !== undefined && action !== "disable" && action !== "enable") return EXPECT_RANGE;
  const listed = body.slice(equals + 1);
  if (action === undefined && (listed === "disable" || listed === "enable")) return EXPECT_RANGE;
  if (listed === "all") return { codes: undefined, action, raw };
  // What is no reference is taken verbatim: it may be PRS, or a rule of sqlfluff's own.
  const codes = listed.split(",").flatMap((part) => [...(expand(part.trim(), map) ?? [part.trim()])]);
  return { codes: new Set(codes), action, raw };
}

export interface Masked {
  kept: readonly Violation[];
  unused: readonly Directive[];
}

/** What noqa comments leave of the violations, and the comments that had nothing to do. */
export function mask(violations: readonly Violation[], directives: readonly Directive[]): Masked {
  if (directives.length === 0) return { kept: violations, unused: [] };
  const used = new Set<Directive>();
  const ofLine = directives.filter(({ action }) => action === undefined);
  const ofRange = directives.filter(({ action }) => action !== undefined).sort((a, b) => line(a) - line(b));
  const kept = violations.filter((violation) => {
    const single = ofLine.find(
      (directive) => line(directive) === line(violation) && covers(directive, violation),
    );
    if (single) used.add(single);
    return !single && !isDisabled(violation, ofRange, used);
  });
  return { kept, unused: directives.filter((directive) => !used.has(directive)) };
}

const line = ({ span }: { span: Span }): number => span.start_line_no;

const covers = ({ codes }: Directive, { code }: Violation): boolean => !codes || codes.has(code);

/** Walks the ranges down to the violation's line; one that ends there or ended before has been of use. */
function isDisabled(violation: Violation, ofRange: readonly Directive[], used: Set<Directive>): boolean {
  let disabling: Directive | undefined;
  for (const directive of ofRange) {
    if (!covers(directive, violation)) continue;
    if (line(directive) > line(violation)) {
      if (directive.action === "enable") used.add(directive);
      break;
    }
    if (directive.action === "enable" && disabling) used.add(directive);
    disabling = directive.action === "disable" ? directive : undefined;
  }
  if (disabling) used.add(disabling);
  return disabling !== undefined;
}

/**
 * Warnings for comments that suppressed nothing. One that speaks only of codes unknown here may serve sqlfluff itself,
 * so nothing is said about it.
 */
export function unusedWarnings(unused: readonly Directive[]): Violation[] {
  const known = new Set([...SPECIAL, ...[...references.values()].flatMap((codes) => [...codes])]);
  return unused
    .filter(({ codes }) => !codes || [...codes].some((code) => known.has(code)))
    .map(({ span, raw }) => ({
      code: "NOQA",
      name: "",
      description: `Unused noqa: '${raw}'`,
      warning: true,
      span,
    }));
}
