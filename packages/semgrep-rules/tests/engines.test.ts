import fs from "node:fs";
import { expect, it } from "vitest";
import { loadFixtures } from "@orchestrator-lint/rule-tester";
import {
  install,
  loadRules,
  realSystem,
  rulesDirectory,
  runSemgrep,
  scan,
  toFindings,
} from "../src/index.js";
import { project } from "./support.js";

/** Every fixture, and text whose columns differ between bytes, code points and UTF-16. */
function sources(): Record<string, string> {
  const fixtures = loadFixtures(rulesDirectory, { layout: "beside" }).flatMap(({ files }) =>
    files.map(({ path, text }): [string, string] => [path, text]),
  );
  return {
    ...Object.fromEntries(fixtures),
    "tests/é/unicode.py": 'import time\r\n\r\nasync def f():\r\n    x = "é😀"; time.sleep(1)\r\n',
    "match.py": "import time\n\nasync def f(x):\n    match x:\n        case 1:\n            time.sleep(1)\n",
    "broken.py": "import time\n\nasync def f():\n    time.sleep(1)\n\ndef g(:\n    x = = 3\n",
  };
}

it("both engines find the same in every fixture", async () => {
  const system = realSystem();
  const [native, full] = [await install("native", system), await install("full", system)];
  const files = sources();
  const cwd = project(files);
  const configs = loadRules().map(({ file }) => file);
  const raw = async (semgrep: typeof native) => {
    const json = await runSemgrep({ cwd, configs, targets: Object.keys(files), semgrep });
    return toFindings(json, (file) => fs.readFileSync(`${cwd}/${file}`));
  };
  const [one, other] = [await raw(native), await raw(full)];
  expect(one.length).toBeGreaterThan(loadRules().length * 8);
  expect(other).toEqual(one);

  const reports = await Promise.all(
    [native, full].map((semgrep) => scan({ cwd, configs, targets: ["."], semgrep })),
  );
  expect(reports[1]).toEqual({ ...reports[0], semgrep: full });
  expect(reports[0]?.unread.map(({ path }) => path)).toEqual(["broken.py"]);
}, 600_000);
