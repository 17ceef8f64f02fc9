import { Linter as Linter10 } from "eslint";
import { Linter as Linter9 } from "eslint9";
import { describe, expect, test } from "vitest";
import * as yamlParser from "yaml-eslint-parser";
import { findingAt, rules } from "../../src/index.js";

type Config = Parameters<Linter10["verify"]>[1];

function lint(
  Linter: typeof Linter10,
  text: string,
  extra: object = { languageOptions: { parser: yamlParser } },
) {
  const config = [
    { files: ["**/*.yaml"], plugins: { o: { rules } }, rules: { "o/max-jvm-heap-ratio": "error" }, ...extra },
  ] as unknown as Config;
  return new Linter({ configType: "flat" }).verify(text, config, { filename: "compose.yaml" });
}

const BAD = "services:\n  a:\n    image: b\n    command: java -Xmx1g\n    mem_limit: 1g\n";

describe.each([
  ["ESLint 10", Linter10],
  ["ESLint 9", Linter9 as unknown as typeof Linter10],
])("under %s", (_name, Linter) => {
  test("reports the option, with suggestions", () => {
    expect(lint(Linter, BAD)).toMatchObject([
      {
        ruleId: "o/max-jvm-heap-ratio",
        line: 4,
        column: 19,
        endLine: 4,
        endColumn: 25,
        suggestions: [{}, {}],
      },
    ]);
  });

  test("a byte order mark does not move it", () => {
    expect(lint(Linter, `\uFEFF${BAD}`)).toMatchObject([{ line: 4, column: 19, endColumn: 25 }]);
  });

  test("does nothing on the tree of another parser", () => {
    expect(lint(Linter, "services; var a = '-Xmx1g';", {})).toEqual([]);
  });

  test("options: unknown keys and ratios out of range are refused", () => {
    const withOptions = (options: object) => () =>
      lint(Linter, BAD, {
        languageOptions: { parser: yamlParser },
        rules: { "o/max-jvm-heap-ratio": ["error", options] },
      });
    expect(withOptions({ maxRatio: 1 })()).toEqual([]);
    expect(withOptions({ preset: "h2o-xgboost" })()).toMatchObject([{ ruleId: "o/max-jvm-heap-ratio" }]);
    for (const options of [{ ratio: 0.5 }, { maxRatio: 0 }, { maxRatio: 1.1 }, { preset: "big" }]) {
      expect(withOptions(options)).toThrow();
    }
  });
});

const ONE = [{ ruleId: "o/max-jvm-heap-ratio" }];

describe("hostile files", () => {
  test("a file of 5 MB is read", () => {
    const service = (n: number) => `  s${String(n)}:\n    image: registry.example/app\n    environment: {A: b, JAVA_TOOL_OPTIONS: -Xmx1g}\n    mem_limit: 2g\n`; // prettier-ignore
    const services = Array.from({ length: 5_000 }, (_, n) => service(n));
    const filler = `# ${"x".repeat(998)}\n`.repeat(4_500);
    const text = `services:\n${services.join("")}  last:\n    command: java -Xmx1g\n    mem_limit: 1g\n${filler}`;
    expect(text.length).toBeGreaterThan(5_000_000);
    expect(lint(Linter10, text)).toMatchObject(ONE);
  });

  test("an option list of 5 MB is not taken apart, the rest of the file is", () => {
    const text = `services:\n  big:\n    image: tomcat\n    mem_limit: 1g\n    environment:\n      JAVA_OPTS: "${"-Dx=y ".repeat(850_000)}"\n${BAD.slice(10)}`;
    expect(lint(Linter10, text)).toMatchObject(ONE);
  });

  test("aliases that would unfold to billions of values", () => {
    const levels = Array.from(
      { length: 30 },
      (_, n) => `x-${String(n + 1)}: &a${String(n + 1)} [${`*a${String(n)},`.repeat(9)}]`,
    );
    const text = [
      "x-0: &a0 [x]",
      ...levels,
      BAD.replace("image: b", "image: b\n    labels: *a30\n    entrypoint: *a30"),
    ].join("\n");
    expect(lint(Linter10, text)).toMatchObject(ONE);
  });

  test("aliases and merge keys that lead back to themselves", () => {
    const text = `x-a: &a\n  <<: *a\n  mem_limit: 1g\nservices:\n  a: &s\n    <<: [*a, *s]\n    environment: &e [*e]\n    command: java -Xmx1g\n`;
    expect(lint(Linter10, text)).toMatchObject(ONE);
  });

  test("deep nesting is a parse error or is read, never a crash", () => {
    const deep = (depth: number) => `${BAD}x-deep: ${"[".repeat(depth)}${"]".repeat(depth)}\n`;
    expect(lint(Linter10, deep(500))).toMatchObject(ONE);
    expect(lint(Linter10, deep(50_000))).toMatchObject([{ fatal: true }]);
  });

  test.each([
    ["services: [a, b]\n"],
    ["services: text\n"],
    ["services:\n  a: text\n"],
    [
      "services:\n  a:\n    image: [x]\n    command: {a: b}\n    environment: text\n    mem_limit: [1g]\n    deploy: [x]\n",
    ],
    ["? [a]\n: b\nservices:\n  ? {c: d}\n  : e\n  a:\n    image: x\n"],
    [""],
    ["---\n---\n"],
  ])("%j has nothing to report", (text) => {
    expect(lint(Linter10, text)).toEqual([]);
  });

  test("a duplicate key is the parser's to report", () => {
    expect(lint(Linter10, `${BAD}    mem_limit: 2g\n`)).toMatchObject([{ fatal: true }]);
  });
});

test("the subject of a finding is its service", () => {
  const text = `services:\n  c: {image: d}\n${BAD.slice(10)}`;
  const linter = new Linter10({ configType: "flat" });
  const rule = { plugins: { o: { rules } }, rules: { "o/max-jvm-heap-ratio": "error" } };
  const [said] = linter.verify(text, [{ files: ["**/*.yaml"], languageOptions: { parser: yamlParser }, ...rule }] as unknown as Config, "a.yaml"); // prettier-ignore
  const { ast } = linter.getSourceCode();
  expect(findingAt(ast, text.indexOf("-Xmx1g"), said!)?.subject).toBe("services.a");
  expect(findingAt(ast, text.indexOf("-Xmx1g"), { ...said!, message: "another" })).toBeUndefined();
  expect(findingAt(ast, 0, said!)).toBeUndefined();
});
