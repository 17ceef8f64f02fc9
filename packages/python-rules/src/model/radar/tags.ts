import type { Codebase } from "../project/codebase.js";
import { isTest } from "../project/tests.js";
import type { GraphNode } from "../graph/node.js";
import type { Expr } from "../facts/types.js";
import type { BlockingPath } from "./paths.js";

/** Circumstances in which a blocked event loop hurts less. */
export type Tag = "conditional" | "script" | "startup" | "test";

export const TAGS: readonly Tag[] = ["conditional", "script", "startup", "test"];

/** Inside of a package, `tools` are what an agent is given to call. */
const SCRIPT =
  /(?:^|\/)(?:scripts?|examples?|samples?|tutorials?|cookbooks?|benchmarks?|demos?|notebooks?|bin|docs?)\/|^tools\//;

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
  return [...(SCRIPT.test(file) ? ["script" as const] : []), ...(isTest(file) ? ["test" as const] : [])];
}

/** The coroutine function that a file runs where it is run itself, or a function that it calls there. */
function isMain(code: Codebase, { fn }: GraphNode): boolean {
  if (fn.owner || fn.fn.name === "") return false;
  const main = code.file(fn.home.file)?.told(mainOf) ?? "";
  return main !== "" && new RegExp(`\\b(?:run|run_until_complete)\\(\\s*${fn.fn.name}\\(`).test(main);
}

/** A module's text from where it is run itself, with the functions that it calls there. */
function mainOf(text: string): string {
  const guard = text.includes("__main__") ? text.search(/^if __name__ == ["']__main__["']\s*:/m) : -1;
  if (guard < 0) return "";
  const main = text.slice(guard);
  const called = Array.from(main.matchAll(/(?<![\w.])([A-Za-z_]\w*)\(/g), ([, name = ""]) => name);
  const bodies = [...new Set(called)]
    .slice(0, 20)
    .map((name) => new RegExp(`^def ${name}\\b[^]*?(?=^[^\\s#)]|(?![^]))`, "m").exec(text)?.[0] ?? "");
  return [main, ...bodies].join("\n");
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
