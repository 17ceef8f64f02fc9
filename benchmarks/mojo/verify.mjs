// Verifies one archive as the command does, and prints what it found and the processor time it took.
import { verifyArtifact } from "@orchestrator-lint/artifact-rules";
import path from "node:path";

const { findings } = verifyArtifact(path.dirname(process.argv[2]), path.basename(process.argv[2]));
const { user, system } = process.cpuUsage();
console.log(
  JSON.stringify({
    seconds: (user + system) / 1e6,
    megabytes: process.memoryUsage.rss() / 1e6,
    checks: findings.map(({ check }) => check),
  }),
);
