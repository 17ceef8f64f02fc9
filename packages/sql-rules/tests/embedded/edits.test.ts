import { parse } from "@typescript-eslint/parser";
import { expect, it } from "vitest";
import { isPlainEdit } from "../../src/embedded/edits.js";

it.each([
  ["in a string", `q("select a->>'b'")`, "a->>'b'", `a @> '{}'`, true],
  ["in a template", "q(`select a->>'b' ${x}`)", "a->>'b'", `a @> '{"b":1}'`, true],
  ["the string's own quote is inserted", `q("select a->>'b'")`, "a->>'b'", `a @> '{"b":1}'`, false],
  ["a backquote is inserted into a template", "q(`select a`)", "a`", "`", false],
  ["a hole would begin", "q(`select a {x}`)", "a ", "$", false],
  ["a hole is inserted", "q(`select a`)", "select", "${x}", false],
  ["a backslash is inserted", `q("select a")`, "a", String.raw`'\d'`, false],
  ["a line end is inserted into a string", `q("select a")`, "select", "select\n", false],
  ["a line end is inserted into a template", "q(`select a`)", "select", "select\n", true],
  ["what is replaced holds an escape", String.raw`q('select a->>\'b\'')`, String.raw`a->>\'b\'`, "a", false],
  ["what is replaced holds a template's end", "q(`select ${x} from b`)", "select ${x} from", "a", false],
  ["what is replaced spans two strings", `q("select " + "a")`, `select " + "a`, "a", false],
  ["the quotes themselves", `q("select a")`, `"select a"`, "a", false],
  ["no string at all", `select(a)`, "select", "a", false],
])("%s", (_, source, replaced, inserted, expected) => {
  const start = source.indexOf(replaced);
  const ast = parse(source, { range: true });
  expect(isPlainEdit(ast, source, { range: [start, start + replaced.length], text: inserted })).toBe(
    expected,
  );
});
