import { ciTexts } from "../language/ci.js";
import { withoutComments } from "../language/comments.js";
import { Excerpt } from "../language/excerpt.js";
import type { Variable } from "../language/variables.js";
import type { Pin, PinFile } from "./pin.js";
import { scriptPins, textPins } from "./scripts.js";

/** Nobody writes a longer configuration. */
const MAX_LENGTH = 256 * 1024;

/** A CI configuration in YAML: what its scripts install, and the jars it names anywhere. */
export function readCi(text: string): PinFile {
  if (text.length > MAX_LENGTH)
    return { pins: [], includes: [], unread: `it is longer than ${MAX_LENGTH / 1024} KiB` };
  const { texts, unread } = ciTexts(text);
  const said = texts.map(({ content, isScript, variable }) =>
    isScript ? scriptPins(text, content, variable) : { pins: textPins(text, content, variable) },
  );
  // A script that several steps refer to is one place as long as it says the same in all of them.
  const pins = said.flatMap((one) => one.pins);
  const places = new Map(pins.map((pin) => [`${pin.range.join()} ${pin.version}`, pin]));
  return withUnread([...places.values()], [unread, ...said.map((one) => one.unread)]);
}

/** A step of Jenkins that runs a script. */
const STEP =
  /\b(?:sh|bat|powershell|pwsh)\b[ \t]*\(?[ \t]*(?:\w+[ \t]*:[ \t]*(?:true|false|'[^'\n]*'|"[^"\n]*")[ \t]*,[ \t]*)*(?:script[ \t]*:[ \t]*)?("""|'''|"|')/g;

/** A Jenkinsfile: what its steps install, and the jars it names anywhere. */
export function readJenkinsfile(given: string): PinFile {
  if (given.length > MAX_LENGTH)
    return { pins: [], includes: [], unread: `it is longer than ${MAX_LENGTH / 1024} KiB` };
  const text = withoutComments(given, "slashes");
  const assigned = new Map<string, Set<string>>();
  for (const [, name = "", value = ""] of text.matchAll(/\b(\w+)[ \t]*=[ \t]*["'](\d[\w.]*)["']/g))
    assigned.set(name, (assigned.get(name) ?? new Set()).add(value));
  const variable: Variable = (name) => {
    const values = [...(assigned.get(name) ?? [])];
    return values.length === 1 ? values[0] : undefined;
  };
  const pins: Pin[] = textPins(given, Excerpt.of(text, [[0, text.length]]), variable);
  const reasons: (string | undefined)[] = [];
  let end = 0;
  for (const match of text.matchAll(STEP)) {
    const quote = match[1]!;
    const start = match.index + match[0].length;
    if (start < end) continue;
    const close = quote.length === 3 ? text.indexOf(quote, start) : closeOf(text, start, quote);
    end = close < 0 ? text.length : close;
    const script = Excerpt.of(given, [[start, end]])
      .replaced(/\\(\r?\n|.)/g, ([, escaped = ""]) => (escaped.includes("\n") ? " " : escaped))
      .replaced(/\$\{(?:env|params)\.(\w+)\}/g, ([, name = ""]) => `\${${name}}`);
    const said = scriptPins(given, script, variable);
    pins.push(...said.pins.filter(({ range }) => !pins.some((one) => one.range[0] === range[0])));
    reasons.push(said.unread);
  }
  return withUnread(pins, reasons);
}

function closeOf(text: string, start: number, quote: string): number {
  for (let index = start; index < text.length && text[index] !== "\n"; index++) {
    if (text[index] === "\\") index++;
    else if (text[index] === quote) return index;
  }
  return -1;
}

function withUnread(pins: Pin[], reasons: readonly (string | undefined)[]): PinFile {
  const unread = reasons.find((one) => one !== undefined);
  return { pins, includes: [], ...(unread === undefined ? {} : { unread }) };
}
