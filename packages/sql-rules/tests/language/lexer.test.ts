import { describe, expect, it } from "vitest";
import { tokenAt, tokens } from "../../src/language/lexer.js";

/** Tokens but white space, as `kind:text`. */
function kinds(text: string): string[] {
  return [...tokens(text)]
    .filter(({ kind }) => kind !== "space")
    .map(
      ({ kind, start, end, unterminated }) => `${kind}:${text.slice(start, end)}${unterminated ? "!" : ""}`,
    );
}

describe("tokens", () => {
  it.each([
    ["'it''s'", ["string:'it''s'"]],
    ["'a\\' b", ["string:'a\\'", "word:b"]],
    ["E'a\\' b'", ["string:E'a\\' b'"]],
    ["e'a''b\\\\' c", ["string:e'a''b\\\\'", "word:c"]],
    ["E'a'\n'\\''", ["string:E'a'\n'\\''"]],
    ["E'a' '\\' b", ["string:E'a'", "string:'\\'", "word:b"]],
    ["U&'x' B'1' X'f'", ["string:U&'x'", "string:B'1'", "string:X'f'"]],
    ["N'x'", ["word:N", "string:'x'"]],
    ['"a""b" U&"c"', ['quoted:"a""b"', 'quoted:U&"c"']],
    ["$$a$b$$ $x$ $$ $x$", ["string:$$a$b$$", "string:$x$ $$ $x$"]],
    ["a$1 $1 $2x", ["word:a$1", "placeholder:$1", "placeholder:$2", "word:x"]],
    ["-- a\r\nb", ["comment:-- a", "word:b"]],
    ["/* a /* b */ c */ d", ["comment:/* a /* b */ c */", "word:d"]],
    ["a--b", ["word:a", "comment:--b"]],
    ["a+/*b*/c", ["word:a", "operator:+", "comment:/*b*/", "word:c"]],
    ["a=-1", ["word:a", "operator:=", "operator:-", "number:1"]],
    ["a@-1", ["word:a", "operator:@-", "number:1"]],
    ["a->>'b'", ["word:a", "operator:->>", "string:'b'"]],
    ["a::b", ["word:a", "operator:::", "word:b"]],
    ["a:=b", ["word:a", "operator::=", "word:b"]],
    [":a :'b' :\"c\"", ["placeholder::a", "placeholder::'b'", 'placeholder::"c"']],
    ["x=%(a)s", ["word:x", "operator:=", "placeholder:%(a)s"]],
    [
      "{a} ${b} {{ c }} {% d %}",
      ["placeholder:{a}", "placeholder:${b}", "placeholder:{{ c }}", "placeholder:{% d %}"],
    ],
    [
      "1.5e-3 .5 0x1F 1..2",
      ["number:1.5e-3", "number:.5", "number:0x1F", "number:1", "punctuation:.", "number:.2"],
    ],
    ["été 日本", ["word:été", "word:日本"]],
    // PostgreSQL counts a no-break space among letters.
    ["a\u00a0b", ["word:a\u00a0b"]],
  ])("%j", (text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  it.each(["'a", "E'a\\'", '"a', "$$a", "$x$ $$", "/* a", "/* /* */", "U&'a"])("%j does not end", (text) => {
    expect(tokenAt(text, 0)).toMatchObject({ end: text.length, unterminated: true });
  });

  it("ends", () => {
    expect(tokenAt("a", 1)).toBeUndefined();
    expect(tokenAt("", 0)).toBeUndefined();
  });
});
