import { PATH_MESSAGES, pathSchema } from "../options.js";
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
      strictOptions: { tiers: ["network", "subprocess", "database", "model", "wait", "cpu"], ignore: [] },
    },
    languages: ["orchestrator/python"],
    hasSuggestions: true,
    schema: [pathSchema(["network", "subprocess", "database", "model", "wait", "cpu"])],
    defaultOptions: [
      {
        tiers: ["network", "subprocess", "database", "model", "wait"],
        ignore: ["script", "startup", "test"],
      },
    ],
    messages: PATH_MESSAGES,
  },
  "sure",
);
