import { rulesDirectory, scan } from "@orchestrator-lint/semgrep-rules";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { casesHit, matrixFile, readCases } from "../benchmarks/async/cases.js";

it("finds at least nine tenths of the direct forms and nothing that does not block", async () => {
  const file = fileURLToPath(matrixFile);
  const cwd = path.dirname(file);
  const { findings, unread } = await scan({ cwd, targets: [path.basename(file)], configs: [rulesDirectory] });
  expect(unread).toEqual([]);
  const cases = readCases();
  const hit = casesHit(
    cases,
    findings.filter(({ ruleId }) => ruleId.startsWith("async-blocking-")).map(({ line }) => line),
  );
  const bad = cases.filter(({ isBad }) => isBad);
  expect(cases.length).toBeGreaterThanOrEqual(120);
  expect(cases.filter((one) => !one.isBad && hit.has(one)).map(({ name }) => name)).toEqual([]);
  expect(bad.filter((one) => hit.has(one)).length / bad.length).toBeGreaterThanOrEqual(0.9);
});
