import { describeFixtures } from "@orchestrator-lint/rule-tester/vitest";
import { semgrepAdapter } from "@orchestrator-lint/rule-tester";
import path from "node:path";
import { readdirSync } from "node:fs";
import { rulesDirectory, runSemgrep } from "../src/index.js";

for (const view of readdirSync(rulesDirectory)) {
  const directory = path.join(rulesDirectory, view);
  describeFixtures({
    adapter: semgrepAdapter({
      rulesDirectory: directory,
      run: (configs, targets) => runSemgrep({ cwd: directory, configs, targets }),
    }),
    fixtures: directory,
    layout: "beside",
  });
}
