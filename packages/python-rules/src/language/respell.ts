const WITH = /^[ \t]*(?:async[ \t]+)?with\b[ \t]*/gm;
/** Strings, comments, brackets, and what may follow `as`. */
const TOKEN = /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|#[^\n]*|[([{]|[)\]}]|:|\bas[ \t]+(?=[\w(])|\n/g;
/** A header longer than this is left alone. */
const MAX_HEADER = 4096;

/** A `yield` without a value. */
const BARE_YIELD = /\byield(?=[ \t]*(?:[\r\n#);\]]|$))/g;

/**
 * Writes what the grammar of `@lezer/python` does not know in words that it knows, character for character as long:
 * the parentheses around the items of `with`, targets of its `as` that are no plain names, and `yield` without a value,
 * which becomes a name.
 */
export function respell(text: string): string {
  const spelled = text.includes("yield") ? text.replaceAll(BARE_YIELD, "_____") : text;
  return spelled.includes("with") ? respellWith(spelled) : spelled;
}

function respellWith(text: string): string {
  let edits: [at: number, end: number, by: string][] | undefined;
  WITH.lastIndex = 0;
  for (let found = WITH.exec(text); found; found = WITH.exec(text)) {
    const start = WITH.lastIndex;
    for (const edit of editsOf(text.slice(start, start + MAX_HEADER))) {
      (edits ??= []).push([start + edit[0], start + edit[1], edit[2]]);
    }
  }
  if (!edits) return text;
  const parts: string[] = [];
  let at = 0;
  for (const [from, to, by] of edits) {
    if (from < at) continue;
    parts.push(text.slice(at, from), by);
    at = to;
  }
  return parts.join("") + text.slice(at);
}

/** Edits of the header of a `with` statement, relative to its first item. */
function editsOf(header: string): [number, number, string][] {
  const edits: [number, number, string][] = [];
  const isGrouped = isGroup(header);
  const blank = (from: number, to: number) => edits.push([from, to, " ".repeat(to - from)]);
  let depth = 0;
  for (const token of header.matchAll(TOKEN)) {
    const [word] = token;
    const at = token.index;
    if (isGrouped && depth <= 1 && (word === "\n" || word.startsWith("#"))) blank(at, at + word.length);
    else if (word === "\n" && depth === 0) break;
    if ("([{".includes(word)) {
      if (isGrouped && depth === 0) blank(at, at + 1);
      depth++;
    } else if (")]}".includes(word)) {
      depth--;
      if (!isGrouped || depth > 0) continue;
      // A comma before the closing parenthesis would be one too many.
      const comma = /,[\s]*$/.exec(
        header.slice(0, at).replaceAll(/#[^\n]*/g, (one) => " ".repeat(one.length)),
      );
      if (comma) blank(comma.index, comma.index + 1);
      blank(at, at + 1);
    } else if (word === ":" && depth === 0) break;
    else if (word.startsWith("as") && depth === (isGrouped ? 1 : 0)) {
      const target = targetAt(header, at + word.length);
      if (target) edits.push([at + word.length, at + word.length + target.length, target.by]);
    }
  }
  return edits.sort((a, b) => a[0] - b[0]);
}

/** Whether the parenthesis at the start is around all items, and not part of the first. */
function isGroup(header: string): boolean {
  if (!header.startsWith("(")) return false;
  let depth = 0;
  for (const { 0: word, index } of header.matchAll(TOKEN)) {
    if ("([{".includes(word)) depth++;
    else if (word.startsWith("as") && depth === 1) return true;
    else if (")]}".includes(word) && --depth === 0) return /^\s*:/.test(header.slice(index + 1)) && header.slice(0, index).includes(","); // prettier-ignore
  }
  return false;
}

/** A plain name in the place of a tuple, an attribute or an item. */
function targetAt(header: string, at: number): { length: number; by: string } | undefined {
  const complex = /(?:\((?:[^()\n]|\([^()\n]*\))*\)|\w+(?:\.\w+|\[[^\]\n]*\])+)/y;
  complex.lastIndex = at;
  const length = complex.exec(header)?.[0].length;
  return length === undefined ? undefined : { length, by: "_".padEnd(length) };
}
