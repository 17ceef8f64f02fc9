import nodePath from "node:path";
import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import {
  checkFixture,
  loadFixtures,
  planSuite,
  semgrepAdapter,
  type SemgrepAdapterOptions,
  type SemgrepJson,
} from "../src/index.js";
import { directoryOf, kinds } from "./support.js";

const captured = JSON.parse(
  readFileSync(new URL("fixtures/no-eval.semgrep.json", import.meta.url), "utf8"),
) as SemgrepJson;

const CODE =
  '# @filename service/a.py\n# ruleid: no-eval\né = "😀"; eval(x)\n#         ^^^^^^^ ruleid: no-eval "eval of x"\n';
const FILES = {
  "rules/process/no-eval.yaml": "rules: []\n",
  "rules/process/no-eval.py": CODE,
  "rules/process/no-eval.fixed.py": CODE.replace("; eval", "; literal_eval"),
};

/** A Semgrep that finds `eval(x)` in every file under the targets, with byte offsets as the real one reports them. */
function fakeSemgrep(calls: string[][]): SemgrepAdapterOptions["run"] {
  return (configs, targets) => {
    calls.push(configs.map((file) => nodePath.basename(file)));
    const files = targets.flatMap((target) =>
      readdirSync(target, { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".py"))
        .map((path) => nodePath.join(target, path)),
    );
    const results = files.flatMap((path) => {
      const text = readFileSync(path, "utf8");
      return [...text.matchAll(/(?<!_)eval\(x\)/gu)].map((found) => {
        const offset = Buffer.byteLength(text.slice(0, found.index));
        const at = (bytes: number) => ({ line: 0, col: 0, offset: offset + bytes });
        return {
          check_id: "rules.process.no-eval",
          path,
          start: at(0),
          end: at(7),
          extra: { message: "eval of x", fix: "literal_eval(x)" },
        };
      });
    });
    return Promise.resolve({ results, errors: [] });
  };
}

it("scans all fixtures in one process and each pass of fixes in one more", async () => {
  const second = { "rules/process/no-exec.yaml": "", "rules/process/no-exec.py": "# ok: no-exec\nx\n" };
  const directory = nodePath.join(directoryOf({ ...FILES, ...second }), "rules");
  const calls: string[][] = [];
  const adapter = semgrepAdapter({ rulesDirectory: directory, run: fakeSemgrep(calls) });
  expect(adapter.rules).toEqual(["no-eval", "no-exec"]);
  const problems = await Promise.all(
    planSuite({ adapter, fixtures: directory, layout: "beside", rules: ["no-eval"] })
      .flatMap(({ checks }) => checks)
      .map(({ run }) => run(false)),
  );
  // Only one file holds good and bad examples here, and nobody reviewed its frames yet.
  expect(problems.flat().map(({ kind }) => kind)).toEqual(["missing-good-case", "stale-frames"]);
  expect(calls).toEqual([
    ["no-eval.yaml", "no-exec.yaml"],
    ["no-eval.yaml", "no-exec.yaml"],
  ]);
});

it("keeps results by content of rules and fixtures", async () => {
  const directory = directoryOf(FILES);
  const calls: string[][] = [];
  const check = async (version: string) => {
    const rulesDirectory = nodePath.join(directory, "rules");
    const cacheDirectory = nodePath.join(directory, "cache");
    const adapter = semgrepAdapter({ rulesDirectory, cacheDirectory, version, run: fakeSemgrep(calls) });
    const [fixture] = loadFixtures(rulesDirectory, { layout: "beside" });
    expect(fixture && (await checkFixture(adapter, fixture)).problems).toEqual([]);
    return calls.length;
  };
  expect(await check("1")).toBe(2);
  expect(await check("1")).toBe(2);
  expect(await check("2")).toBe(4);
});

it("reads real output: byte offsets become UTF-16 columns, ids lose their path", async () => {
  const text = '# ruleid: no-eval\né = "😀"; eval(x)\n';
  const run = (_: string[], [target = ""]: string[]) =>
    Promise.resolve({
      ...captured,
      results: captured.results.map((result) => ({ ...result, path: nodePath.join(target, result.path) })),
    });
  const rulesDirectory = directoryOf({ "no-eval.yaml": "" });
  const file = { path: "service/a.py", text };
  const found = await semgrepAdapter({ rulesDirectory, run }).lint({
    ruleId: "no-eval",
    options: [],
    files: [file],
    root: rulesDirectory,
  });
  expect(found.get("service/a.py")).toEqual([
    {
      ruleId: "no-eval",
      message: "eval of x",
      line: 2,
      column: 11,
      endLine: 2,
      endColumn: 18,
      fix: { range: [28, 35], text: "literal_eval(x)" },
      suggestions: [],
    },
  ]);
});

it("reports what Semgrep could not read, and never takes a broken rule for a clean file", async () => {
  const directory = nodePath.join(directoryOf(FILES), "rules");
  const [fixture] = loadFixtures(directory, { layout: "beside" });
  if (!fixture) throw new Error("no fixture");
  const check = (error: (target: string) => SemgrepJson["errors"][number]) =>
    checkFixture(
      semgrepAdapter({
        rulesDirectory: directory,
        run: (_, [target = ""]) => Promise.resolve({ results: [], errors: [error(target)] }),
      }),
      fixture,
    );
  const unread = await check((target) => ({
    path: nodePath.join(target, "0/service/a.py"),
    message: "Syntax error",
  }));
  expect(kinds(unread)).toContain("parse-error");
  const broken = await check(() => ({ message: "Rule parse error" }));
  expect(broken.problems).toMatchObject([{ kind: "engine-error", message: "Semgrep: Rule parse error" }]);
});
