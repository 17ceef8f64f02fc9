import { checkCoherence, readPins, verifyMojo } from "@orchestrator-lint/artifact-rules";
import { scan, rulesDirectory } from "@orchestrator-lint/semgrep-rules";
import plugin, { presetConfigs, ruleMetas } from "eslint-plugin-orchestrator";
import { Linter } from "eslint";
import { catalogue, type RuleInfo } from "orchestrator-lint";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { zip } from "../packages/artifact-rules/tests/zip-writer.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const HEADINGS = [
  "What it does",
  "Why it bites",
  "Incorrect",
  "Correct",
  "Options",
  "Fix safety",
  "When not to use it",
  "References",
];
const EXTENSIONS: Record<string, string> = { sql: "sql", yaml: "yaml", json: "compose.json", python: "py" };

interface Example {
  isBad: boolean;
  /** File name, unique over all pages. */
  file: string;
  text: string;
  options: unknown[];
}

function pageOf(rule: string): string {
  return readFileSync(path.join(root, `docs/rules/${rule}.md`), "utf8");
}

function section(page: string, heading: string): string {
  return new RegExp(`^## ${heading}\\n([^]*?)(?=^## |(?![^]))`, "m").exec(page)?.[1] ?? "";
}

function examples(rule: string): Example[] {
  return ["Incorrect", "Correct"].flatMap((heading) =>
    [...section(pageOf(rule), heading).matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(
      ([, language = "", text = ""], index) => ({
        isBad: heading === "Incorrect",
        file: `${rule}-${heading.toLowerCase()}-${index + 1}.${EXTENSIONS[language] ?? language}`,
        text,
        options: JSON.parse(/@options (\[.*\])/.exec(text)?.[1] ?? "[]") as unknown[],
      }),
    ),
  );
}

/** The files of an example that names them in comments, each before its text; none for an example of one file. */
function treeOf(text: string): { file: string; text: string }[] {
  return [...text.matchAll(/^# ([\w/]+\/\w+\.py)\n([^]*?)(?=^# [\w/]+\.py$|(?![^]))/gm)].map(
    ([, file = "", content = ""]) => ({ file, text: content }),
  );
}

/** The rules ESLint reports on an example, bare. */
function lint(rule: RuleInfo, example: Example): string[] {
  const files = treeOf(example.text);
  if (files.length === 0) return lintFile(rule, example);
  const cwd = realpathSync(mkdtempSync(path.join(tmpdir(), "orchestrator-docs-")));
  for (const { file, text } of files) {
    mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true });
    writeFileSync(path.join(cwd, file), text);
  }
  const found = files.flatMap(({ file, text }) =>
    lintFile(rule, { ...example, text, file: path.join(cwd, file) }, cwd),
  );
  rmSync(cwd, { recursive: true });
  return found;
}

function lintFile(rule: RuleInfo, { file, text, options }: Example, cwd = process.cwd()): string[] {
  const rules = Object.fromEntries(
    Object.keys(ruleMetas).map((name) => [name, name === rule.name ? ["error", ...options] : "off"]),
  );
  const configs = presetConfigs(plugin, ruleMetas, "strict", { rules } as object);
  return new Linter({ configType: "flat", cwd })
    .verify(text, configs, { filename: file })
    .map(({ ruleId, fatal }) => (fatal ? "unread-file" : (ruleId ?? "").replace(/^orchestrator\//, "")));
}

const all = catalogue();

describe("pages", () => {
  it.each(all)("$name has the agreed headings in order", ({ name }) => {
    const page = pageOf(name);
    expect(page.startsWith(`# ${name}\n`)).toBe(true);
    expect([...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)).toEqual(HEADINGS);
    for (const heading of HEADINGS) expect(section(page, heading).trim(), heading).not.toBe("");
  });

  it.each(all)("$name shows bad and good examples", ({ name }) => {
    const kinds = examples(name).map(({ isBad }) => isBad);
    expect(kinds).toContain(true);
    expect(kinds).toContain(false);
  });
});

describe("examples ESLint reads", () => {
  const cases = all
    .filter(({ engine }) => engine !== "semgrep" && engine !== "artifact")
    .flatMap((rule) => examples(rule.name).map((example) => ({ rule, example, file: example.file })));

  it.each(cases)("$file", ({ rule, example }) => {
    const found = lint(rule, example);
    if (example.isBad) expect(found).toContain(rule.name);
    else expect(found).toEqual([]);
  });
});

describe("examples the verifier reads", () => {
  const rules = all.filter(({ engine }) => engine === "artifact");
  const cases = rules.flatMap((rule) =>
    examples(rule.name).map((example) => ({ rule, example, file: example.file })),
  );

  it.each(cases)("$file", ({ example: { file, text, isBad } }) => {
    const found = file.endsWith(".ini") ? verify(text) : cohere(file, text);
    expect(found.includes(file.replace(/-(?:in)?correct-.*/, ""))).toBe(isBad);
  });

  /** A model that is nothing but its model.ini. */
  function verify(text: string): string[] {
    const { findings } = verifyMojo(zip([{ name: "model.ini", bytes: new TextEncoder().encode(text) }]));
    return findings.some(({ level }) => level === "error") ? ["verify-mojo"] : [];
  }

  function cohere(file: string, text: string): string[] {
    const name = nameOf(file);
    return checkCoherence(new Map([[name, readPins(name, text)!]]), new Map()).map(({ rule }) => rule);
  }

  it.each(cases.filter(({ file }) => !file.endsWith(".ini")))("$file in ESLint", ({ rule, example }) => {
    const found = lint(rule, { ...example, file: nameOf(example.file) });
    expect(found.includes(rule.name)).toBe(example.isBad);
  });

  function nameOf(file: string): string {
    return { text: "requirements.txt", dockerfile: "Dockerfile", toml: "pyproject.toml" }[
      file.split(".").at(-1)!
    ]!;
  }
});

describe("examples Semgrep reads", () => {
  const rules = all.filter(({ engine }) => engine === "semgrep");
  const cases = rules.flatMap((rule) =>
    examples(rule.name).map((example) => ({ rule, example, file: example.file })),
  );
  const found = new Map<string, string[]>();
  let directory: string;

  beforeAll(async () => {
    directory = realpathSync(mkdtempSync(path.join(tmpdir(), "orchestrator-docs-")));
    for (const { example } of cases) writeFileSync(path.join(directory, example.file), example.text);
    const report = await scan({ cwd: directory, targets: ["."], configs: [rulesDirectory] });
    expect(report.unread).toEqual([]);
    for (const { path: file, ruleId } of report.findings)
      found.set(file, [...(found.get(file) ?? []), ruleId]);
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it.each(cases)("$file", ({ rule, example }) => {
    const ids = (found.get(example.file) ?? []).filter((id) => id === rule.name);
    if (example.isBad) expect(ids).not.toHaveLength(0);
    else expect(ids).toEqual([]);
  });
});
