import { ruleMetas } from "eslint-plugin-orchestrator";
import plugin from "eslint-plugin-orchestrator";
import { catalogue } from "orchestrator-lint";
import { countExamples, loadFixtures } from "@orchestrator-lint/rule-tester";
import { rules as composeRules } from "@orchestrator-lint/compose-rules";
import { rules as pythonRules } from "@orchestrator-lint/python-rules";
import { rules as sqlRules } from "@orchestrator-lint/sql-rules";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const DOCS = "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules";
const DESCRIPTION = /^(?:Enforce|Require|Disallow|Prefer) .+[^. ]$/;
const VIEWS = ["logical", "process", "development", "physical", "scenario", "dialectic"];

const FOLDERS = ["sql-rules", "compose-rules", "python-rules"];

/** A rule's fixtures stand in its own package, or in the one that reads their language. */
const fixtures = FOLDERS.flatMap((folder) =>
  loadFixtures(path.join(root, `packages/${folder}/tests/fixtures`), { layout: "folders" }),
);

const PACKAGES: { rules: Record<string, { meta?: unknown }> }[] = [
  { rules: sqlRules },
  { rules: composeRules },
  { rules: pythonRules },
];

interface Meta {
  docs: Record<string, unknown>;
  languages?: string[];
  schema?: unknown;
  messages?: Record<string, string>;
}

describe.each(
  PACKAGES.flatMap(({ rules }) =>
    Object.entries(rules).map(([name, rule]) => ({ name, meta: rule.meta as Meta })),
  ),
)("ESLint rule $name", ({ name, meta }) => {
  it("says what it is, in the agreed form", () => {
    expect(meta.docs.description).toMatch(DESCRIPTION);
    expect(meta.docs.url).toBe(`${DOCS}/${name}.md`);
    expect(VIEWS).toContain(meta.docs.view);
    expect(["error", "warn"]).toContain(meta.docs.level);
    expect(typeof meta.docs.recommended).toBe("boolean");
    expect(meta.languages).not.toHaveLength(0);
    expect(Object.values(meta.messages ?? {})).not.toHaveLength(0);
    for (const message of Object.values(meta.messages ?? {})) expect(message).toMatch(/^[^a-z].*\.$/s);
  });

  it("has a closed options schema", () => {
    expect(Array.isArray(meta.schema)).toBe(true);
    for (const option of meta.schema as Record<string, unknown>[]) {
      if (option.type === "object") expect(option.additionalProperties).toBe(false);
    }
  });

  it("has at least six bad and six good examples among its fixtures", () => {
    const { bad, good } = countExamples(fixtures.filter(({ rule }) => rule === name));
    expect(bad).toBeGreaterThanOrEqual(6);
    expect(good).toBeGreaterThanOrEqual(6);
  });

  it("is part of the plugin and of a preset", () => {
    expect(plugin.rules).toHaveProperty(name);
    expect(ruleMetas).toHaveProperty(name);
    const preset = meta.docs.recommended ? plugin.configs.recommended : plugin.configs.strict;
    expect(preset.some(({ rules }) => rules?.[`orchestrator/${name}`])).toBe(true);
  });
});

describe("the catalogue", () => {
  const rules = catalogue();

  it("holds each name once", () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  it.each(rules)("has a page for $name", ({ name }) => {
    expect(existsSync(path.join(root, `docs/rules/${name}.md`))).toBe(true);
  });

  it("has no page without a rule", () => {
    const pages = readdirSync(path.join(root, "docs/rules")).map((file) => file.replace(/\.md$/, ""));
    expect(pages.filter((page) => page !== "README").sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  it("keeps rule files short: half of them under 150 lines", () => {
    const lengths = FOLDERS.flatMap((folder) =>
      readdirSync(path.join(root, `packages/${folder}/src/rules`)).map(
        (file) => `packages/${folder}/src/rules/${file}`,
      ),
    )
      .filter((file) => !file.endsWith("index.ts"))
      .map((file) => readFileSync(path.join(root, file), "utf8").split("\n").length)
      .sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(150);
  });
});
