import { slice, spread, TextBuilder, UNKNOWN, type Text } from "../../language/text.js";

/** Contents of `@argument` files, `-XX:VMOptionsFile=` and `-XX:Flags=` files by the name they are written with. */
export type OptionFiles = ReadonlyMap<string, string>;

/** Longer files are not taken apart: no list of options is that long. */
const MAX_FILE = 100_000;
/** White space as C's `isspace` knows it. */
const SPACE = /[ \t\r\n\v\f]/;

/**
 * Splits options as HotSpot splits a variable or a VM options file, and the launcher JDK_JAVA_OPTIONS: white space
 * separates, either quote protects. Undefined where a quote is not closed.
 */
export function quotedWords(text: Text): readonly Text[] | undefined {
  const words: Text[] = [];
  let word: TextBuilder | undefined;
  let quote = "";
  for (let at = 0; at < text.value.length; at++) {
    const character = text.value.charAt(at);
    if (quote === "" && SPACE.test(character)) {
      if (word) words.push(word.build());
      word = undefined;
    } else {
      word ??= new TextBuilder();
      if (quote === "" && /["']/.test(character)) quote = character;
      else if (character === quote) quote = "";
      else word.append(slice(text, at, at + 1));
    }
  }
  if (quote !== "") return undefined;
  if (word) words.push(word.build());
  return words;
}

/**
 * The words of a file, each standing where `word` names it; one unknown word where the file was not handed in or is
 * too long.
 */
export function fileWords(
  files: OptionFiles,
  name: string,
  word: Text,
  split: (content: string) => readonly string[],
): readonly Text[] {
  const place = (value: string) => spread(value, [word.starts[0] ?? -1, word.ends.at(-1) ?? -1], word.origin);
  const content = files.get(name);
  if (content === undefined || content.length > MAX_FILE) return [place(UNKNOWN)];
  return split(content).map(place);
}

/**
 * The arguments in an `@file` (the launcher's args.c): quotes with escapes and continued lines, a line break ends any
 * word, and a `#` outside of quotes begins a comment and takes with it what stands unquoted before it in its word.
 */
export function argumentFileWords(content: string): string[] {
  const words: string[] = [];
  let at = 0;
  // What was quoted survives a comment: the next word continues it.
  let quoted: string | undefined;
  while (at < content.length) {
    while (/[ \t\f\r\n]/.test(content.charAt(at))) at++;
    if (at >= content.length) break;
    let plain = "";
    let isComment = false;
    let hasQuotes = false;
    while (at < content.length && !/[ \t\f\r\n]/.test(content.charAt(at))) {
      const character = content.charAt(at++);
      if (character === "#") {
        isComment = true;
        break;
      }
      if (character !== '"' && character !== "'") {
        plain += character;
        continue;
      }
      const inner = quotedPart(content, at, character);
      at = inner.end;
      quoted = (quoted ?? "") + plain + inner.text;
      plain = "";
      hasQuotes = true;
      if (!inner.isClosed) break;
    }
    if (isComment) {
      while (at < content.length && !/[\r\n]/.test(content.charAt(at))) at++;
      continue;
    }
    const word = (quoted ?? "") + plain;
    // At the end of the file, two quotes with nothing between them are no argument.
    if (word !== "" || (hasQuotes && at < content.length)) words.push(word);
    quoted = undefined;
  }
  return words;
}

/** The inside of a quote that opened before `from`, up to the closing one, a line break, or the end. */
function quotedPart(content: string, from: number, quote: string) {
  const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f" };
  let text = "";
  let at = from;
  while (at < content.length) {
    const character = content.charAt(at++);
    if (character === quote) return { text, end: at, isClosed: true };
    if (character === "\n" || character === "\r") return { text, end: at - 1, isClosed: false };
    if (character !== "\\") text += character;
    else if (!/[\r\n]/.test(content.charAt(at))) {
      const escaped = content.charAt(at++);
      text += escapes[escaped] ?? escaped;
    } else while (/[ \t\f\r\n]/.test(content.charAt(at))) at++;
  }
  return { text, end: at, isClosed: false };
}

/**
 * The settings in a `-XX:Flags=` file (HotSpot's process_settings_file), as options: `Name=value`, `+Name` or `-Name`,
 * white space between them, comments from `#` where a setting would begin. A quote may lack its end.
 */
export function flagsFileWords(content: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < content.length;) {
    if (SPACE.test(content.charAt(at))) {
      at++;
      continue;
    }
    if (content.charAt(at) === "#") {
      while (at < content.length && content.charAt(at) !== "\n") at++;
      continue;
    }
    // The first character counts as it stands, a quote too.
    let word = content.charAt(at++);
    let quote = "";
    for (; at < content.length; at++) {
      const character = content.charAt(at);
      if (character === "\n" || (quote === "" && SPACE.test(character))) break;
      if (quote === "" && /["']/.test(character)) quote = character;
      else if (character === quote) quote = "";
      else word += character;
    }
    words.push(`-XX:${word}`);
  }
  return words;
}
