import { BLOCKING, STRICT_BLOCKING } from "../options.js";
import { pathRule } from "../rule.js";

export default pathRule(
  {
    type: "problem",
    docs: {
      description: "Disallow calls from asynchronous code that perhaps block the event loop",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-doubtful-blocking-path.md",
      recommended: true,
      view: "process",
      level: "warn",
      strictOptions: STRICT_BLOCKING,
    },
    ...BLOCKING,
  },
  "doubtful",
);
