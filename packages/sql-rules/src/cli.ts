import { setFlagsFromString } from "node:v8";
import { readKey, readStandardInput } from "./files/targets.js";
import { run } from "./sqlfluff/program.js";

// PostgreSQL's parser is WebAssembly: optimizing it takes longer than a run of hundreds of scripts gains by it.
setFlagsFromString("--liftoff-only");

process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  stdin: readStandardInput,
  key: readKey,
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  hasColors: process.stdout.isTTY && !process.env.NO_COLOR,
});
