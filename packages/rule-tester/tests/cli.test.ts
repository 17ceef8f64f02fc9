import { spawnSync } from "node:child_process";
import nodePath from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { directoryOf } from "./support.js";

const cli = fileURLToPath(new URL("../src/cli.ts", import.meta.url));

/** A suite with an engine of its own: it reports every line that says foo. */
const CONFIG = `
const lint = async ({ files, ruleId }) => new Map(files.map((file) => [file.path, file.text.split("\\n").flatMap((text, index) =>
  text.startsWith("foo")
    ? [{ ruleId, message: "No foo.", line: index + 1, column: 1, endLine: index + 1, endColumn: 4, suggestions: [] }]
    : [])]));
export default [{ adapter: { name: "toy", rules: ["no-foo"], lint }, fixtures: "fixtures" }];
`;

function run(directory: string, ...args: string[]) {
  const node = ["--import", "tsx", "--conditions=@orchestrator-lint/source", cli];
  const config = ["--config", nodePath.join(directory, "rule-tester.config.mjs")];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, ...config, ...args], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

it("exits 1 with the failures, and 0 once they are settled", () => {
  const directory = directoryOf({
    "rule-tester.config.mjs": CONFIG,
    "fixtures/no-foo/bad.txt": "# ruleid: no-foo\nfoo\n",
    "fixtures/no-foo/good.txt": "# ok: no-foo\nbar\n",
  });
  const first = run(directory);
  expect(first).toMatchObject({ status: 1, stderr: "" });
  expect(first.stdout).toContain(
    "no-foo > frames are as reviewed\nThere is no frames file yet. (stale-frames)",
  );
  expect(first.stdout).toContain("bad.txt:2:1 no-foo");
  expect(first.stdout).toMatch(/4 passed, 1 failed\n$/u);
  expect(run(directory, "--update", "no-foo")).toEqual({
    status: 0,
    stdout: "5 passed, 0 failed\n",
    stderr: "",
  });
  expect(run(directory)).toEqual({ status: 0, stdout: "5 passed, 0 failed\n", stderr: "" });
});

it("exits 2 when the run itself fails", () => {
  const directory = directoryOf({ "rule-tester.config.mjs": CONFIG, "fixtures/no-foo/good.txt": "bar\n" });
  expect(run(directory, "no-such-rule")).toMatchObject({
    status: 2,
    stderr: "No suite has the rule no-such-rule.\n",
  });
  expect(run(directory, "--nope")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("unknown option"),
  });
  expect(run(directoryOf({}))).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("Cannot find module"),
  });
  const none = directoryOf({ "rule-tester.config.mjs": "export default [];" });
  expect(run(none)).toMatchObject({ status: 2, stderr: expect.stringContaining("has no rules to test") });
  const wrong = directoryOf({ "rule-tester.config.mjs": "export default {};" });
  expect(run(wrong)).toMatchObject({ status: 2, stderr: expect.stringContaining("must export an array") });
});
