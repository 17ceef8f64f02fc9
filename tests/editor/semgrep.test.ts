import path from "node:path";
import { DiagnosticSeverity, type CodeAction } from "vscode-languageserver-protocol/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { build, makeWorkspace, ROOT, type Workspace } from "../matrix/workspace.js";
import { startEditor, type Editor } from "./lsp.js";

const PACKAGE = path.join(ROOT, "packages/semgrep-rules");

const PYTHON = `import asyncio
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
async def health():
    time.sleep(1)
    return {}


def main():
    time.sleep(1)
`;

let workspace: Workspace;
let editor: Editor;

beforeAll(async () => {
  await build("@orchestrator-lint/semgrep-rules");
  // Semgrep's server reads the file itself when it is opened.
  workspace = makeWorkspace({ "main.py": PYTHON, "clean.py": "import asyncio\n" });
  editor = await startEditor({
    command: process.execPath,
    args: [path.join(PACKAGE, "bin/orchestrator-semgrep.js"), "lsp"],
    workspace: workspace.path,
    initializationOptions: {
      scan: { configuration: [path.join(PACKAGE, "rules")], onlyGitDirty: false },
      metrics: { enabled: false },
    },
    readyNotification: "semgrep/rulesRefreshed",
  });
});

afterAll(async () => {
  await editor.close();
  workspace.remove();
});

it("underlines exactly the call, and none outside of an async function", async () => {
  await editor.open("main.py", "python", PYTHON);
  expect(await editor.published("main.py")).toEqual([
    {
      code: "async-blocking-sleep",
      message: expect.stringMatching(/^time\.sleep\(\) in an async function stops .+\.$/) as string,
      range: { start: { line: 10, character: 4 }, end: { line: 10, character: 17 } },
      severity: DiagnosticSeverity.Error,
      source: "Semgrep",
    },
  ]);
});

it("applies the quick fix", async () => {
  await editor.open("main.py", "python", PYTHON);
  const [diagnostic] = await editor.published("main.py");
  const actions = await editor.codeActions("main.py", diagnostic!);
  await editor.choose(actions.find(({ title }: CodeAction) => title.endsWith("Apply autofix"))!);
  expect(editor.text("main.py")).toBe(PYTHON.replace("time.sleep(1)", "await asyncio.sleep(1)"));
});

it("says of a clean file that it is clean", async () => {
  await editor.open("clean.py", "python", "import asyncio\n");
  expect(await editor.published("clean.py")).toEqual([]);
});
