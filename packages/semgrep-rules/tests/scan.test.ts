import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { install, rulesDirectory, runSemgrep, scan, type ScanOptions } from "../src/index.js";
import { batches, scanArguments } from "../src/scan.js";
import { project, temporaryDirectory } from "./support.js";

const semgrep = await install();
const BAD = "import time\n\n\nasync def f():\n    time.sleep(1)\n";
const CLEAN = "x = 1\n";

const scanned = (cwd: string, options: Partial<ScanOptions> = {}) =>
  scan({ cwd, targets: ["."], configs: [rulesDirectory], semgrep, ...options });
const found = async (...given: Parameters<typeof scanned>) =>
  (await scanned(...given)).findings.map(({ path: file }) => file);

describe("findings", () => {
  it("stand in order, with range, fix and the rule's metadata", async () => {
    const { findings, unread } = await scanned(project({ "b.py": BAD, "a/c.py": BAD }));
    expect(unread).toEqual([]);
    expect(findings.map(({ path: file }) => file)).toEqual(["a/c.py", "b.py"]);
    expect(findings[0]).toMatchObject({
      ruleId: "async-blocking-sleep",
      severity: "error",
      line: 5,
      column: 5,
      endLine: 5,
      endColumn: 18,
      range: [33, 46],
      fix: { range: [33, 46], text: "await asyncio.sleep(1)" },
      metadata: { view: "process", recommended: true },
    });
    expect(findings[0]?.message).toMatch(/^time\.sleep\(\) in an async function .*\.$/u);
    expect(findings[0]).not.toHaveProperty("suppressed");
  });

  it("are there in a file that Semgrep's second Python parser reads, which loses the word async", async () => {
    const text = `import time
from fastapi import APIRouter

router = APIRouter()


def tool():
    match 1:
        case 1:
            time.sleep(1)


async def plain(
    first,
    second,
) -> None:
    """A docstring."""

# a comment at the margin
    def helper():
        time.sleep(2)

    time.sleep(3)


@router.get("/")
async def decorated():
    time.sleep(4)


class Service:
    async def method(self):
        if self:
            time.sleep(5)

    def sync(self):
        time.sleep(6)
`;
    const { findings } = await scanned(project({ "a.py": text }));
    const calls = findings.map(({ range }) => text.slice(...range));
    expect(calls).toEqual(["time.sleep(3)", "time.sleep(4)", "time.sleep(5)"]);
  });

  it("are marked where nosemgrep silences them, exactly where Semgrep leaves them out", async () => {
    const call = "    time.sleep(1)";
    const text = [
      "import time\nasync def f():",
      `${call}  # nosemgrep`,
      `${call}  # nosem: async-blocking-sleep -- start-up only`,
      `${call}  # nosemgrep: other-rule`,
      `    # nosemgrep: other-rule, async-blocking-sleep`,
      call,
      `    x = 1  # nosemgrep`,
      call,
      `${call}  # why: nosemgrep:async-blocking-sleep`,
      `${call}  # NOSEMGREP`,
      `    x = "nosemgrep"; time.sleep(1)`,
      `${call}  # nosemgreps`,
      `${call}  # nosemgrep : a.b.async-blocking-sleep`,
    ].join("\n");
    const cwd = project({ "a.py": `${text}\n` });
    const { findings } = await scanned(cwd);
    const kept = (await runSemgrep({ cwd, configs: [rulesDirectory], targets: ["a.py"], semgrep })).results;
    const open = findings.filter(({ suppressed }) => suppressed === undefined);
    expect(open.map(({ line }) => line)).toEqual(kept.map(({ start }) => start.line));
    expect(findings).toHaveLength(10);
    expect(findings.find(({ line }) => line === 4)?.suppressed).toEqual({
      line: 4,
      justification: "start-up only",
    });
  });
});

describe("what is scanned", () => {
  it("tests and hidden folders are, other people's code is not", async () => {
    const cwd = project({
      "tests/test_a.py": BAD,
      "test/a.py": BAD,
      "build/a.py": BAD,
      ".github/scripts/a.py": BAD,
      "node_modules/x/a.py": BAD,
      ".venv/lib/site-packages/a.py": BAD,
    });
    expect(await found(cwd)).toEqual([".github/scripts/a.py", "build/a.py", "test/a.py", "tests/test_a.py"]);
  });

  it("a repository's own .semgrepignore decides, also above the directory", async () => {
    const cwd = project({
      ".semgrepignore": "skip/\n",
      "a/skip/a.py": BAD,
      "a/tests/a.py": BAD,
      ".git/x": "",
    });
    expect(await found(cwd)).toEqual(["a/tests/a.py"]);
    expect(await found(path.join(cwd, "a"))).toEqual(["tests/a.py"]);
  });

  it("files that git ignores are not", async () => {
    const cwd = project({ ".gitignore": "out/\n", "out/a.py": BAD, "a.py": BAD });
    execFileSync("git", ["init", "-q"], { cwd });
    expect(await found(cwd)).toEqual(["a.py"]);
  });

  it("include and exclude filter", async () => {
    const cwd = project({ "a.py": BAD, "b.py": BAD, "gen/a.py": BAD });
    expect(await found(cwd, { include: ["a.py"], exclude: ["gen"] })).toEqual(["a.py"]);
  });

  it("thousands of named files reach Semgrep in as many command lines as it takes", async () => {
    const files = Array.from({ length: 3000 }, (_, index) => `package_${index}/module_${index}.py`);
    const cwd = project(Object.fromEntries(files.map((file) => [file, file.endsWith("9.py") ? BAD : CLEAN])));
    const report = await scanned(cwd, { targets: files, parseEveryFile: false });
    expect(report.scanned).toHaveLength(3000);
    expect(report.findings).toHaveLength(300);
    const whole = await scanned(cwd, { parseEveryFile: false });
    expect(whole.findings.map(({ path: file }) => file).sort()).toEqual(
      report.findings.map(({ path: file }) => file).sort(),
    );
  });

  it("a file is not taken for an option", async () => {
    const cwd = project({ "--help.py": BAD });
    expect(await found(cwd, { targets: ["--help.py"] })).toEqual(["--help.py"]);
  });

  it("nothing outside the repository is, by path or by symbolic link", async () => {
    const outside = project({ "secret.py": BAD });
    const cwd = project({ "a.py": BAD });
    fs.symlinkSync(path.join(outside, "secret.py"), path.join(cwd, "link.py"));
    fs.symlinkSync(outside, path.join(cwd, "folder"));
    expect(await found(cwd)).toEqual(["a.py"]);
    const report = await scanned(cwd, { targets: ["link.py", "folder", outside, "a.py"] });
    expect(report.findings.map(({ path: file }) => file)).toEqual(["a.py"]);
    expect(report.unread.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 3 }, () => "The file lies outside the repository."),
    );
  });
});

describe("what could not be read is told", () => {
  it("a syntax error, with the place and with the findings around it", async () => {
    const cwd = project({ "a.py": `${BAD}\n\ndef g(:\n    x = = 3\n` });
    const { findings, unread } = await scanned(cwd);
    expect(findings).toHaveLength(1);
    expect(unread).toEqual([
      {
        path: "a.py",
        reason: "Semgrep could not read a part of the file: `=` was unexpected.",
        ranges: [{ line: 9, column: 9, endLine: 9, endColumn: 10 }],
      },
    ]);
  });

  it("a broken file no rule has a word in, unless the caller does without", async () => {
    const cwd = project({ "a.py": "def f(:\n    é𝔘 = = 3\n" });
    const { unread } = await scanned(cwd);
    expect(unread.map(({ path: file, ranges }) => [file, ranges])).toEqual([
      ["a.py", [{ line: 2, column: 11, endLine: 2, endColumn: 12 }]],
    ]);
    expect((await scanned(cwd, { parseEveryFile: false })).unread).toEqual([]);
  });

  it("a binary file, a file of null bytes, a missing one", async () => {
    const cwd = project({
      "binary.py": Buffer.from(Array.from({ length: 2000 }, (_, index) => (index * 7919) % 256)),
      "null.py": "x = 1\0\n",
      "a.py": BAD,
    });
    const { findings, unread } = await scanned(cwd, { targets: [".", "gone.py"] });
    expect(findings).toHaveLength(1);
    expect([...new Set(unread.map(({ path: file }) => file))].sort()).toEqual([
      "binary.py",
      "gone.py",
      "null.py",
    ]);
  });

  it("a file over the size limit; one of more than Semgrep's usual megabyte is read", async () => {
    const big = `x = """\n${"a comment of some length\n".repeat(60_000)}"""\n${BAD}`;
    const cwd = project({ "big.py": big, "big.csv": big });
    expect(big.length).toBeGreaterThan(1_000_000);
    expect(await found(cwd)).toEqual(["big.py"]);
    const { unread } = await scanned(cwd, { maxTargetBytes: 1_000_000 });
    expect(unread).toEqual([
      { path: "big.py", reason: "The file is larger than Semgrep was allowed to read." },
    ]);
  });

  it("a rule that takes too long", async () => {
    const many = Array.from({ length: 2000 }, (_, index) => `x${index} = ${index}\n`).join("");
    const slow = `rules:
  - id: slow
    languages: [python]
    severity: INFO
    message: m
    pattern: |
      $A = $B
      ...
      $C = $D
      ...
      $E = $F
      ...
      $G = $H
`;
    const cwd = project({ "a.py": many });
    const rules = project({ "slow.yaml": slow });
    const { unread } = await scanned(cwd, { configs: [path.join(rules, "slow.yaml")], timeout: 1 });
    expect(unread).toEqual([{ path: "a.py", reason: "Semgrep stopped at its time limit.", ruleId: "slow" }]);
  });

  it("nothing for an empty file or one nested as deep as a parser could break on", async () => {
    const cwd = project({ "empty.py": "", "deep.py": `x = ${"(".repeat(20_000)}1${")".repeat(20_000)}\n` });
    const { findings, unread } = await scanned(cwd);
    expect(findings).toEqual([]);
    expect(unread).toEqual([]);
  });
});

describe("failures", () => {
  it.each([
    ["a rule that is none", "rules:\n  - id: x\n    languages: [python]\n"],
    [
      "a pattern that does not parse",
      `rules:\n  - {id: x, languages: [python], severity: INFO, message: m, pattern: "def ("}\n`,
    ],
    ["YAML that is none", "rules: [\n"],
  ])("%s fails the scan", async (_, text) => {
    const cwd = project({ "a.py": BAD, "broken.yaml": text });
    await expect(scanned(cwd, { configs: ["broken.yaml"] })).rejects.toThrow("Semgrep: ");
  });

  it("a config that does not exist fails the scan", async () => {
    await expect(scanned(project({ "a.py": BAD }), { configs: ["gone.yaml"] })).rejects.toThrow(
      /gone\.yaml/u,
    );
  });

  it("a directory that does not exist fails the scan", async () => {
    await expect(scanned(path.join(temporaryDirectory(), "gone"))).rejects.toThrow("does not exist");
  });

  it("an engine that crashes is named with what it said", async () => {
    const broken = {
      ...semgrep,
      command: process.execPath,
      args: ["-e", "console.error('boom'); process.exit(9)"],
    };
    await expect(scanned(project({ "a.py": BAD }), { semgrep: broken })).rejects.toThrow(
      "Semgrep gave no result (exit code 9): boom",
    );
  });

  it("an aborted scan ends with the reason", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(scanned(project({ "a.py": BAD }), { signal })).rejects.toThrow("enough");
    const later = new AbortController();
    const running = scanned(project({ "a.py": BAD }), {
      signal: later.signal,
      semgrep: { ...semgrep, command: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"] },
    });
    later.abort(new Error("enough now"));
    await expect(running).rejects.toThrow("enough now");
  });
});

it("every batch fits a command line and none is lost", () => {
  const targets = Array.from({ length: 100 }, (_, index) => `file-${index}`);
  const parts = batches(targets, 100);
  expect(parts.flat()).toEqual(targets);
  expect(Math.max(...parts.map((part) => part.join(" ").length))).toBeLessThan(100);
  expect(batches(["x".repeat(500)], 100)).toHaveLength(1);
  expect(batches([])).toEqual([]);
});

it("metrics are off and the user's ignore file is kept in every scan", () => {
  const args = scanArguments({
    engine: "native",
    ownIgnoreFile: true,
    isRepository: true,
    configs: ["r"],
    targets: ["."],
  });
  expect(args).toContain("--metrics=off");
  expect(args).not.toContain("--x-ignore-semgrepignore-files");
  expect(args.slice(-4)).toEqual(["--config", "r", "--", "."]);
});
