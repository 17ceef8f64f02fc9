import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { ESLint, Linter } from "eslint";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { build, makeWorkspace, ROOT, type Workspace } from "./workspace.js";

const SQL = `CREATE TABLE events (
  id bigint PRIMARY KEY,
  payload json NOT NULL
);
`;
const COMPOSE = `services:
  h2o:
    image: eclipse-temurin:21-jre
    command: java -Xmx8g -jar h2o.jar
    mem_limit: 8g
`;
const TREE = {
  "package.json": `{ "type": "module" }\n`,
  "migrations/1.sql": SQL,
  "migrations/2.sql":
    "-- TODO: trailing spaces, irregular\u00a0ones, and what no parser reads  \nCREATE TABEL x;\n",
  "migrations/empty.sql": "",
  "docker-compose.yml": COMPOSE,
  "values.yaml": "# anchors\na: &x [1, 2]\nb: *x\n",
  "empty.yml": "",
  "data.json": `{ "a": 1 }\n`,
  "index.js": "export const a = undefinedName;\n",
  "main.py": "import time\n",
  "scorer/Dockerfile": "FROM eclipse-temurin:17-jre\nCOPY h2o-genmodel-3.44.0.3.jar /app/\n",
  "requirements.txt": "h2o==3.46.0.7\n",
  "pyproject.toml":
    '[project]\ndependencies = ["h2o>=3.46"]\n[tool.uv]\ndev-dependencies = ["h2o==3.46.0.12"]\n',
  "poetry.lock": '# generated\n[[package]]\nname = "h2o"\nversion = "3.46.0.7"\n',
};

const RECOMMENDED = configOf(`...orchestrator.configs.recommended`);

/** An eslint.config.js of the given elements, with the plugin and ESLint's own presets at hand. */
function configOf(elements: string): string {
  return `import js from "@eslint/js";
import orchestrator from "eslint-plugin-orchestrator";

export default [${elements}];
`;
}

let workspace: Workspace | undefined;

beforeAll(() => build("eslint-plugin-orchestrator"));

afterEach(() => {
  workspace?.remove();
});

describe.each([
  { version: "10.15", folder: "eslint" },
  { version: "9.39", folder: "eslint9" },
  { version: "9.15", folder: "eslint9-15" },
])("ESLint $version", ({ version, folder }) => {
  const eslint = path.join(ROOT, "node_modules", folder);
  const presets = createRequire(path.join(eslint, "package.json")).resolve("@eslint/js/package.json");

  /** A project that has installed this ESLint, its presets, and the plugin. */
  function project(files: Record<string, string>): Workspace {
    workspace = makeWorkspace(files);
    mkdirSync(workspace.file("node_modules/@eslint"), { recursive: true });
    symlinkSync(eslint, workspace.file("node_modules/eslint"), "junction");
    symlinkSync(path.dirname(presets), workspace.file("node_modules/@eslint/js"), "junction");
    return workspace;
  }

  /** Runs ESLint's real command line in a project. */
  function run({ path: cwd, file }: Workspace, args: string[], input = "") {
    const bin = file("node_modules/eslint/bin/eslint.js");
    return spawnSync(process.execPath, [bin, ...args], { cwd, input, encoding: "utf8" });
  }

  /** Rules that report, sorted, by file; of a run that did not fail. */
  function lint(from: Workspace, args: string[], input?: string): Record<string, string[]> {
    const { status, stdout, stderr } = run(from, ["--format", "json", ...args], input);
    if (status !== 0 && status !== 1) throw new Error(`exit ${String(status)}: ${stderr}`);
    const results = JSON.parse(stdout) as ESLint.LintResult[];
    return Object.fromEntries(
      results.map(({ filePath, messages }) => [
        path.relative(from.path, filePath).replaceAll("\\", "/"),
        messages.map(({ ruleId }) => String(ruleId)).sort(),
      ]),
    );
  }

  it("is the version it says", () => {
    const { version: installed } = JSON.parse(readFileSync(path.join(eslint, "package.json"), "utf8")) as {
      version: string;
    };
    expect(installed).toMatch(new RegExp(`^${version.replace(".", "\\.")}\\.`));
  });

  it.each([
    ["alone", `...orchestrator.configs.recommended`],
    ["strict", `...orchestrator.configs.strict`],
    ["settings without files before", `{ settings: { a: 1 } }, ...orchestrator.configs.recommended`],
    [
      "js.configs.recommended without files before",
      `js.configs.recommended, ...orchestrator.configs.recommended`,
    ],
    [
      "js.configs.recommended without files after",
      `...orchestrator.configs.recommended, js.configs.recommended`,
    ],
  ])("lints a tree: %s", (name, elements) => {
    const found = lint(project({ ...TREE, "eslint.config.js": configOf(elements) }), ["."]);
    expect(found).toEqual({
      "docker-compose.yml": ["orchestrator/max-jvm-heap-ratio"],
      "empty.yml": [],
      "eslint.config.js": [],
      "index.js": name.startsWith("js.") ? ["no-undef"] : [],
      "main.py": [],
      "migrations/1.sql": ["orchestrator/prefer-jsonb"],
      "migrations/2.sql": [
        // Of JavaScript's recommended rules the only one that means something in any text.
        ...(name.startsWith("js.") ? ["no-irregular-whitespace"] : []),
        "orchestrator/no-unparsed-sql",
      ],
      "migrations/empty.sql": [],
      "poetry.lock": [],
      "pyproject.toml": ["orchestrator/h2o-export-gated", "orchestrator/h2o-version-match"],
      "requirements.txt": [],
      "scorer/Dockerfile": ["orchestrator/h2o-version-match"],
      "values.yaml": [],
    });
  });

  it.each([
    ["globals", "", `{ languageOptions: { globals: { window: "readonly" } } }`],
    ["eslint-plugin-yml", `import other from "eslint-plugin-yml";`, `...other.configs["flat/recommended"]`],
    [
      "eslint-plugin-jsonc",
      `import other from "eslint-plugin-jsonc";`,
      `...other.configs["recommended-with-json"]`,
    ],
  ])("finds the same beside %s, before and after", (_, imported, elements) => {
    const ours = `...orchestrator.configs.recommended`;
    for (const order of [`${elements}, ${ours}`, `${ours}, ${elements}`]) {
      const found = lint(project({ ...TREE, "eslint.config.js": `${imported}\n${configOf(order)}` }), ["."]);
      expect(found).toMatchObject({
        "docker-compose.yml": ["orchestrator/max-jvm-heap-ratio"],
        "migrations/1.sql": ["orchestrator/prefer-jsonb"],
        "migrations/2.sql": ["orchestrator/no-unparsed-sql"],
      });
      workspace?.remove();
    }
  });

  // After ours its parser, which comes without `files`, would replace the one for YAML.
  it("finds the same after typescript-eslint", () => {
    const config = configOf(`...other.configs.recommended, ...orchestrator.configs.recommended`);
    const files = { ...TREE, "eslint.config.js": `import other from "typescript-eslint";\n${config}` };
    expect(lint(project(files), ["."])).toMatchObject({
      "docker-compose.yml": ["orchestrator/max-jvm-heap-ratio"],
      "migrations/1.sql": ["orchestrator/prefer-jsonb"],
    });
  });

  it("reads a buffer from stdin", () => {
    const from = project({ "package.json": TREE["package.json"], "eslint.config.js": RECOMMENDED });
    expect(lint(from, ["--stdin", "--stdin-filename", "new.sql"], SQL)).toEqual({
      "new.sql": ["orchestrator/prefer-jsonb"],
    });
  });

  it("fixes", () => {
    // Beside Python, whose SQL is not read, another type would be a suggestion.
    const { "main.py": _, ...tree } = TREE;
    const from = project({ ...tree, "eslint.config.js": RECOMMENDED });
    expect(lint(from, ["--fix", "migrations/1.sql"])).toEqual({ "migrations/1.sql": [] });
    expect(from.read("migrations/1.sql")).toBe(SQL.replace("json", "jsonb"));
  });

  it("caches, and finds the same from the cache", () => {
    const from = project({ ...TREE, "eslint.config.js": RECOMMENDED });
    const first = lint(from, ["--cache", "."]);
    expect(first["migrations/1.sql"]).toEqual(["orchestrator/prefer-jsonb"]);
    expect(existsSync(from.file(".eslintcache"))).toBe(true);
    expect(lint(from, ["--cache", "."])).toEqual(first);
  });

  it("prints the configuration of a SQL file", () => {
    const from = project({ ...TREE, "eslint.config.js": RECOMMENDED });
    const { status, stdout } = run(from, ["--print-config", "x.sql"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout) as Linter.Config).toMatchObject({
      language: "orchestrator/sql",
      rules: { "orchestrator/prefer-jsonb": [2] },
    });
  });

  // `--concurrency` came with ESLint 9.34.
  it.runIf(version !== "9.15")("finds the same with two workers", () => {
    const from = project({ ...TREE, "eslint.config.js": RECOMMENDED });
    expect(lint(from, ["--concurrency", "2", "."])).toEqual(lint(from, ["."]));
  });

  it("loads from a CommonJS configuration by a dynamic import", () => {
    const from = project({
      "1.sql": SQL,
      "eslint.config.cjs": `module.exports = (async () => {
  const { default: orchestrator } = await import("eslint-plugin-orchestrator");
  return [...orchestrator.configs.recommended];
})();
`,
    });
    expect(lint(from, ["."])).toMatchObject({ "1.sql": ["orchestrator/prefer-jsonb"] });
  });
});
