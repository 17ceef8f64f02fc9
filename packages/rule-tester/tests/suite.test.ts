import { existsSync, readFileSync } from "node:fs";
import nodePath from "node:path";
import { describe, expect, it } from "vitest";
import { countExamples, formatProblems, loadFixtures, planSuite, type Problem } from "../src/index.js";
import { directoryOf, toyAdapter } from "./support.js";

const HEADER = '// @options [{"fix": "bar", "suggest": ["baz"]}]\n';
const BAD = `${HEADER}// ruleid: match\ncall(foo);\n`;
const GOOD = "// ok: match\ncall(bar);\n";

async function runAll(fixtures: string, update = false): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const { checks } of planSuite({ adapter: toyAdapter(), fixtures, rules: ["match"] })) {
    for (const { run } of checks) problems.push(...(await run(update)));
  }
  return problems;
}

const kindsOf = async (fixtures: string) => (await runAll(fixtures)).map(({ kind }) => kind);

describe("a suite", () => {
  it("writes expected outputs and frames on update, and never markers", async () => {
    const directory = directoryOf({
      "match/bad.js": BAD,
      "match/good.js": GOOD,
      "match/good.fixed.js": GOOD,
    });
    expect(await kindsOf(directory)).toEqual([
      "missing-fixed",
      "missing-suggested",
      "stray-fixed",
      "stale-frames",
    ]);
    expect(await runAll(directory, true)).toEqual([]);
    expect(await runAll(directory)).toEqual([]);
    const read = (path: string) => readFileSync(nodePath.join(directory, "match", path), "utf8");
    expect(read("bad.js")).toBe(BAD);
    expect(read("bad.fixed.js")).toBe(BAD.replace("foo", "bar"));
    expect(read("bad.suggested-1.js")).toBe(BAD.replace("foo", "baz"));
    expect(existsSync(nodePath.join(directory, "match/good.fixed.js"))).toBe(false);
    expect(read("frames.txt")).toBe(
      'bad.js:3:6 match\n1 | // @options [{"fix": "bar", "suggest": ["baz"]}]\n3 | call(foo);\n' +
        "  |      ^^^ No foo here.\n4 |\nfix:\n3 - call(foo);\n3 + call(bar);\n" +
        "suggestion: Write baz.\n3 - call(foo);\n3 + call(baz);\n",
    );
  });

  it("still reports on update what only a person can settle", async () => {
    const directory = directoryOf({ "match/bad.js": BAD.replace("ruleid", "ok"), "match/good.js": GOOD });
    const problems = await runAll(directory, true);
    expect(problems.map(({ kind }) => kind)).toEqual([
      "unmarked-finding",
      "missing-bad-case",
      "mutation-survivor",
    ]);
    expect(formatProblems(problems)).toContain("bad.js:3 match is reported on a line that is marked ok.");
  });

  it("reports frames that differ from the reviewed ones", async () => {
    const directory = directoryOf({
      "match/bad.js": "// ruleid: match\ncall(foo);\n",
      "match/good.js": GOOD,
      "match/frames.txt": "other\n",
    });
    expect(await kindsOf(directory)).toEqual(["stale-frames"]);
  });

  it("asks for a bad and a good example of each rule", async () => {
    expect(await kindsOf(directoryOf({ "match/good.js": GOOD }))).toEqual([
      "missing-bad-case",
      "mutation-survivor",
    ]);
    expect(await kindsOf(directoryOf({ "other/good.js": GOOD }))).toEqual([
      "missing-bad-case",
      "missing-good-case",
      "mutation-survivor",
    ]);
  });

  it("reports fixtures that would pass whatever the rule does", async () => {
    const directory = directoryOf({
      "match/todo.js": "// todoruleid: match\ncall(bar);\n",
      "match/good.js": GOOD,
    });
    expect(await kindsOf(directory)).toContain("mutation-survivor");
  });

  it("counts examples by line, and cases without markers as good", () => {
    const directory = directoryOf({
      "match/a.js": "// ruleid: match, match\ncall(foo, foo);\n// ok: match\ncall();\n",
      "match/b.js": "call();\n",
    });
    expect(countExamples(loadFixtures(directory))).toEqual({ bad: 2, good: 2 });
  });

  it("finds the cases of a rule beside its file, at any depth", () => {
    const directory = directoryOf({
      "view/one.yaml": "",
      "view/one.py": "",
      "view/one.fixed.py": "fixed",
      "view/one.test.yaml": "",
      "view/one-frames.txt": "",
      "view/one-more.yml": "",
      "view/one-more.py": "",
    });
    const fixtures = loadFixtures(directory, { layout: "beside" });
    expect(fixtures.map(({ rule, name }) => `${rule} ${name}`)).toEqual([
      "one-more one-more.py",
      "one one.py",
      "one one.test.yaml",
    ]);
    expect(fixtures[1]?.fixed.get("one.py")?.text).toBe("fixed");
    expect(fixtures[1]?.framesFile).toBe(nodePath.join(directory, "view/one-frames.txt"));
  });

  it("keeps the frames when an engine breaks off during an update", async () => {
    const directory = directoryOf({ "crash/a.js": "call();\n", "crash/frames.txt": "reviewed\n" });
    const [plan] = planSuite({ adapter: toyAdapter(), fixtures: directory, rules: ["crash"] });
    for (const { run } of plan?.checks ?? []) await run(true);
    expect(readFileSync(nodePath.join(directory, "crash/frames.txt"), "utf8")).toBe("reviewed\n");
  });

  it("refuses expected outputs that belong to no case", () => {
    expect(() => loadFixtures(directoryOf({ "match/bda.fixed.js": "" }))).toThrow("there is no bda.js");
    expect(() => loadFixtures(directoryOf({ "match/bda.expect": "" }))).toThrow("belongs to no case");
    expect(() => loadFixtures(directoryOf({ "match/a.js": "\0" }))).toThrow("is no text");
  });
});
