import { expect, it } from "vitest";
import { afterCharacters, utf8ToUtf16 } from "../../src/language/utf8.js";

it.each(["", "ascii only", "é", "a日b😀c", "😀😀", "\u{10ffff}\uffff"])(
  "maps bytes and characters of %j",
  (text) => {
    const offset = utf8ToUtf16(text);
    let index = 0;
    Array.from(text).forEach((character, count) => {
      expect(offset(Buffer.byteLength(text.slice(0, index)))).toBe(index);
      expect(afterCharacters(text, count)).toBe(index);
      index += character.length;
    });
    expect(offset(Buffer.byteLength(text))).toBe(text.length);
    expect(afterCharacters(text, 1000)).toBe(text.length);
  },
);

it("maps a byte inside a character to its start, and a byte after the text to its end", () => {
  expect(utf8ToUtf16("a😀")(3)).toBe(1);
  expect(utf8ToUtf16("é")(99)).toBe(1);
});
