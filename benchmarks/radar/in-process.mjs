// Prints how long the Radar's model takes over a tree, in a process of its own: node in-process.mjs ROOT [--no-cache | --edits COUNT | --calls]
import { performance } from "node:perf_hooks";

const [root, mode, count] = process.argv.slice(2);
const started = performance.now();
const { optimizeLater } = await import("@orchestrator-lint/sql-rules/files");
const { chainsFrom, describeCalls, filesToLint } = await import("@orchestrator-lint/python-rules/radar");
// As the command line does; a language server runs long enough for V8's own ways to pay.
if (mode !== "--edits") optimizeLater(1_000_000);
const loaded = performance.now();
if (mode === "--calls") {
  console.log(JSON.stringify({ calls: describeCalls(root).split("\n", 1)[0] }));
} else if (mode === "--edits") {
  const [{ hash }, { readdirSync, readFileSync }, { default: path }] = await Promise.all([
    import("node:crypto"),
    import("node:fs"),
    import("node:path"),
  ]);
  // A sample of the files with coroutine functions, by their names alone: the same on every machine.
  const files = readdirSync(root, { recursive: true })
    .filter(
      (name) => name.endsWith(".py") && readFileSync(path.join(root, name), "utf8").includes("async def"),
    )
    .map((name) => ({ name, at: hash("sha1", name) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(0, Number(count));
  const lint = (name, text) => {
    const start = process.cpuUsage();
    chainsFrom({ physicalFilename: path.join(root, name), cwd: root, sourceCode: { text } });
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))];
  const times = files.map(({ name }) => {
    const text = readFileSync(path.join(root, name), "utf8");
    lint(name, text);
    // A change of one line in the middle, and each time another one.
    const at = text.indexOf("\n", text.length / 2) + 1;
    return quantile(
      Array.from({ length: 9 }, (_, i) => lint(name, `${text.slice(0, at)}# ${i}\n${text.slice(at)}`)),
      0.5,
    );
  });
  const under = times.filter((time) => time < 80).length / times.length;
  console.log(JSON.stringify({ files: files.length, median: quantile(times, 0.5), ninetieth: quantile(times, 0.9), most: quantile(times, 1), under })); // prettier-ignore
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
