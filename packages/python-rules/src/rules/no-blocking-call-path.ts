import { BLOCKING, STRICT_BLOCKING } from "../options.js";
import { pathRule } from "../rule.js";

export default pathRule(
  {
    type: "problem",
    docs: {
      description: "Disallow calls from asynchronous code that block the event loop, however far away",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-blocking-call-path.md",
      recommended: true,
      view: "process",
      level: "error",
      strictOptions: STRICT_BLOCKING,
    },
    ...BLOCKING,
  },
  "sure",
);
