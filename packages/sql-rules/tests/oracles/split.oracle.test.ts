import { loadModule, parseSync, scanSync } from "libpg-query";
import { describe, expect, it } from "vitest";
import { isSignificant, tokens, type Token } from "../../src/language/lexer.js";
import { split, type Range } from "../../src/language/split.js";
import { utf8ToUtf16 } from "../../src/language/utf8.js";
import { fixtureScripts, generateScript, random, STATEMENTS } from "../scripts.js";

// PostgreSQL's own parser and scanner are the truth about where statements and tokens begin and end.
await loadModule();

const SCRIPTS = process.env.ORACLES === "full" ? 5000 : 300;
const generated = Array.from({ length: SCRIPTS }, (_, seed) => generateScript(seed));

/** A range without the white space and comments at its ends. */
function trimmed(text: string, [start, end]: Range): Range {
  const inside = [...tokens(text, start, end)].filter(isSignificant);
  return [inside[0]?.start ?? start, inside.at(-1)?.end ?? end];
}

/** The statements PostgreSQL finds in a whole script; undefined where it refuses the script. */
function statementsByPostgres(text: string): Range[] | undefined {
  try {
    const offset = utf8ToUtf16(text);
    return (parseSync(text).stmts ?? []).map(({ stmt_location: at = 0, stmt_len: length }) =>
      trimmed(text, [offset(at), length === undefined ? text.length : offset(at + length)]),
    );
  } catch {
    return undefined;
  }
}

interface Scanned {
  text: string;
  range: Range;
}

function tokensByPostgres(text: string): Scanned[] | undefined {
  try {
    const offset = utf8ToUtf16(text);
    return scanSync(text)
      .tokens.filter(({ tokenName }) => !tokenName.includes("COMMENT"))
      .map(({ start, end }) => [offset(start), offset(end)] satisfies Range)
      .map((range) => ({ text: text.slice(...range), range }));
  } catch {
    return undefined;
  }
}

/**
 * Our tokens as PostgreSQL counts them: it joins plain strings that go on after a line break, and knows no
 * placeholders of clients.
 */
function comparable(text: string, theirs: Scanned[]): Scanned[] {
  const starts = new Map(theirs.map((token) => [token.range[0], token]));
  const ours: Scanned[] = [];
  const push = (range: Range) => ours.push({ text: text.slice(...range), range });
  let previous: Token | undefined;
  for (const token of tokens(text)) {
    if (!isSignificant(token)) continue;
    const last = ours.at(-1);
    if (token.kind === "string" && previous?.kind === "string" && !starts.has(token.start) && last) {
      ours.pop();
      push([last.range[0], token.end]);
    } else if (token.kind === "placeholder" && !/^\$\d/.test(text.slice(token.start, token.end))) {
      for (let at = token.start; at < token.end; at++) if (starts.has(at)) ours.push(starts.get(at)!);
    } else push([token.start, token.end]);
    previous = token;
  }
  return ours;
}

describe("statement ranges equal PostgreSQL's", () => {
  // What PostgreSQL refuses as a whole is what `split` is for; such fixtures have expectations of their own.
  const whole = fixtureScripts().filter(([, text]) => statementsByPostgres(text));

  it("most fixtures are accepted whole", () => {
    expect(whole.length).toBeGreaterThan(12);
  });

  it.each(whole)("%s", (_name, text) => {
    expect(split(text).statements).toEqual(statementsByPostgres(text));
  });

  it.each(STATEMENTS)("%s", (text) => {
    expect(statementsByPostgres(text)).toHaveLength(1);
    expect(split(text).statements).toEqual(statementsByPostgres(text));
  });

  it(`${SCRIPTS} generated scripts`, () => {
    let compared = 0;
    for (const text of generated) {
      const theirs = statementsByPostgres(text);
      if (!theirs) continue;
      compared++;
      expect({ text, statements: split(text).statements }).toEqual({ text, statements: theirs });
    }
    expect(compared).toBeGreaterThan(SCRIPTS * 0.8);
  });
});

describe("tokens equal PostgreSQL's", () => {
  const scanned = fixtureScripts().filter(([, text]) => tokensByPostgres(text));

  it("most fixtures are scanned whole", () => {
    expect(scanned.length).toBeGreaterThan(25);
  });

  it.each([...scanned, ...STATEMENTS.map((text): [string, string] => [text, text])])("%s", (_name, text) => {
    const theirs = tokensByPostgres(text)!;
    expect(comparable(text, theirs)).toEqual(theirs);
  });

  it(`${SCRIPTS} generated scripts`, () => {
    for (const text of generated) {
      const theirs = tokensByPostgres(text)!;
      expect({ text, tokens: comparable(text, theirs) }).toEqual({ text, tokens: theirs });
    }
  });
});

/** Sorted, apart, not empty, inside the text. */
function expectOrdered(ranges: readonly Range[], text: string): void {
  let last = 0;
  for (const [start, end] of ranges) {
    if (start < last || end <= start || end > text.length) {
      expect.fail(`[${start}, ${end}] after ${last} in ${JSON.stringify(text)}`);
    }
    last = end;
  }
}

describe("any text splits", () => {
  const ALPHABET = [
    "'",
    '"',
    "$",
    "$$",
    "$a$",
    "/*",
    "*/",
    "--",
    "\n",
    "\\",
    ";",
    "(",
    ")",
    ":",
    "{",
    "}",
    "%(",
    "E'",
  ];
  const REST = [
    "é",
    "😀",
    "\ud800",
    "\0",
    "\ufeff",
    "\u00a0",
    "a",
    "1",
    ".",
    "-",
    "+",
    "begin atomic ",
    "create function ",
  ];

  it("random text", () => {
    const next = random(7);
    for (let i = 0; i < SCRIPTS * 10; i++) {
      const text = Array.from(
        { length: next() * 40 },
        () => [...ALPHABET, ...REST][Math.floor(next() * (ALPHABET.length + REST.length))],
      ).join("");
      expectOrdered(
        [...tokens(text)].map(({ start, end }) => [start, end]),
        text,
      );
      expectOrdered(split(text).statements, text);
    }
  });

  it("truncated scripts", () => {
    const next = random(11);
    for (const script of generated) {
      const text = script.slice(0, next() * script.length);
      const all = [...tokens(text)];
      expectOrdered(
        all.map(({ start, end }) => [start, end]),
        text,
      );
      // Tokens leave no gap, and at most the last one lacks its end.
      expect(all.map(({ start, end }) => text.slice(start, end)).join("")).toBe(text);
      expect(all.slice(0, -1).filter(({ unterminated }) => unterminated)).toEqual([]);
      expectOrdered(split(text).statements, text);
    }
  });
});
