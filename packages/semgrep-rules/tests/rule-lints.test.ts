import { loadFixtures, type Fixture } from "@orchestrator-lint/rule-tester";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { rulesDirectory } from "../src/index.js";
import { lintRule, repeatedIds, type RuleFile } from "./rule-lints.js";
import { project } from "./support.js";

const pages = fileURLToPath(new URL("../../../docs/rules", import.meta.url));

/** The rule files below a directory, one folder a view. */
function readRules(directory: string): RuleFile[] {
  const fixtures = loadFixtures(directory, { layout: "beside" });
  return readdirSync(directory).flatMap((view) => {
    const beside = readdirSync(path.join(directory, view));
    return (
      beside
        // A fixture in YAML is called <id>.test.yaml.
        .filter((file) => /^[^.]+\.yaml$/u.test(file))
        .map((file): RuleFile => {
          const name = file.slice(0, -".yaml".length);
          const page = path.join(pages, `${name}.md`);
          return {
            name,
            view,
            document: parse(readFileSync(path.join(directory, view, file), "utf8")),
            fixtures,
            beside,
            page: existsSync(page) ? readFileSync(page, "utf8") : undefined,
          };
        })
    );
  });
}

const files = readRules(rulesDirectory);

it("finds the rules", () => {
  expect(files).not.toHaveLength(0);
  expect(repeatedIds(files)).toEqual([]);
});

it.each(files)("$name keeps the rules for rules", (file) => {
  expect(lintRule(file)).toEqual([]);
});

describe("the lints bite", () => {
  const [sample] = files;
  const { rules } = sample!.document as { rules: Record<string, unknown>[] };
  const rule = rules[0]!;
  const metadata = rule.metadata as Record<string, unknown>;
  const changed = (changes: Record<string, unknown>): RuleFile => ({
    ...sample!,
    document: { rules: [{ ...rule, ...changes }] },
  });

  /** A fixture of the sample rule with so many cases of each kind. */
  function cases(bad: number, good: number): Fixture[] {
    const lines = [...Array<string>(bad).fill("ruleid"), ...Array<string>(good).fill("ok")];
    const text = lines.map((kind) => `# ${kind}: ${sample!.name}\nx = 1\n`).join("");
    const directory = project({ [`${sample!.name}.yaml`]: "", [`${sample!.name}.py`]: text });
    return loadFixtures(directory, { layout: "beside" });
  }

  it("on a fixture with seven cases of a kind", () => {
    expect(lintRule({ ...sample!, fixtures: cases(8, 8) })).toEqual([]);
    expect(lintRule({ ...sample!, fixtures: cases(7, 8) })).toEqual([
      "The fixture has 7 cases to report, not 8.",
    ]);
    expect(lintRule({ ...sample!, fixtures: cases(8, 7) })).toEqual([
      "The fixture has 7 cases to leave alone, not 8.",
    ]);
  });

  it("on an id that is taken", () => {
    expect(repeatedIds([sample!, ...files])).toEqual([sample!.name]);
  });

  it.each<[string, RuleFile]>([
    ["an id that is not the file's name", { ...sample!, name: "another-name", page: "# another-name\n" }],
    ["another folder", { ...sample!, view: "logical" }],
    ["a page that is missing", { ...sample!, page: undefined }],
    ["two rules in a file", { ...sample!, document: { rules: [rule, rule] } }],
    [
      "a message of two sentences",
      changed({ message: `${String(rule.message)} And it says a second thing.` }),
    ],
    [
      "a message without a full stop",
      changed({ message: "This says what is wrong and why it bites, at length" }),
    ],
    ["a message in lower case", changed({ message: "this says what is wrong and why it bites, at length." })],
    ["an unknown severity", changed({ severity: "BAD" })],
    ["unknown metadata", changed({ metadata: { ...metadata, colour: "red" } })],
    ["metadata left out", changed({ metadata: { ...metadata, references: undefined } })],
    [
      "a security rule without a CWE",
      changed({ metadata: { ...metadata, category: "security", cwe: undefined } }),
    ],
    ["a fix without a fixed file", { ...changed({ fix: "await $CALL" }), beside: [] }],
  ])("on %s", (_, file) => {
    expect(lintRule(file)).not.toEqual([]);
  });
});
