import { Linter } from "eslint";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openCache, type Found } from "../../src/files/cache.js";
import { filesToLint, Project, tableOf } from "../../src/files/project.js";
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

/** What was found as plain values. */
const plain = ({ chains, unread }: Found) => ({ chains: [...chains], unread });

function lint(root: string, file: string, text: string, settings?: object): string[] {
  return messages(root, file, text, settings).map(
    ({ line, ruleId, message }) => `${line} ${ruleId ?? message}`,
  );
}

function messages(root: string, file: string, text: string, settings?: object): Linter.LintMessage[] {
  const config = {
    files: ["**/*.py"],
    plugins: { orchestrator: { languages: { python: pythonLanguage }, rules } },
    language: "orchestrator/python",
    rules: { "orchestrator/no-blocking-call-path": "error" },
    ...(settings ? { settings: { orchestrator: settings } } : {}),
  } as unknown as Linter.Config;
  return new Linter({ cwd: root, configType: "flat" }).verify(text, config, {
    filename: path.join(root, file),
  });
}

const FOUND = ["5 orchestrator/no-blocking-call-path"];

/** Longer than a tree of this size is left alone between two looks. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 500));

describe("a project", () => {
  it("offers repairs of calls that stand in a coroutine function itself, and of no others", () => {
    const text =
      "import time\n\n\ndef wait():\n    time.sleep(1)\n\n\nasync def f():\n    time.sleep(2)\n    wait()\n";
    const root = tree({ "main.py": text });
    const [direct, chain] = messages(root, "main.py", text);
    expect(direct?.suggestions?.map(({ desc }) => desc)).toEqual(["Write `await asyncio.sleep(…)`."]);
    const { range, text: by } = direct!.suggestions![0]!.fix;
    expect(text.slice(0, range[0]) + by + text.slice(range[1])).toBe(
      text
        .replace("import time", "import asyncio\nimport time")
        .replace("time.sleep(2)", "await asyncio.sleep(2)"),
    );
    expect(chain?.suggestions ?? []).toEqual([]);
  });

  it("knows a team's own blocking calls from the settings", () => {
    const text = "import ours\n\n\ndef get():\n    return ours.fetch()\n\n\nasync def f():\n    get()\n";
    const root = tree({ "main.py": text });
    const own = { blockingCalls: [{ family: "http", functions: ["ours.fetch"] }] };
    expect(lint(root, "main.py", text)).toEqual([]);
    expect(lint(root, "main.py", text, own)).toEqual(["9 orchestrator/no-blocking-call-path"]);
    expect(filesToLint(root, { settings: own })).toEqual(["main.py"]);
    expect(filesToLint(root)).toEqual([]);
  });

  it("finds the same with and without what was found the last time", () => {
    const files = { "main.py": MAIN, "helpers.py": BLOCKS, "print.py": "import main\nprint 'old'\n" };
    const root = tree({ ...files, "node_modules/.keep": "" });
    const fresh = new Project(root, tableOf(undefined)).found(false);
    const open = () => openCache(root, "build");
    const cached = () => new Project(root, tableOf(undefined), open).found(true);
    expect(plain(cached())).toEqual(plain(fresh));
    expect(plain(cached())).toEqual(plain(fresh));
    expect(fresh.chains.size + fresh.unread.length).toBe(2);
    // Whoever changed nothing but the file of the cache is believed; so it is seen to be read.
    const file = path.join(root, "node_modules/.cache/orchestrator/python-chains.json");
    const kept = readFileSync(file, "utf8");
    writeFileSync(file, kept.replaceAll("time.sleep", "time.slept"));
    expect(JSON.stringify(plain(cached()))).toContain("time.slept");
    expect(plain(new Project(root, tableOf(undefined), open).found(false))).toEqual(plain(fresh));
    expect(plain(new Project(root, tableOf(undefined), () => openCache(root, "other")).found(true))).toEqual(
      plain(fresh),
    );
    writeFileSync(file, kept.slice(0, -10));
    expect(plain(cached())).toEqual(plain(fresh));
    writeFileSync(path.join(root, "helpers.py"), FINE);
    expect(cached().chains.size).toBe(0);
  });

  it("keeps nothing without node_modules, nor where a link leads out of the tree", () => {
    const outside = tree({ "a.txt": "" });
    const root = tree({ "main.py": MAIN, "helpers.py": BLOCKS });
    new Project(root, tableOf(undefined), () => openCache(root, "build")).found(true);
    expect(existsSync(path.join(root, "node_modules"))).toBe(false);
    symlinkSync(outside, path.join(root, "node_modules"));
    new Project(root, tableOf(undefined), () => openCache(root, "build")).found(true);
    expect(existsSync(path.join(outside, ".cache"))).toBe(false);
  });

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
