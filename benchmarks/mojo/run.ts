/**
 * Times the verifier beside `unzip -t` over an archive of 100 MB, in turn on one machine, and writes results.md.
 *
 *   npm run benchmark:mojo
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import { writeLargeArchive } from "./archive.js";

const ROUNDS = 7;
const VERIFY = fileURLToPath(new URL("verify.mjs", import.meta.url));

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Processor time of `unzip -t`, in seconds. */
function unzip(file: string): number {
  const script = "TIMEFORMAT='%U %S'; time unzip -tqq \"$0\" >/dev/null";
  const output = execFileSync("bash", ["-c", `{ ${script}; } 2>&1`, file], { encoding: "utf8" });
  return output
    .trim()
    .split(" ")
    .reduce((sum, part) => sum + Number(part), 0);
}

function verify(file: string): { seconds: number; megabytes: number; checks: string[] } {
  return JSON.parse(execFileSync(process.execPath, [VERIFY, file], { encoding: "utf8" })) as ReturnType<
    typeof verify
  >;
}

const work = mkdtempSync(path.join(tmpdir(), "mojo-benchmark-"));
try {
  const file = path.join(work, "large.zip");
  const trees = writeLargeArchive(file);
  const size = statSync(file).size;
  const rounds = Array.from({ length: ROUNDS }, () => ({ own: verify(file), theirs: unzip(file) }));
  const errors = rounds[0]!.own.checks.filter((check) => check !== "details-unread");
  if (errors.length > 0) throw new Error(`The archive does not hold: ${errors.join(", ")}`);
  const own = median(rounds.map((round) => round.own.seconds));
  const theirs = median(rounds.map((round) => round.theirs));
  const ratio = median(rounds.map((round) => round.own.seconds / round.theirs));
  const text = `# A large MOJO

${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus()[0]?.model ?? "unknown processor"}. A GBM of ${trees} trees in ${(size / 1e6).toFixed(0)} MB; processor time, median of ${ROUNDS} rounds in turn.

| | seconds | beside \`unzip -t\` |
| --- | --- | --- |
| \`unzip -t\`: inflates and sums | ${theirs.toFixed(2)} | 1 |
| the verifier: that, every tree and its auxiliary data, and SHA-256, with the start of Node | ${own.toFixed(2)} | ${ratio.toFixed(1)} |

The verifier took ${Math.max(...rounds.map((round) => round.own.megabytes)).toFixed(0)} MB of memory at most.
`;
  writeFileSync(
    fileURLToPath(new URL("results.md", import.meta.url)),
    await format(text, { parser: "markdown", printWidth: 110 }),
  );
  console.log(text);
} finally {
  rmSync(work, { recursive: true });
}
