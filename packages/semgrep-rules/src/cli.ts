import { constants } from "node:os";
import { main } from "./main.js";

const ended = await main(process.argv.slice(2));
if (ended.signal === null) process.exitCode = ended.code ?? 1;
else {
  // The caller shall see what ended Semgrep; where the signal does not end us, the shell's number for it does.
  process.exitCode = 128 + constants.signals[ended.signal];
  process.kill(process.pid, ended.signal);
}
