import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { DiagnosticSeverity, type CodeAction, type Diagnostic } from "vscode-languageserver-protocol/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, makeWorkspace, ROOT, type Workspace } from "../matrix/workspace.js";
import { startEditor, type Editor } from "./lsp.js";

const DOCS = "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules";
const SERVER = path.join(ROOT, "node_modules/vscode-langservers-extracted/bin/vscode-eslint-language-server");
/** The settings users are told to copy. */
const VSCODE = JSON.parse(
  readFileSync(path.join(ROOT, "examples/adopt/vscode/.vscode/settings.json"), "utf8"),
) as Record<"eslint.codeAction.disableRuleComment", object> & Record<"eslint.validate", string[]>;

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

const MAIN = "from helpers import load\n\n\nasync def show():\n    return load()\n";
const HELPERS = "from client import fetch\n\n\ndef load():\n    return fetch()\n";
const CLIENT = "import requests\n\n\ndef fetch():\n    return requests.get('https://api.example')\n";

let workspace: Workspace;
let editor: Editor;

beforeAll(async () => {
  await build("eslint-plugin-orchestrator");
  // The configuration users are told to begin with; the plugin comes from node_modules/, as built.
  workspace = makeWorkspace(
    { "main.py": MAIN, "helpers.py": HELPERS, "client.py": CLIENT },
    path.join(ROOT, "examples/adopt/eslint"),
  );
  editor = await startEditor({
    command: process.execPath,
    args: [SERVER, "--stdio"],
    workspace: workspace.path,
    settings: settingsOf(workspace.path),
  });
});

afterAll(async () => {
  await editor.close();
  workspace.remove();
});

/** What the VS Code extension answers when the server asks how to lint a document it was told to validate. */
function settingsOf(folder: string): object {
  return {
    validate: "on",
    useESLintClass: true,
    useFlatConfig: true,
    experimental: { useFlatConfig: false },
    nodePath: null,
    workspaceFolder: { uri: pathToFileURL(folder).href, name: "workspace" },
    run: "onType",
    options: {},
    rulesCustomizations: [],
    quiet: false,
    onIgnoredFiles: "off",
    format: false,
    problems: { shortenToSingleLine: false },
    codeAction: {
      disableRuleComment: VSCODE["eslint.codeAction.disableRuleComment"],
      showDocumentation: { enable: true },
    },
    codeActionOnSave: { enable: false, mode: "all" },
  };
}

/** The document's only finding. */
async function onlyDiagnostic(name: string): Promise<Diagnostic> {
  const diagnostics = await editor.diagnostics(name);
  expect(diagnostics).toHaveLength(1);
  return diagnostics[0]!;
}

async function choose(name: string, title: RegExp): Promise<void> {
  const actions = await editor.codeActions(name, await onlyDiagnostic(name));
  const action = actions.find((each: CodeAction) => title.test(each.title));
  if (!action) throw new Error(`No action ${String(title)}: ${actions.map((each) => each.title).join(", ")}`);
  await editor.choose(action);
}

it("is told to validate every language it has rules for", () => {
  expect(VSCODE["eslint.validate"]).toEqual(
    expect.arrayContaining([
      ...["sql", "python", "yaml", "dockercompose"],
      ...["dockerfile", "pip-requirements", "toml"],
    ]),
  );
});

describe("SQL", () => {
  it("underlines exactly the type and links its page", async () => {
    await editor.open("underline.sql", "sql", SQL);
    expect(await editor.diagnostics("underline.sql")).toEqual([
      {
        code: "orchestrator/prefer-jsonb",
        codeDescription: { href: `${DOCS}/prefer-jsonb.md` },
        message: expect.stringMatching(/^Column events\.payload is json: .+\.$/) as string,
        range: { start: { line: 2, character: 10 }, end: { line: 2, character: 14 } },
        severity: DiagnosticSeverity.Error,
        source: "eslint",
      },
    ]);
  });

  it("warns of what PostgreSQL would refuse, and still checks the rest", async () => {
    await editor.open("refused.sql", "sql", `CREATE TABEL oops (id int);\n${SQL}`);
    const [refused, column, ...others] = await editor.diagnostics("refused.sql");
    expect(refused).toMatchObject({
      code: "orchestrator/no-unparsed-sql",
      codeDescription: { href: `${DOCS}/no-unparsed-sql.md` },
      range: { start: { line: 0, character: 7 }, end: { line: 0, character: 12 } },
      severity: DiagnosticSeverity.Warning,
    });
    expect(column).toMatchObject({ code: "orchestrator/prefer-jsonb", range: { start: { line: 3 } } });
    expect(others).toEqual([]);
  });

  it("counts UTF-16 columns behind CRLF and astral characters", async () => {
    const text = "CREATE TABLE e (\r\n  /* 😀é */ payload json\r\n);\r\n";
    await editor.open("columns.sql", "sql", text);
    const { range } = await onlyDiagnostic("columns.sql");
    const line = text.split("\r\n")[1]!;
    expect(range).toEqual({
      start: { line: 1, character: line.indexOf("json") },
      end: { line: 1, character: line.length },
    });
  });

  it("applies the quick fix", async () => {
    await editor.open("fix.sql", "sql", SQL);
    await choose("fix.sql", /^Fix this orchestrator\/prefer-jsonb problem$/);
    expect(editor.text("fix.sql")).toBe(SQL.replace("json", "jsonb"));
    expect(await editor.diagnostics("fix.sql")).toEqual([]);
  });

  it("reads the comment that `Disable for this line` inserts", async () => {
    await editor.open("disable-line.sql", "sql", SQL);
    await choose("disable-line.sql", /for this line$/);
    expect(editor.text("disable-line.sql").split("\n")[2]).toMatch(
      /^ {2}\/\*.* eslint-disable-next-line orchestrator\/prefer-jsonb.*\*\/$/,
    );
    expect(await editor.diagnostics("disable-line.sql")).toEqual([]);
  });

  it("reads the comment that `Disable for the entire file` inserts", async () => {
    await editor.open("disable-file.sql", "sql", SQL);
    await choose("disable-file.sql", /for the entire file$/);
    expect(editor.text("disable-file.sql").split("\n")[0]).toContain(
      "eslint-disable orchestrator/prefer-jsonb",
    );
    expect(await editor.diagnostics("disable-file.sql")).toEqual([]);
  });
});

describe.each([
  ["docker-compose.yml", "dockercompose"],
  ["compose.yaml", "yaml"],
])("%s as %s", (name, languageId) => {
  it("underlines exactly the option and links its page", async () => {
    await editor.open(name, languageId, COMPOSE);
    expect(await editor.diagnostics(name)).toEqual([
      {
        code: "orchestrator/max-jvm-heap-ratio",
        codeDescription: { href: `${DOCS}/max-jvm-heap-ratio.md` },
        message: expect.stringMatching(/^8192 MiB heap in a 8192 MiB limit is 100 %.+\.$/) as string,
        range: { start: { line: 3, character: 18 }, end: { line: 3, character: 24 } },
        severity: DiagnosticSeverity.Error,
        source: "eslint",
      },
    ]);
  });

  it("applies a suggestion", async () => {
    await editor.open(name, languageId, COMPOSE);
    await choose(name, /^Lower -Xmx to 5734m\./);
    expect(editor.text(name)).toBe(COMPOSE.replace("-Xmx8g", "-Xmx5734m"));
    expect(await editor.diagnostics(name)).toEqual([]);
  });
});

it("reads the comment that `Disable for this line` inserts into YAML", async () => {
  await editor.open("disabled.yaml", "yaml", COMPOSE);
  await choose("disabled.yaml", /for this line$/);
  expect(editor.text("disabled.yaml").split("\n")[3]).toMatch(
    /^ {4}# eslint-disable-next-line orchestrator\/max-jvm-heap-ratio\s*$/,
  );
  expect(await editor.diagnostics("disabled.yaml")).toEqual([]);
});

it("underlines a call that blocks two files away, until a buffer that is not saved repairs it", async () => {
  await editor.open("main.py", "python", MAIN);
  expect(await onlyDiagnostic("main.py")).toMatchObject({
    code: "orchestrator/no-blocking-call-path",
    message: expect.stringContaining("load → fetch → requests.get()") as string,
    range: { start: { line: 4, character: 11 }, end: { line: 4, character: 17 } },
  });
  await editor.open("client.py", "python", "def fetch():\n    return 'cached'\n");
  expect(await editor.diagnostics("client.py")).toEqual([]);
  expect(await editor.diagnostics("main.py")).toEqual([]);
});

describe.each([
  ["requirements.txt", "pip-requirements", "h2o==3.46.0.12\n", "h2o==3.46.0.12"],
  ["Dockerfile", "dockerfile", "FROM python:3.11\nRUN pip install h2o==3.46.0.12\n", "h2o==3.46.0.12"],
  ["pyproject.toml", "toml", '[project]\ndependencies = ["h2o==3.46.0.12"]\n', "h2o==3.46.0.12"],
])("%s as %s", (name, languageId, text, underlined) => {
  it("underlines exactly the requirement and links its page", async () => {
    await editor.open(name, languageId, text);
    const diagnostic = await onlyDiagnostic(name);
    const lines = text.split("\n");
    const line = lines.findIndex((one) => one.includes(underlined));
    const character = lines[line]!.indexOf(underlined);
    expect(diagnostic).toMatchObject({
      code: "orchestrator/h2o-export-gated",
      codeDescription: { href: `${DOCS}/h2o-export-gated.md` },
      range: { start: { line, character }, end: { line, character: character + underlined.length } },
    });
  });
});

it("holds a jar against a buffer that is not saved", async () => {
  await editor.open("requirements.txt", "pip-requirements", "h2o==3.46.0.7\n");
  await editor.diagnostics("requirements.txt");
  await editor.open("pyproject.toml", "toml", "[project]\n");
  await editor.diagnostics("pyproject.toml");
  const jar = "COPY h2o-genmodel-3.44.0.3.jar /app/";
  await editor.open("Dockerfile", "dockerfile", `FROM eclipse-temurin:17-jre\n${jar}\n`);
  await choose("Dockerfile", /^Use 3\.46\.0\.7/);
  expect(editor.text("Dockerfile")).toContain("h2o-genmodel-3.46.0.7.jar");
  expect(await editor.diagnostics("Dockerfile")).toEqual([]);
});

it("stays silent in a language no configuration names", async () => {
  await editor.open("main.rb", "ruby", "sleep 1\n");
  expect(await editor.diagnostics("main.rb")).toEqual([]);
});
