import type { Codebase } from "../project/codebase.js";
import type { GraphNode } from "../graph/node.js";
import type { Expr } from "../facts/types.js";
import type { BlockingPath } from "./paths.js";

/** Circumstances in which a blocked event loop hurts less. */
export type Tag = "conditional" | "script" | "startup" | "test";

export const TAGS: readonly Tag[] = ["conditional", "script", "startup", "test"];

const TEST = /(?:^|\/)(?:tests?|testing|conftest\.py|test_[^/]*\.py|[^/]*_test\.py)(?:\/|$)/;
const SCRIPT = /(?:^|\/)(?:scripts?|examples?|benchmarks?|demos?|notebooks?|tools|bin|docs?)\//;

/** What is to be said of the circumstances of a chain. */
export function tagsOf(code: Codebase, { entry, isConditional }: BlockingPath): Tag[] {
  const own = tagsOfFile(entry.fn.home.file);
  const tags: Tag[] = [];
  if (isConditional) tags.push("conditional");
  if (own.includes("script") || isMain(code, entry)) tags.push("script");
  if (isStartup(entry)) tags.push("startup");
  if (own.includes("test")) tags.push("test");
  return tags;
}

/** The circumstances of all that runs in a file. */
export function tagsOfFile(file: string): Tag[] {
  return [...(SCRIPT.test(file) ? ["script" as const] : []), ...(TEST.test(file) ? ["test" as const] : [])];
}

/** The coroutine function that a file runs where it is run itself. */
function isMain(code: Codebase, { fn }: GraphNode): boolean {
  if (fn.owner || fn.fn.name === "") return false;
  const main = code.file(fn.home.file)?.told(mainOf) ?? "";
  return main !== "" && new RegExp(`\\b(?:run|run_until_complete)\\(\\s*${fn.fn.name}\\(`).test(main);
}

/** A module's text from where it is run itself. */
function mainOf(text: string): string {
  const guard = text.includes("__main__") ? text.search(/^if __name__ == ["']__main__["']\s*:/m) : -1;
  return guard < 0 ? "" : text.slice(guard);
}

/** Runs before the first request is served, or after the last. */
function isStartup({ fn }: GraphNode): boolean {
  const { name, decorators, generator } = fn.fn;
  if (generator && /(?:^|_)lifespan(?:$|_)/.test(name)) return true;
  return decorators.some((decorator) => isStartupHandler(decorator)) || /^(?:on_)?(?:startup|shutdown)(?:_event)?$/.test(name); // prettier-ignore
}

function isStartupHandler(decorator: Expr): boolean {
  return decorator.k === "call" && decorator.of.k === "attr" && decorator.of.id === "on_event";
}
