import { performance } from "node:perf_hooks";
// Prints how long the Radar's model takes over a tree, in a process of its own: node in-process.mjs ROOT
const started = performance.now();
const { filesToLint } = await import("@orchestrator-lint/python-rules");
const loaded = performance.now();
const files = filesToLint(process.argv[2]);
const done = performance.now();
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    load: (loaded - started) / 1000,
    model: (done - loaded) / 1000,
    cpu: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024,
    files: files.length,
  }),
);
