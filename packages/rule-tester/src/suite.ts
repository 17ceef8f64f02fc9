import nodePath from "node:path";
import { checkFixture } from "./check.js";
import { loadFixtures, readText, writeOutput } from "./files.js";
import { afterUpdate, checkExamples, checkFrames, checkMutation, preparedFiles, ruleFrames } from "./rule.js";
import type { Fixture, Problem, Report, Suite } from "./types.js";

/** One named check of a rule. */
export interface Check {
  name: string;
  /**
   * Resolves to what is wrong. With `update` it rewrites the expected outputs and the frames file, and resolves to what
   * only a person can settle.
   */
  run: (update: boolean) => Promise<Problem[]>;
}

/** The checks of one rule: one a case, then its examples, its mutation check, and its frames. */
export interface RuleChecks {
  rule: string;
  checks: Check[];
}

/** Plans the checks of a suite: reads the fixtures, but lints nothing before the first check runs. */
export function planSuite(suite: Suite): RuleChecks[] {
  const { adapter, layout = "folders" } = suite;
  const fixtures = loadFixtures(suite.fixtures, { layout, ...(suite.rules ? { rules: suite.rules } : {}) });
  const rules = new Set([...(suite.rules ?? adapter.rules), ...fixtures.map((fixture) => fixture.rule)]);
  let prepared: Promise<void> | undefined;
  const reports = new Map<Fixture, Promise<Report>>();
  const report = (fixture: Fixture): Promise<Report> => {
    const running = reports.get(fixture) ?? start(fixture);
    reports.set(fixture, running);
    return running;
  };
  const start = async (fixture: Fixture): Promise<Report> => {
    prepared ??= adapter.prepare?.(preparedFiles(fixtures)) ?? Promise.resolve();
    await prepared;
    return checkFixture(adapter, fixture);
  };
  const settle = (problems: Problem[], outputs: Report["outputs"], update: boolean): Problem[] => {
    if (!update) return problems;
    outputs.forEach(writeOutput);
    return afterUpdate(problems);
  };

  return [...rules].map((rule) => {
    const cases = fixtures.filter((fixture) => fixture.rule === rule);
    const framesFile = cases[0]?.framesFile ?? nodePath.join(suite.fixtures, rule, "frames.txt");
    const frames = async (update: boolean) => {
      const all = await Promise.all(cases.map(report));
      const text = ruleFrames(all);
      // Frames of a run that broke off would overwrite good ones.
      const complete = all.every(({ problems }) => problems.every(({ kind }) => kind !== "engine-error"));
      const output = { file: framesFile, text: text === "" ? undefined : text };
      return settle(checkFrames(text, readText(framesFile)), [output], update && complete);
    };
    return {
      rule,
      checks: [
        ...cases.map((fixture) => ({
          name: fixture.name,
          run: async (update: boolean) => {
            const { problems, outputs } = await report(fixture);
            return settle(problems, outputs, update);
          },
        })),
        { name: "has bad and good examples", run: () => Promise.resolve(checkExamples(rule, cases)) },
        {
          name: "bites: the fixtures fail when it reports nothing",
          run: () => checkMutation(adapter, rule, cases),
        },
        { name: "frames are as reviewed", run: frames },
      ],
    };
  });
}
