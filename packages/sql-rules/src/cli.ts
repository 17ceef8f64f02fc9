import { endWithReader } from "./files/output.js";
import { readKey, readStandardInput } from "./files/targets.js";
import { optimizeLater, saveMemory, useBaselineCompiler } from "./files/v8.js";
import { run } from "./sqlfluff/program.js";

useBaselineCompiler();
optimizeLater(400_000);

endWithReader();

process.exitCode = await run(process.argv.slice(2), {
  cwd: process.cwd(),
  stdin: readStandardInput,
  key: readKey,
  expect: saveMemory,
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  hasColors: process.stdout.isTTY && !process.env.NO_COLOR,
});
