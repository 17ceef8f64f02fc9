import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import nodePath from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { describeFixtures } from "../src/vitest.js";
import { directoryOf, toyAdapter } from "./support.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The helper as users call it: these declare the tests, and fail when a fixture does.
describeFixtures({ adapter: toyAdapter(), fixtures: here("fixtures/toy"), rules: ["match"] });

it("fails a Vitest run by name, and settles what -u may settle", () => {
  const directory = directoryOf({
    "match/good.js": "// ok: match\ncall(bar);\n",
    "match/bad.js": "// ruleid: match\ncall(foo);\n",
    "rules.test.ts": `
      import { describeFixtures } from ${JSON.stringify(here("../src/vitest.ts"))};
      import { toyAdapter } from ${JSON.stringify(here("support.ts"))};
      describeFixtures({ adapter: toyAdapter(), fixtures: import.meta.dirname, rules: ["match"] });
    `,
  });
  const vitest = nodePath.join(
    nodePath.dirname(createRequire(import.meta.url).resolve("vitest/package.json")),
    "vitest.mjs",
  );
  const run = (...args: string[]) => {
    const env = { ...process.env, NO_COLOR: "1", CI: "1", FORCE_COLOR: undefined };
    return spawnSync(process.execPath, [vitest, "run", "--root", directory, ...args], {
      encoding: "utf8",
      env,
    });
  };
  const failing = run();
  expect(failing.status).toBe(1);
  expect(failing.stderr).toContain("match > frames are as reviewed");
  expect(failing.stderr).toContain("There is no frames file yet. (stale-frames)");
  expect(run("-u").status).toBe(0);
  expect(readFileSync(nodePath.join(directory, "match/frames.txt"), "utf8")).toContain("bad.js:2:6 match");
  expect(run().status).toBe(0);
});
