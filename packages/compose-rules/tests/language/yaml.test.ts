import { describe, expect, test } from "vitest";
import { parseYAML } from "yaml-eslint-parser";
import { coreScalar } from "../../src/language/core-schema.js";
import { valueAt, type Value } from "../../src/language/value.js";
import { isYamlProgram, openYaml } from "../../src/language/yaml.js";
import { fileOf } from "../support/parse.js";

/** Plain data of a value, with the reason in place of what was not read. */
function data(value: Value): unknown {
  if (value.kind === "mapping") {
    return Object.fromEntries([...value.entries].map(([name, entry]) => [name, data(entry.value)]));
  }
  if (value.kind === "sequence") return value.items.map(data);
  if (value.kind === "scalar") return value.value;
  return value.kind === "empty" ? null : value.because;
}

test.each([
  ["~", null],
  ["", null],
  ["true", true],
  ["yes", "yes"],
  ["0o17", 15],
  ["0x1F", 31],
  ["017", 17],
  ["1_000", "1_000"],
  ["1e3", 1000],
  [".5", 0.5],
  ["-.inf", -Infinity],
  ["22:22", "22:22"],
  ["12:30:45", "12:30:45"],
])("the plain scalar %j is %j, as YAML 1.2 has it", (text, value) => {
  expect(coreScalar(text)).toBe(value);
});

test("a version directive does not change scalars, a string tag does", () => {
  expect(fileOf("%YAML 1.1\n---\na: yes\nb: 22:22\nc: !!str 1\n").documents.map(data)).toEqual([
    { a: "yes", b: "22:22", c: "1" },
  ]);
});

test("aliases mean the last anchor before them", () => {
  expect(fileOf("a: &x 1\nb: *x\nc: &x 2\nd: *x\n").documents.map(data)).toEqual([
    { a: 1, b: 1, c: 2, d: 2 },
  ]);
});

test("merge keys: explicit keys win, then the first of a list; values keep their own place", () => {
  const source = "a: &a {p: 1, q: 1}\nb: &b {q: 2, r: 2}\nc: {<<: [*a, *b], p: 0}\n";
  const file = fileOf(source);
  expect(file.documents.map(data)).toEqual([
    { a: { p: 1, q: 1 }, b: { q: 2, r: 2 }, c: { p: 0, q: 1, r: 2 } },
  ]);
  const value = valueAt(file.documents[0], "c", "r");
  expect(value?.origin.range).toEqual([source.indexOf("r: 2") + 3, source.indexOf("r: 2") + 4]);
});

test("names of Object.prototype are plain keys", () => {
  const file = fileOf("a: 1\nb: {__proto__: 2}\n");
  const root = file.documents[0];
  const inner = root?.kind === "mapping" ? root.entries.get("b")?.value : undefined;
  expect(inner?.kind === "mapping" ? [...inner.entries.keys()] : []).toEqual(["__proto__"]);
});

describe("hostile files end with a fact, not with a hang", () => {
  test("an alias within its own anchor", () => {
    const file = fileOf("a: &a [*a]\n");
    expect(file.documents.map(data)).toEqual([{ a: ["Alias *a stands in its own anchor."] }]);
    expect(file.problems).toHaveLength(1);
  });

  test("a mapping that merges itself", () => {
    const file = fileOf("a: &a\n  <<: *a\n  b: 1\n");
    expect(file.documents.map(data)).toEqual([{ a: { b: 1 } }]);
    expect(file.problems).toHaveLength(1);
  });

  test("an alias without anchor", () => {
    const source = "a: &b 1\nc: *b\n";
    const program = parseYAML(source);
    const [document] = program.body;
    if (document) document.anchors = {};
    expect(openYaml(program, { path: "/a.yaml", text: source }).documents.map(data)).toEqual([{ a: 1, c: "Alias *b has no anchor before it." }]);
  });

  test("aliases of aliases are not unfolded", () => {
    const levels = Array.from({ length: 60 }, (_, n) => `l${String(n + 1)}: &l${String(n + 1)} [${`*l${String(n)},`.repeat(9)}]`);
    const file = fileOf(["l0: &l0 [x]", ...levels].join("\n"));
    const root = file.documents[0];
    let value = root?.kind === "mapping" ? root.entries.get("l60")?.value : undefined;
    let depth = 0;
    for (; value?.kind === "sequence"; depth++) value = value.items[8] ?? value.items[0];
    expect([depth, value?.kind]).toEqual([61, "scalar"]);
  });

  test("merge keys of merge keys have a bound", () => {
    const levels = Array.from({ length: 200 }, (_, n) => `l${String(n + 1)}: &l${String(n + 1)} {<<: [*l${String(n)}, *l${String(n)}], k${String(n)}: 1}`);
    const file = fileOf(["l0: &l0 {a: 1}", ...levels].join("\n"));
    const root = file.documents[0];
    const last = root?.kind === "mapping" ? root.entries.get("l200")?.value : undefined;
    expect(last?.kind === "mapping" && last.entries.size).toBeGreaterThan(0);
    expect(file.problems.map(({ message }) => message)).toEqual(["Merge keys lead back to themselves, or too deep."]);
  });

  test("a wide merge bomb has a bound", () => {
    const wide = `w: &w {${Array.from({ length: 5000 }, (_, n) => `k${String(n)}: 1`).join(", ")}}`;
    const users = Array.from({ length: 60 }, (_, n) => `u${String(n)}: {<<: *w}`);
    const file = fileOf([wide, ...users].join("\n"));
    expect(file.documents.map(data)).toHaveLength(1);
    expect(file.problems[0]?.message).toMatch(/more than 200000 entries/);
  });

  test("a key that stands twice", () => {
    const source = "a: 1\nb: 2\n";
    const program = parseYAML(source);
    const content = program.body[0]?.content;
    // The parser refuses such files; another one might not.
    if (content?.type === "YAMLMapping") content.pairs.push(...content.pairs.slice(0, 1));
    const file = openYaml(program, { path: "/a.yaml", text: source });
    expect(file.documents.map(data)).toEqual([{ a: 1, b: 2 }]);
    expect(file.problems).toMatchObject([{ message: 'Key "a" stands twice.' }]);
  });
}); // prettier-ignore

test("only trees of yaml-eslint-parser are YAML programs", () => {
  expect(isYamlProgram(parseYAML("a: 1"))).toBe(true);
  expect([null, 1, {}, { type: "Program", body: [{ type: "ExpressionStatement" }] }, { type: "StyleSheet" }].some(isYamlProgram)).toBe(false); // prettier-ignore
});
