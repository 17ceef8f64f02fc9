import { IGNORED, PATH_MESSAGES, pathSchema } from "../options.js";
import { pathRule } from "../rule.js";

export default pathRule({
  type: "problem",
  docs: {
    description: "Disallow calls from asynchronous code that wait for the disk, however far away",
    url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/no-file-io-path.md",
    recommended: true,
    view: "process",
    level: "warn",
    strictOptions: { tiers: ["file", "stat"], ignore: [] },
  },
  languages: ["orchestrator/python"],
  hasSuggestions: true,
  schema: [pathSchema(["file", "stat"])],
  defaultOptions: [{ tiers: ["file", "stat"], ignore: IGNORED }],
  messages: PATH_MESSAGES,
});
