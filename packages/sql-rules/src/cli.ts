import { readStandardInput } from "./files/targets.js";
import { run } from "./sqlfluff/program.js";

process.exitCode = run(process.argv.slice(2), {
  cwd: process.cwd(),
  stdin: readStandardInput,
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
});
