// Prints how long the Radar's model takes over a tree, in a process of its own: node in-process.mjs ROOT [--no-cache | --edit FILE | --calls]
import { readFileSync } from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";

const [root, mode, file] = process.argv.slice(2);
const started = performance.now();
const { chainsFrom, describeCalls, filesToLint, optimizeLater } =
  await import("@orchestrator-lint/python-rules");
// As the command line does.
optimizeLater();
const loaded = performance.now();
if (mode === "--calls") {
  console.log(JSON.stringify({ calls: describeCalls(root).split("\n", 1)[0] }));
} else if (mode === "--edit") {
  const text = readFileSync(path.join(root, file), "utf8");
  const lint = (edited) => {
    const start = process.cpuUsage();
    chainsFrom({ physicalFilename: path.join(root, file), cwd: root, sourceCode: { text: edited } });
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  const first = lint(text);
  // A change of one line in the middle, and each time another one.
  const at = text.indexOf("\n", text.length / 2) + 1;
  const times = Array.from({ length: 9 }, (_, i) => lint(`${text.slice(0, at)}# ${i}\n${text.slice(at)}`));
  console.log(JSON.stringify({ first, edited: times.sort((a, b) => a - b)[4] }));
} else {
  const files = filesToLint(root, { cache: mode !== "--no-cache" });
  const { user, system } = process.cpuUsage();
  console.log(
    JSON.stringify({
      load: (loaded - started) / 1000,
      model: (performance.now() - loaded) / 1000,
      cpu: (user + system) / 1e6,
      megabytes: process.resourceUsage().maxRSS / 1024,
      files: files.length,
    }),
  );
}
