import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { run, tree } from "./support/cli.js";

interface Sarif {
  runs: {
    tool: { driver: { name: string; rules: { id: string }[] } };
    automationDetails: { id: string };
    results: Record<string, unknown>[];
  }[];
}

const sarifOf = (cwd: string, ...args: string[]) => run(cwd, ["check", "--format", "sarif", ...args]).stdout;

const EXAMPLE = fileURLToPath(new URL("../../../examples/feature-platform", import.meta.url));

/** The validator's own program: the npm package ships one build a platform. */
function validator(): string | undefined {
  try {
    const home = path.dirname(
      createRequire(import.meta.url).resolve("@microsoft/sarif-multitool-linux/package.json"),
    );
    const program = path.join(home, "Sarif.Multitool");
    if (!existsSync(program)) return undefined;
    chmodSync(program, 0o755);
    return program;
  } catch {
    return undefined;
  }
}

describe("SARIF", () => {
  const program = validator();
  // Where there is a build of it, its absence is a failure.
  const isSupported = process.platform === "linux" && process.arch === "x64";
  if (!program && !isSupported) console.warn("SKIPPED: sarif-multitool has no build for this platform.");

  it.skipIf(!program && !isSupported)(
    "of the example has no error and no warning for Microsoft's validator, GitHub's rules included",
    () => {
      const cwd = tree({});
      cpSync(EXAMPLE, cwd, { recursive: true });
      const log = path.join(cwd, "log.sarif");
      expect(run(cwd, ["check", "--format", "sarif", "--output", log]).status).toBe(1);
      const verdict = path.join(cwd, "verdict.sarif");
      spawnSync(program!, [
        "validate",
        log,
        ...["-o", verdict, "--log", "ForceOverwrite"],
        ...["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"],
      ]);
      const { results } = (JSON.parse(readFileSync(verdict, "utf8")) as Sarif).runs[0]!;
      // Notes are there, so the validator did look.
      expect(results).not.toHaveLength(0);
      expect(results.filter(({ level }) => level !== "note")).toEqual([]);
    },
  );

  it("is the same, byte for byte, for the same tree elsewhere", () => {
    const files = {
      "a.sql": "CREATE TABLE t (a json, b json);\n",
      "b.py": "import time\nasync def f():\n    time.sleep(1)\n",
    };
    const first = sarifOf(tree(files));
    expect(first.length).toBeGreaterThan(1000);
    expect(sarifOf(tree(files))).toBe(first);
  });

  it("has one run an engine, and places in UTF-16 columns", () => {
    const cwd = tree({
      "a b#ü.sql": '\uFEFF-- é😀\r\nCREATE TABLE "é😀" (a json);\r\n',
      "b.py": "import time\nasync def f():\n    x = 'é😀'; time.sleep(1)\n",
    });
    const { runs } = JSON.parse(sarifOf(cwd)) as Sarif;
    expect(runs.map(({ tool, automationDetails }) => [tool.driver.name, automationDetails.id])).toEqual([
      ["orchestrator (ESLint)", "orchestrator/eslint/"],
      ["orchestrator (Semgrep)", "orchestrator/semgrep/"],
      ["orchestrator (Radar)", "orchestrator/radar/"],
    ]);
    expect(runs[0]!.results).toEqual([
      {
        ruleId: "orchestrator/prefer-jsonb",
        ruleIndex: runs[0]!.tool.driver.rules.findIndex(({ id }) => id === "orchestrator/prefer-jsonb"),
        level: "error",
        message: { text: expect.stringContaining("Column é😀.a is json") as string },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "a%20b%23%C3%BC.sql", uriBaseId: "SRCROOT" },
              region: { startLine: 2, startColumn: 23, endLine: 2, endColumn: 27 },
            },
            logicalLocations: [{ fullyQualifiedName: "public.é😀.a" }],
          },
        ],
        partialFingerprints: { primaryLocationLineHash: expect.stringMatching(/^[0-9a-f]+:1$/) as string },
        fixes: [
          {
            description: { text: expect.stringContaining("Write jsonb") as string },
            artifactChanges: [
              {
                artifactLocation: { uri: "a%20b%23%C3%BC.sql", uriBaseId: "SRCROOT" },
                replacements: [
                  {
                    deletedRegion: { startLine: 2, startColumn: 23, endLine: 2, endColumn: 27 },
                    insertedContent: { text: "jsonb" },
                  },
                ],
              },
            ],
          },
        ],
      },
    ]);
    expect(runs[1]!.results[0]).toMatchObject({
      ruleId: "orchestrator/async-blocking-sleep",
      locations: [
        { physicalLocation: { region: { startLine: 3, startColumn: 16, endLine: 3, endColumn: 29 } } },
      ],
    });
  });

  it("keeps suppressed findings with their reason", () => {
    const cwd = tree({
      "a.sql":
        "-- eslint-disable-next-line orchestrator/prefer-jsonb -- signed text\nCREATE TABLE t (a json);\n",
    });
    const { runs } = JSON.parse(sarifOf(cwd)) as Sarif;
    expect(runs[0]!.results).toMatchObject([
      { suppressions: [{ kind: "inSource", justification: "signed text" }] },
    ]);
    expect(run(cwd, ["check"]).status).toBe(0);
  });

  it("names the service a finding is about", () => {
    const cwd = tree({
      "compose.yaml":
        "services:\n  h2o:\n    image: x\n    environment: {JAVA_TOOL_OPTIONS: -Xmx3g}\n    mem_limit: 4g\n    command: java -jar a.jar\n",
    });
    const { runs } = JSON.parse(sarifOf(cwd)) as Sarif;
    expect(runs[0]!.results).toMatchObject([
      { locations: [{ logicalLocations: [{ fullyQualifiedName: "services.h2o" }] }] },
    ]);
  });
});
