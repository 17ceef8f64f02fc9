import type { Expr, Pattern } from "./types.js";

const ANY = /^(?:_|[^\W\d]\w*)$/u;
const DOTTED = /^[^\W\d]\w*(?:\.[^\W\d]\w*)+$/u;
const CONSTANT = /^(?:None|True|False|-?\d[\d_]*)$/;
const TEXT = /^(?:"([^"\\\n]*)"|'([^'\\\n]*)')$/;

/** What the words of a pattern say: others than constants, dotted names and a lone name are not told apart. */
export function patternOf(text: string): Pattern {
  const words = text.trim();
  if (ANY.test(words) && !CONSTANT.test(words)) return { isAny: true };
  const values = words.split("|").map((one) => valueOf(one.trim()));
  return values.includes(undefined) ? {} : { values: values as Expr[] };
}

function valueOf(word: string): Expr | undefined {
  if (CONSTANT.test(word)) return { k: "data", v: word };
  const text = TEXT.exec(word);
  if (text) return { k: "str", v: text[1] ?? text[2] ?? "" };
  if (!DOTTED.test(word)) return undefined;
  const [first = "", ...rest] = word.split(".");
  return rest.reduce<Expr>((of, id) => ({ k: "attr", of, id, start: 0, stop: 0, path: undefined }), {
    k: "name",
    id: first,
    start: 0,
    stop: 0,
  });
}
