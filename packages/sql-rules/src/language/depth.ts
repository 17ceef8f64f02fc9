import { isSignificant, tokens } from "./lexer.js";

/**
 * Deepest statement handed to a parser. PostgreSQL's parser runs as WebAssembly on JavaScript's call stack; a tree
 * that overflows it (measured: 2,500 nested sub-selects, 5,000 chained operators) leaves the module broken for every
 * later statement of the process, so the limit keeps a wide margin.
 */
export const MAX_DEPTH = 2000;

/** A pair of brackets, or CASE … END, costs PostgreSQL's parser about twice the stack of an operator. */
const BRACKET_COST = 2;

/** Words that nest what stands beside them, as operator characters do. */
const OPERATOR_WORDS = /^(?:at|collate|not|operator)$/;
/** Words that nest whole tables or queries; neither comma nor AND ends such a chain. */
const TABLE_WORDS = /^(?:join|union|intersect|except)$/;
/** Reserved words after which an expression begins anew (AND and OR build flat lists). */
const RESTARTS = /^(?:and|or|when|then|else|from|where|on|select)$/;

/** What stands open at one point of the text, and the chains inside it so far. */
interface Level {
  opener: "" | "(" | "[" | "case";
  expression: number;
  tables: number;
}

const level = (opener: Level["opener"]): Level => ({ opener, expression: 0, tables: 0 });
const cost = ({ opener, expression, tables }: Level) =>
  (opener === "" ? 0 : BRACKET_COST) + expression + tables;

/**
 * An upper bound, found in the tokens alone, of how deep a statement's parse tree gets: the brackets around a token
 * and the operators chained before it.
 *
 * @param text - one statement
 * @param limit - the walk stops once the bound exceeds it
 */
export function depthBound(text: string, limit = MAX_DEPTH): number {
  let deepest = 0;
  let outer = 0;
  let current = level("");
  const stack: Level[] = [];

  const open = (opener: "(" | "[" | "case") => {
    outer += cost(current);
    stack.push(current);
    current = level(opener);
  };
  const close = () => {
    const previous = stack.pop();
    if (!previous) return;
    outer -= cost(previous);
    current = previous;
  };

  let before = "";
  for (const token of tokens(text)) {
    if (!isSignificant(token)) continue;
    const part = text.slice(token.start, Math.min(token.end, token.start + 16)).toLowerCase();
    // After a dot or AS even a reserved word is only a name.
    const isWord = token.kind === "word" && before !== "." && before !== "as";
    before = part;
    if (token.kind === "operator") current.expression++;
    else if (part === "(" || part === "[") open(part);
    else if (part === ")" || part === "]") {
      while (current.opener === "case") close();
      close();
    } else if (part === ",") current.expression = 0;
    else if (part === ";") current = level(current.opener);
    else if (!isWord) continue;
    else if (part === "case") open(part);
    else if (part === "end" && current.opener === "case") close();
    else if (TABLE_WORDS.test(part)) current.tables++;
    else if (OPERATOR_WORDS.test(part)) current.expression++;
    else if (RESTARTS.test(part)) current.expression = 0;

    deepest = Math.max(deepest, outer + cost(current));
    if (deepest > limit) break;
  }
  return deepest;
}
