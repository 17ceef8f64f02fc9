import { describe, expect, it } from "vitest";
import { countChanges, dataMeaning } from "../src/index.js";

const yaml = (text: string) => dataMeaning({ path: "a.yml", text });

describe("dataMeaning", () => {
  it("sees through formatting, comments and key order", () => {
    expect(yaml("a: 1 # one\nb: [x, 'y']\n")).toEqual(yaml('b:\n  - "x"\n  - y\na: 1\n'));
    expect(dataMeaning({ path: "a.json", text: '{"a": [1]}' })).toEqual({ a: [1] });
  });

  it("keeps aliases apart from what they stand for, and expands none", () => {
    expect(yaml("a: &x 1\nb: *x\n")).not.toEqual(yaml("a: 1\nb: 1\n"));
    const bomb = `a: &a [x, x]\n${Array.from("bcdefghijklmnopqrstuvw", (letter, index) => {
      const previous = String.fromCodePoint(97 + index);
      return `${letter}: &${letter} [*${previous}, *${previous}]\n`;
    }).join("")}`;
    expect(JSON.stringify(yaml(bomb)).length).toBeLessThan(2000);
  });

  it("tells kinds of scalars and documents apart", () => {
    expect(yaml("a: 1\n")).not.toEqual(yaml("a: '1'\n"));
    expect(yaml("a: 1\n---\na: 1\n")).not.toEqual(yaml("a: 1\n"));
    expect(yaml("a: !one 1\n")).not.toEqual(yaml("a: !two 1\n"));
  });

  it("throws on text it cannot read, and knows nothing of other formats", () => {
    expect(() => yaml("a: [")).toThrow();
    expect(dataMeaning({ path: "a.sql", text: "select 1" })).toBeUndefined();
  });
});

describe("countChanges", () => {
  it.each([
    [0, { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }],
    [1, { a: 1, b: 2 }, { a: 1, b: 3 }],
    [1, { a: 1 }, { a: 1, b: 3 }],
    [2, { a: 1 }, { b: 1 }],
    [1, { a: { b: 1, c: [1, 2] } }, { a: { b: 1, c: [1, 3] } }],
    [1, [1, 2, 3], [1, 3]],
    [1, [1, 2], [1, 2, 3, 4]],
    [2, [1, 2, 3, 4], [0, 2, 3, 5]],
    [3, [1, 2, 3, 4], [1, 5]],
    [1, { a: null }, { a: {} }],
    [1, 1, [1]],
  ])("is %i between %j and %j", (count, before, after) => {
    expect(countChanges(before, after)).toBe(count);
    expect(countChanges(after, before)).toBe(count);
  });
});
