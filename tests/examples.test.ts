import { catalogue, check, resolveLevels, type Report } from "orchestrator-lint";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const examples = fileURLToPath(new URL("../examples", import.meta.url));

function checkExample(name: string, preset: "recommended" | "strict"): Promise<Report> {
  const rules = catalogue();
  return check({
    cwd: path.join(examples, name),
    paths: ["."],
    preset,
    config: {},
    rules,
    levels: resolveLevels(rules, { preset, config: {}, commandLine: [], views: [] }),
    engines: ["eslint", "semgrep", "radar", "artifact"],
    fix: false,
    strictParse: true,
    progress: () => undefined,
  });
}

const found = ({ runs }: Report) => runs.flatMap(({ results }) => results.map(({ rule }) => rule)).sort();

function files(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((file) => statSync(path.join(directory, file)).isFile())
    .sort();
}

describe("the example platform", () => {
  it("has one defect for every rule there is", async () => {
    const rules = catalogue()
      .filter(({ preset }) => preset === "recommended")
      .map(({ name }) => name);
    expect(found(await checkExample("feature-platform", "recommended"))).toEqual(rules.sort());
  });

  it("is clean when repaired, for every rule", async () => {
    const report = await checkExample("feature-platform-fixed", "strict");
    expect(found(report)).toEqual([]);
    expect(report.runs.flatMap(({ failures }) => failures)).toEqual([]);
    expect(report.notes.join(" ")).toMatch(
      /PostgreSQL scripts, \d+ Compose files, \d+ Kubernetes manifests, \d+ Python files, 1 MOJO and \d+ files that ask for h2o\./,
    );
  });

  it("differs from its twin only where the defects are", async () => {
    const [broken, repaired] = ["feature-platform", "feature-platform-fixed"].map((name) =>
      path.join(examples, name),
    );
    expect(files(repaired!)).toEqual(files(broken!));
    const differing = files(broken!).filter(
      (file) => !readFileSync(path.join(broken!, file)).equals(readFileSync(path.join(repaired!, file))),
    );
    const { runs } = await checkExample("feature-platform", "recommended");
    const reported = new Set(runs.flatMap(({ results }) => results.map(({ file }) => file)));
    expect(differing).toEqual([...reported, "README.md"].sort());
  });
});
