/** Levels that parsers are let into: they recurse, and take the whole process with them where the stack ends. */
const MAX_LEVELS = 400;

/** Why a text is not parsed. */
export const TOO_DEEP = "it is nested too deeply to be read";

const MARKS = /\r\n?|\n|[[\]{},]|:(?=\s)/g;
const COMPACT = /[-?:][ \t]+/y;

/**
 * Whether a YAML or JSON text may be nested deeper than a parser can follow. Linear; takes brackets in quotes and
 * comments for brackets, and so an upper bound for the level.
 */
export function isTooDeep(text: string): boolean {
  return isTooDeepInBrackets(text) || isTooDeepInBlocks(text);
}

interface Parser<Options, Parsed> {
  readonly meta: { readonly name: string; readonly version: string };
  readonly parseForESLint: (text: string, options?: Options) => Parsed;
}

/** A parser for ESLint that throws an error of syntax where a text is nested deeper than it could follow. */
export function withinLevels<Options, Parsed>({ meta, parseForESLint }: Parser<Options, Parsed>) {
  return {
    meta: { ...meta },
    parseForESLint(text: string, options?: Options): Parsed {
      if (isTooDeep(text)) throw new SyntaxError(TOO_DEEP);
      return parseForESLint(text, options);
    },
  };
}

/** Brackets in brackets, and pairs without brackets in one another, which stand on one line. */
function isTooDeepInBrackets(text: string): boolean {
  let [open, pairs] = [0, 0];
  for (const [mark] of text.matchAll(MARKS)) {
    if (mark === ":") pairs++;
    else pairs = 0;
    if (mark === "[" || mark === "{") open++;
    else if (open > 0 && (mark === "]" || mark === "}")) open--;
    if (open + pairs > MAX_LEVELS) return true;
  }
  return false;
}

/** Lines that are indented ever deeper, and lists of lists that begin on one line. */
function isTooDeepInBlocks(text: string): boolean {
  const columns: number[] = [];
  const words = /^ *(?=[^\s])/gm;
  for (let match = words.exec(text); match; match = words.exec(text)) {
    const start = match.index;
    let at = start + match[0].length;
    while ((columns.at(-1) ?? -1) >= at - start) columns.pop();
    columns.push(at - start);
    COMPACT.lastIndex = at;
    while (COMPACT.test(text)) {
      at = COMPACT.lastIndex;
      columns.push(at - start);
    }
    if (columns.length > MAX_LEVELS) return true;
    // An empty match stays where it is.
    words.lastIndex = Math.max(at, words.lastIndex + 1);
  }
  return false;
}
