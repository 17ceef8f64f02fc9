import { isSignificant, tokens, type Token } from "../language/lexer.js";
import { parseSql, type Program } from "../language/parse.js";
import type { Range } from "../language/split.js";
import { endsOperand, markPlaceholders } from "./placeholders.js";
import type { Sink } from "./sinks.js";
import { assemble, HOLE_LENGTH, UNKNOWN, type EmbeddedText, type Piece, type Reading } from "./text.js";

/** Parses spent on one text before it is given up, and the characters they may read: long texts get fewer. */
const MAX_ATTEMPTS = 24;
const MAX_READ = 1024 * 1024;

/** What holes are tried as, by what stands before them. */
const AFTER_OPERAND: readonly Reading[] = ["nothing", "name", "list", "rows", "value"];
const AFTER_TABLE_WORD: readonly Reading[] = ["name", "nothing", "rows"];
const ELSEWHERE: readonly Reading[] = ["value", "name", "list", "nothing", "assignment", "rows"];
/** Part of a longer name, or inside a string. */
const INSIDE: readonly Reading[] = ["name"];

const TABLE_WORD = /^(?:from|join|into|update|table|only|truncate|\.)$/i;

/** SQL that could be read, and where it stands. */
export interface ReadText {
  program: Program;
  source: EmbeddedText;
  /** Where something is put in that the statement says nothing of, and that may be one more condition. */
  open: readonly Range[];
}

/**
 * Reads embedded SQL: whole statements, or the fragment that it may be. What its holes stand for is found by trying:
 * where PostgreSQL's grammar stops, the hole before is read in another way.
 *
 * @param pieces - the text as written
 * @param path - the file, whose name may tell the dialect
 * @returns undefined for what no reading makes SQL of
 */
export function readPieces(
  pieces: readonly Piece[],
  sink: Omit<Sink, "node">,
  path: string,
): ReadText | undefined {
  const marked = markPlaceholders(pieces);
  const { text } = assemble(marked);
  if (CLICKHOUSE.test(text)) return undefined;
  if (sink.kind !== "condition" && looksLikeStatement(text)) return parseWithHoles(assemble(marked), path);
  if (sink.kind === "statement" || text.trim() === "") return undefined;
  for (const prefix of prefixes(text, sink.tables ?? [])) {
    const read = parseWithHoles(assemble([{ kind: "added", text: prefix }, ...marked]), path);
    if (read && !sink.isOpen) return read;
    const end = read?.source.text.length ?? 0;
    if (read) return { ...read, open: [...read.open, [end, end]] };
  }
  return undefined;
}

/** `{name:UUID}`, a parameter of ClickHouse. */
const CLICKHOUSE = /\{\w+:\s?[A-Z]\w*[({}]/;

const STATEMENT: readonly RegExp[] = [
  /^select\b[^]*\b(?:from|where)\b/i,
  /^with\s+(?:recursive\s+)?[^\s(]+\s*(?:\([^()]*\)\s*)?as\b/i,
  /^insert\s+into\b/i,
  /^update\b[^]*\bset\b/i,
  /^delete\s+from\b/i,
  /^merge\s+into\b/i,
  /^truncate\b/i,
  /^(?:create|alter|drop|comment\s+on|refresh\s+materialized|explain|declare|do\s*\$|begin|set\s)/i,
];

/** Whether a text begins as a statement does, comments and opening parentheses aside. */
export function looksLikeStatement(text: string): boolean {
  for (const token of tokens(text)) {
    if (!isSignificant(token) || text[token.start] === "(") continue;
    const rest = text.slice(token.start);
    return STATEMENT.some((pattern) => pattern.test(rest));
  }
  return false;
}

/** What makes a fragment a statement, by its first word. */
function prefixes(text: string, tables: readonly string[]): string[] {
  const from = tables.length > 0 ? `FROM ${tables.join(", ")} ` : "";
  const word = /^\s*([A-Za-z]*)/.exec(text)?.[1]?.toLowerCase() ?? "";
  switch (word) {
    case "from":
      return ["SELECT "];
    case "where":
    case "having":
      return [`SELECT ${from}`];
    case "and":
    case "or":
      return [`SELECT ${from}WHERE TRUE `];
    case "join":
    case "inner":
    case "left":
    case "right":
    case "full":
    case "cross":
      return [`SELECT FROM ${UNKNOWN} `];
    case "order":
    case "limit":
    case "set":
      return [];
    default:
      return [`SELECT ${from}WHERE `, "SELECT "];
  }
}

function parseWithHoles(source: EmbeddedText, path: string): ReadText | undefined {
  const choices = choicesOf(source);
  const chosen = choices.map(() => 0);
  const attempts = Math.min(MAX_ATTEMPTS, Math.ceil(MAX_READ / Math.max(source.text.length, 1)));
  for (let attempt = 0; attempt < attempts; attempt++) {
    const text = source.read(choices.map((readings, i) => readings[chosen[i]!]!));
    const program = parseSql(text, path);
    const at = errorIn(program);
    if (at === undefined) {
      const open = source.holes.flatMap((start, i): Range[] =>
        choices[i]![chosen[i]!] === "nothing" && isOpenAt(source.text, start)
          ? [[start, start + HOLE_LENGTH]]
          : [],
      );
      return program.body.length > 0 ? { program, source, open } : undefined;
    }
    if (!advance(source.holes, choices, chosen, at)) return undefined;
  }
  return undefined;
}

/** Where the first statement is refused; one that ends too early could go on up to the next. */
function errorIn({ body, text }: Program): number | undefined {
  for (const [i, statement] of body.entries()) {
    if (statement.type !== "UnparsedStatement") continue;
    const endsEarly = statement.error.endsWith("end of input");
    return endsEarly ? (body[i + 1]?.range[0] ?? text.length) - 1 : statement.errorRange[0];
  }
  return undefined;
}

/** The next reading of the last hole before an error that has one left; the ones after it begin anew. */
function advance(
  holes: readonly number[],
  choices: readonly (readonly Reading[])[],
  chosen: number[],
  error: number,
): boolean {
  for (let i = holes.findLastIndex((start) => start <= error); i >= 0; i--) {
    if (chosen[i]! + 1 < choices[i]!.length) {
      chosen[i]!++;
      return true;
    }
    chosen[i] = 0;
  }
  return false;
}

/** Clauses by their first words; a condition may be added at the end of those that are said to be open. */
const CLAUSE =
  /^(?:select|from|join|using|where|on|set|group|having|window|order|limit|offset|fetch|for|returning|values|union|intersect|except)$/i;
const OPEN = /^(?:from|join|using|where|on|set)$/i;

/** Whether a condition may follow at an offset: `FROM t …`, `WHERE a = 1 …`, but not `ORDER BY a …`. */
function isOpenAt(text: string, at: number): boolean {
  let clauses = [""];
  for (const token of tokens(text)) {
    if (token.start >= at) break;
    const part = text.slice(token.start, token.end);
    if (part === "(") clauses.push("");
    else if (part === ")") clauses = clauses.length > 1 ? clauses.slice(0, -1) : [""];
    else if (part === ";") clauses = [""];
    else if (token.kind === "word" && CLAUSE.test(part)) clauses[clauses.length - 1] = part;
  }
  return OPEN.test(clauses.at(-1)!);
}

function choicesOf({ text, holes }: EmbeddedText): (readonly Reading[])[] {
  const starts = new Set(holes);
  const choices = new Map<number, readonly Reading[]>();
  let before: Token | undefined;
  for (const token of tokens(text)) {
    if (!isSignificant(token)) continue;
    if (starts.has(token.start) && /^\uE000{8}$/.test(text.slice(token.start, token.end))) {
      const word = before ? text.slice(before.start, before.end) : "";
      const order = TABLE_WORD.test(word)
        ? AFTER_TABLE_WORD
        : before && endsOperand(word, before)
          ? AFTER_OPERAND
          : ELSEWHERE;
      choices.set(token.start, order);
    }
    before = token;
  }
  return holes.map((start) => choices.get(start) ?? INSIDE);
}
