import { meta, parseForESLint } from "yaml-eslint-parser";
import { withoutDefinitions } from "./definitions.js";
import { isTooDeep, TOO_DEEP } from "./nesting.js";

type Parsed = ReturnType<typeof parseForESLint>;

/** Trees of texts that a project was read from before its linter came to them. */
const ahead = new Map<string, Parsed>();
/** A linter that never comes to them must not keep them all. */
const MAX_AHEAD = 5_000;

/** Parses a text now, so that the linter need not do it again. */
export function parseAhead(text: string): Parsed["ast"] {
  const parsed = parseForESLint(withoutDefinitions(text));
  if (ahead.size >= MAX_AHEAD) ahead.clear();
  ahead.set(text, parsed);
  return parsed.ast;
}

/** Lets go of a tree that no linter will come to. */
export function forget(text: string): void {
  ahead.delete(text);
}

interface ParserOptions {
  /** `program`: the linter is shown the root only, which is all that this package's rules ask for. */
  walk?: "program";
}

/** yaml-eslint-parser for ESLint, which hands out what was parsed already. */
export const yamlParser = {
  meta: { ...meta },
  parseForESLint(text: string, options?: ParserOptions): Parsed {
    const known = ahead.get(text);
    // The linter changes the tree it is given, so it is given to one only.
    ahead.delete(text);
    if (!known && isTooDeep(text)) throw new SyntaxError(TOO_DEEP);
    const parsed =
      known ?? parseForESLint(options?.walk === "program" ? withoutDefinitions(text) : text, options);
    if (options?.walk !== "program") return parsed;
    // It would look at each node and token several times: to walk the tree, to find scopes, to store tokens.
    parsed.ast.tokens = [];
    return { ...parsed, visitorKeys: { Program: [] } };
  },
};
