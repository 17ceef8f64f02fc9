import { Linter } from "eslint";
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { pythonLanguage, rules } from "../../src/index.js";

const MAIN = "from helpers import wait\n\n\nasync def handler():\n    wait()\n";
const BLOCKS = "import time\n\n\ndef wait():\n    time.sleep(1)\n";
const FINE = "def wait():\n    return 1\n";

function tree(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "radar-")));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

function lint(root: string, file: string, text: string): string[] {
  const config = {
    files: ["**/*.py"],
    plugins: { orchestrator: { languages: { python: pythonLanguage }, rules } },
    language: "orchestrator/python",
    rules: { "orchestrator/no-blocking-call-path": "error" },
  } as unknown as Linter.Config;
  return new Linter({ cwd: root, configType: "flat" })
    .verify(text, config, { filename: path.join(root, file) })
    .map(({ line, ruleId, message }) => `${line} ${ruleId ?? message}`);
}

const FOUND = ["5 orchestrator/no-blocking-call-path"];

/** Longer than a tree of this size is left alone between two looks. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 500));

describe("a project", () => {
  it("follows calls into files on disk", () => {
    const root = tree({ "main.py": MAIN, "helpers.py": BLOCKS });
    expect(lint(root, "main.py", MAIN)).toEqual(FOUND);
  });

  it("sees the buffer that is linted, and those that were linted before", () => {
    const root = tree({ "main.py": MAIN, "helpers.py": BLOCKS });
    expect(lint(root, "main.py", MAIN)).toEqual(FOUND);
    expect(lint(root, "helpers.py", FINE)).toEqual([]);
    expect(lint(root, "main.py", MAIN)).toEqual([]);
    expect(lint(root, "helpers.py", BLOCKS)).toEqual([]);
    expect(lint(root, "main.py", MAIN)).toEqual(FOUND);
    expect(lint(root, "main.py", `${MAIN}\n\nasync def other():\n    wait()\n`)).toHaveLength(2);
  });

  it("sees what is written to disk meanwhile, a buffer's own file first of all", async () => {
    const root = tree({ "main.py": MAIN, "helpers.py": BLOCKS });
    lint(root, "helpers.py", FINE);
    expect(lint(root, "main.py", MAIN)).toEqual([]);
    writeFileSync(path.join(root, "helpers.py"), `${BLOCKS}\n`);
    utimesSync(path.join(root, "helpers.py"), 1, 1);
    await rest();
    expect(lint(root, "main.py", MAIN)).toEqual(FOUND);
  });

  it("reads nothing through links, and goes round no circle of them", () => {
    const outside = tree({ "helpers.py": BLOCKS });
    const root = tree({ "main.py": MAIN });
    symlinkSync(path.join(outside, "helpers.py"), path.join(root, "helpers.py"));
    symlinkSync(root, path.join(root, "loop"));
    expect(lint(root, "main.py", MAIN)).toEqual([]);
  });

  it("checks a file that is not on disk by itself", () => {
    const root = tree({ "helpers.py": BLOCKS });
    expect(lint(root, "main.py", MAIN)).toEqual([]);
    expect(lint(root, "new.py", "import time\n\n\nasync def f():\n    time.sleep(1)\n")).toEqual(FOUND);
  });

  it("ends where modules import each other, and classes inherit from themselves", () => {
    const a =
      "from b import *\nfrom b import f as g\n\nclass A(B): pass\n\nasync def h():\n    g()\n    A().x()\n";
    const b = "from a import *\nfrom a import g as f\n\nclass B(A): pass\n";
    const root = tree({ "a.py": a, "b.py": b });
    expect(lint(root, "a.py", a)).toEqual([]);
  });
});
