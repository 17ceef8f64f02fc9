import { isSignificant, tokenAt, type Token } from "../language/lexer.js";
import type { Range } from "../language/split.js";
import { assemble, replaced, type Piece } from "./text.js";

/**
 * Placeholders of clients, in words: `$1:name` `${name}` `$(name)` `$<name>` `$[name]` `$/name/` (pg-promise), `$name!`
 * (pgtyped, Sequelize), `:...names` (TypeORM), `:name:` (Knex), `:name`.
 */
const CLIENT =
  /\$\d+:[A-Za-z]+|\$(?:\{[^{}\n]*\}|\([^()\n]*\)|<[^<>\n]*>|\[[^[\]\n]*\]|\/[^/\n]*\/)|\$[A-Za-z_]\w*!?|:\.\.\.[A-Za-z_]\w*|:[A-Za-z_]\w*(?::(?![:\w]))?/y;

/** Operators after which a question mark without a space is a placeholder: `a=?`. PostgreSQL has no such operators. */
const GLUED = /^(?:=|<|>|<=|>=|<>|!=|->>?|@>|<@|\|\|)(\?{1,2})$/;

/** Words after which an operand comes: a question mark there is a placeholder, elsewhere PostgreSQL's operator. */
const EXPECTS_OPERAND =
  /^(?:all|and|any|as|asc|between|by|case|cross|default|delete|desc|distinct|do|else|escape|except|exists|from|full|group|having|ilike|in|inner|intersect|into|is|join|lateral|left|like|limit|natural|not|offset|on|only|or|order|outer|over|returning|right|select|set|similar|some|table|then|to|union|update|using|values|when|where|with)$/i;

/**
 * Turns what clients replace before PostgreSQL sees it into holes. `$1` is PostgreSQL's own and stays, as do operators
 * of jsonb that are written with a question mark.
 */
export function markPlaceholders(pieces: readonly Piece[]): Piece[] {
  const { text } = assemble(pieces);
  const found: { range: Range; by: "hole" | "nothing" }[] = [];
  let brackets = 0;
  let isAfterOperand = false;
  for (let token = tokenAt(text, 0); token; token = tokenAt(text, token.end)) {
    if (!isSignificant(token)) continue;
    const part = text.slice(token.start, token.end);
    if (part === "[") brackets++;
    else if (part === "]") brackets--;
    // `\?` and `\:` are how Knex and TypeORM are told that these are no placeholders.
    if (part === "\\" && /[?:]/.test(text[token.end] ?? "")) {
      found.push({ range: [token.start, token.end], by: "nothing" });
      token = { ...token, end: tokenAt(text, token.end)?.end ?? token.end };
      isAfterOperand = false;
      continue;
    }
    const range = clientPlaceholder(text, token, brackets) ?? questionMark(part, token, isAfterOperand);
    if (range) {
      found.push({ range, by: "hole" });
      token = { ...token, end: range[1] };
      isAfterOperand = true;
    } else isAfterOperand = endsOperand(part, token);
  }
  return found.length > 0 ? replaced(pieces, found) : [...pieces];
}

function clientPlaceholder(text: string, { kind, start }: Token, brackets: number): Range | undefined {
  if (kind !== "placeholder" && kind !== "punctuation") return undefined;
  // Inside brackets a colon makes a slice.
  if (brackets > 0 && text[start] === ":") return undefined;
  CLIENT.lastIndex = start;
  return CLIENT.test(text) ? [start, CLIENT.lastIndex] : undefined;
}

function questionMark(part: string, { kind, start, end }: Token, isAfterOperand: boolean): Range | undefined {
  if (kind !== "operator" || !part.includes("?")) return undefined;
  const glued = GLUED.exec(part)?.[1];
  if (glued !== undefined) return [end - glued.length, end];
  const leading = isAfterOperand ? "" : (/^\?{1,2}/.exec(part)?.[0] ?? "");
  return leading === "" ? undefined : [start, start + leading.length];
}

/** Whether an operand can end with a token. */
export function endsOperand(part: string, { kind }: Pick<Token, "kind">): boolean {
  if (kind === "word") return !EXPECTS_OPERAND.test(part);
  if (kind === "punctuation") return part === ")" || part === "]" || part === "}";
  return kind !== "operator";
}
