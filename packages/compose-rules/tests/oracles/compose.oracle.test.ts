import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Tree } from "../../src/files/tree.js";
import { readProject } from "../../src/model/compose/project.js";
import { CASES, ROWS, type ComposeCase } from "../support/compose-cases.js";
import { generatedCases } from "../support/compose-generator.js";
import { askCompose, describeProject, HOME, writeCase, type Answer } from "../support/compose-oracle.js";
import { hasGo } from "../support/go.js";

/** Docker Compose's own loader against the model: every measured case, and projects drawn with a fixed seed. */
const GENERATED = process.env.ORACLES === "full" ? 5_000 : 300;
const SEED = 20_251_126;

if (!hasGo()) console.log("NOT RUN: the Compose oracle, because there is no `go` on the PATH.");

describe.skipIf(!hasGo())("the Compose model and Docker's own loader agree", () => {
  const root = mkdtempSync(join(tmpdir(), "compose-oracle-"));
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  function read({ given, variables = {}, folder }: ComposeCase & { folder: string }): Answer {
    const environment = {
      variables: new Map(Object.entries({ COMPOSE_PROJECT_NAME: "project", ...variables })),
      isComplete: true,
      home: HOME,
    };
    const files = given.map((file) => join(folder, file));
    return describeProject(readProject({ files, directory: folder, environment }, new Tree(folder)));
  }

  /** What the two make differently of some cases; a refusal is the same whatever is said. */
  function differences(cases: readonly ComposeCase[], name: string): unknown[] {
    const placed = cases.map((one, index) => ({ ...one, folder: join(root, `${name}-${String(index)}`) }));
    for (const one of placed) writeCase(one, one.folder);
    const answers = askCompose(placed);
    return placed.flatMap((one, index): unknown[] => {
      const [actual, expected] = [read(one), answers[index]];
      const isSame =
        expected && "error" in expected
          ? "error" in actual
          : JSON.stringify(sorted(actual)) === JSON.stringify(sorted(expected));
      return isSame ? [] : [{ ...one, actual, expected }];
    });
  }

  test("on every measured row and case", () => {
    expect(differences([...ROWS, ...CASES], "case")).toEqual([]);
  });

  test(`on ${String(GENERATED)} generated projects (seed ${String(SEED)})`, () => {
    expect(differences(generatedCases(GENERATED, SEED), "drawn")).toEqual([]);
  }, 3_600_000);
});

/** The same data with keys in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort()
      .map(([key, item]) => [key, sorted(item)]),
  );
}
