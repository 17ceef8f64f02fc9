import { Linter } from "eslint";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
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
const plain = ({ chains, far, unread, judged }: Found) => ({
  chains: [...chains],
  far: [...far],
  unread,
  judged,
});

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

  describe("with what was found the last time", () => {
    const FILES = { "main.py": MAIN, "helpers.py": BLOCKS, "node_modules/.keep": "" };
    const KEPT = "node_modules/.cache/orchestrator/python-chains.json";
    const found = (root: string) =>
      new Project(root, tableOf(undefined), () => openCache(root, "build")).found(true);
    const fresh = (root: string) => new Project(root, tableOf(undefined)).found(false);
    /** A file system's clock is coarse: what changed a moment ago may change again. */
    const settle = () => new Promise((resolve) => setTimeout(resolve, 2100));

    it("opens no file as long as none changed", async () => {
      const root = tree(FILES);
      await settle();
      found(root);
      const kept = readFileSync(path.join(root, KEPT), "utf8");
      // What the files say does not count then: another key of it goes unnoticed.
      writeFileSync(path.join(root, KEPT), kept.replace(/"texts":"[^"]*"/, '"texts":"other"'));
      expect(readFileSync(path.join(root, KEPT), "utf8")).not.toBe(kept);
      expect(plain(found(root))).toEqual(plain(fresh(root)));
      expect(readFileSync(path.join(root, KEPT), "utf8")).toContain('"texts":"other"');
    });

    it.each([
      ["pool-created-at-startup/helpers", 1],
      ["no-sync-db-driver/imported", 3],
      ["redis-versioned-key/helpers", 1],
    ])("tells what requests of %s bring about as it does file by file", (fixture, count) => {
      const folder = path.join(import.meta.dirname, "../fixtures", fixture);
      const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
        name.endsWith(".py"),
      );
      const texts = names.map((name) => [name, readFileSync(path.join(folder, name), "utf8")] as const);
      const root = tree({ ...Object.fromEntries(texts), "node_modules/.keep": "" });
      const { far } = found(root);
      expect(far.size).toBe(count);
      expect(readFileSync(path.join(root, KEPT), "utf8")).toContain(fixture.split("/")[0]!);
      expect(plain(found(root))).toEqual(plain(fresh(root)));
      for (const [file, text] of texts)
        expect(new Project(root, tableOf(undefined)).farFrom({ file, text })).toEqual(far.get(file) ?? []);
    });

    it("sees a change that leaves a file as long and as old as it was", async () => {
      const root = tree(FILES);
      const file = path.join(root, "helpers.py");
      await settle();
      const { mtime } = statSync(file);
      expect(found(root).chains.size).toBe(1);
      writeFileSync(file, BLOCKS.replace("time.sleep", "time.ctime"));
      utimesSync(file, mtime, mtime);
      expect(statSync(file).size).toBe(BLOCKS.length);
      expect(found(root).chains.size).toBe(0);
    });

    it("sees a change right after a run", () => {
      const root = tree(FILES);
      expect(found(root).chains.size).toBe(1);
      expect(readFileSync(path.join(root, KEPT), "utf8")).not.toContain('"stamps"');
      writeFileSync(path.join(root, "helpers.py"), BLOCKS.replace("time.sleep", "time.ctime"));
      expect(found(root).chains.size).toBe(0);
    });

    it("looks at what the files say where they were only touched, and remembers that", async () => {
      const root = tree(FILES);
      await settle();
      found(root);
      const stampsOf = () => /"stamps":"[^"]*"/.exec(readFileSync(path.join(root, KEPT), "utf8"))?.[0];
      const before = stampsOf();
      utimesSync(path.join(root, "main.py"), 1, 1);
      await settle();
      expect(plain(found(root))).toEqual(plain(fresh(root)));
      expect(stampsOf()).not.toBe(before);
    });

    it("depends on the folders of layers", () => {
      const root = tree({ ...FILES, "web/a.py": "import fastapi\n", "jobs/b.py": "import h2o\n" });
      const layered = (packages?: object) =>
        new Project(root, tableOf(undefined), () => openCache(root, "build")).found(true, { packages })
          .judged;
      expect(layered()).toEqual([]);
      const own = { service: ["web"], pipeline: ["jobs"] };
      expect([layered(own), layered(own), layered()]).toEqual([
        ["jobs/b.py", "web/a.py"],
        ["jobs/b.py", "web/a.py"],
        [],
      ]);
    });

    it("takes nothing that it did not write", async () => {
      const root = tree(FILES);
      await settle();
      const right = plain(found(root));
      const kept = JSON.parse(readFileSync(path.join(root, KEPT), "utf8")) as Record<string, unknown>;
      const [chain] = kept.chains as Record<string, unknown>[];
      const hostile = [
        null,
        [],
        { ...kept, files: ["../../secret.py"] },
        { ...kept, unread: ["/etc/passwd"] },
        { ...kept, judged: [7] },
        { ...kept, chains: { length: 1e9 } },
        { ...kept, reasons: [null] },
        { ...kept, reasons: [{ tier: "__proto__", why: "", family: "", offload: "" }] },
        ...[
          { links: [] },
          { links: [[9, 0, 1, "f"]] },
          { links: [[0, 5, 1, "f"]] },
          { links: [[0, -1, 1, "f"]] },
          { links: [[0, 0, 1e300, "f"]] },
          { links: [[0, 0, 1, {}]] },
          { blocking: "constructor" },
          { tags: "test" },
          { tags: ["other"] },
          { subject: { length: 1 } },
          { count: "1" },
          { doubt: null },
          { doubt: { k: "unnamed" } },
          { doubt: { k: "given", name: "f", given: {} } },
        ].map((part) => ({ ...kept, chains: [{ ...chain, ...part }] })),
      ];
      for (const value of hostile) {
        writeFileSync(path.join(root, KEPT), JSON.stringify(value));
        expect(plain(found(root)), JSON.stringify(value)).toEqual(right);
      }
    });
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
