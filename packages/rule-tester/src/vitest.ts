import { describe, expect, it } from "vitest";
import { formatProblems } from "./rule.js";
import { planSuite } from "./suite.js";
import type { Suite } from "./types.js";

export interface DescribeOptions extends Suite {
  /** Rewrite expected outputs and frames; default: `vitest -u`, or UPDATE_FIXTURES=1 in the environment. */
  update?: boolean;
}

/** Declares the checks of a suite as Vitest tests: one `describe` a rule, one `it` a case, and three for the whole. */
export function describeFixtures(options: DescribeOptions): void {
  for (const { rule, checks } of planSuite(options)) {
    describe(rule, () => {
      for (const { name, run } of checks) {
        it(name, async () => {
          const problems = await run(options.update ?? updating());
          if (problems.length === 0) return;
          const error = new Error(formatProblems(problems));
          // The fixture is at fault, not this file: no stack of the runner.
          error.stack = error.message;
          throw error;
        });
      }
    });
  }
}

/** Vitest knows whether it updates snapshots only while a test runs. */
function updating(): boolean {
  if (process.env.UPDATE_FIXTURES === "1") return true;
  const state = expect.getState() as { snapshotState?: { snapshotUpdateState?: string } };
  return state.snapshotState?.snapshotUpdateState === "all";
}
