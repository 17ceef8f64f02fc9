import type { Tier } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { TAGS, type Tag } from "./model/radar/tags.js";

/** JSON Schema (draft 4) of the options of a rule that follows calls. */
export function pathSchema(tiers: readonly Tier[]): object {
  return {
    type: "object",
    properties: {
      tiers: {
        description: "Kinds of blocking calls that are reported.",
        type: "array",
        items: { enum: tiers },
      },
      ignore: {
        description:
          "Circumstances in which none is: only on some paths, in scripts, before the first request, in tests.",
        type: "array",
        items: { enum: TAGS },
      },
    },
    additionalProperties: false,
  };
}

/** The words of the rules that follow calls. */
export const PATH_MESSAGES = {
  direct: "{{sink}}() blocks the event loop{{when}}: {{why}}.",
  chain: "This runs {{chain}} → {{sink}}(), which blocks the event loop{{when}}{{others}}: {{why}}.",
  sleep: "Write `await asyncio.sleep(…)`.",
  thread: "Run {{sink}} in a thread: `await asyncio.to_thread(…)`.",
  httpx: "Send it with `httpx.AsyncClient`, whose timeout is 5 seconds unless one is given.",
};

const TIERS: readonly Tier[] = ["network", "subprocess", "database", "model", "wait", "cpu"];

/** Circumstances of which the rules that follow calls say nothing, unless they are told to. */
export const IGNORED: readonly Tag[] = ["script", "startup", "test"];

/** What the strict preset asks of the rules of blocking calls. */
export const STRICT_BLOCKING = { tiers: [...TIERS], ignore: [] };

/** What the rules of blocking calls have in common, whether a chain is certain or in doubt. */
export const BLOCKING = {
  languages: ["orchestrator/python"],
  hasSuggestions: true as const,
  schema: [pathSchema(TIERS)],
  defaultOptions: [
    {
      tiers: TIERS.filter((tier) => tier !== "cpu"),
      ignore: IGNORED,
    },
  ],
  messages: PATH_MESSAGES,
};
