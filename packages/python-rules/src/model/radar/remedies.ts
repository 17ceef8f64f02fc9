import type { Blocking } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { FunctionBody } from "../facts/functions.js";
import type { Expr, FunctionFacts } from "../facts/types.js";
import { SourceFile } from "../project/source-file.js";

/** A replacement of a range of UTF-16 offsets. */
export interface Edit {
  readonly range: readonly [start: number, end: number];
  readonly text: string;
}

/** What may be written instead of a blocking call, with the imports it needs. */
export interface Remedy {
  readonly kind: "sleep" | "thread" | "httpx";
  readonly edits: readonly Edit[];
}

/** A blocking call that stands in a coroutine function itself. */
export interface DirectCall {
  readonly range: readonly [start: number, end: number];
  /** As a reader knows it: `requests.get`. */
  readonly name: string;
  readonly blocking: Blocking;
}

/** Objects of these may only be used in the thread that made them. */
const BOUND_TO_THREAD = /^(?:sqlite3|_thread|threading)\./;
/** What `requests` takes and `httpx` takes as well, with the same meaning. */
const SAME_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  get: ["params", "headers", "cookies", "timeout"],
  head: ["params", "headers", "cookies", "timeout"],
  options: ["params", "headers", "cookies", "timeout"],
  delete: ["params", "headers", "cookies", "timeout"],
  post: ["params", "headers", "cookies", "timeout", "json", "files"],
  put: ["params", "headers", "cookies", "timeout", "json", "files"],
  patch: ["params", "headers", "cookies", "timeout", "json", "files"],
};

/** What may be written instead of some call; the best comes first. Nothing where `await` may not stand in its place. */
export function remediesOf(text: string, call: DirectCall): Remedy[] {
  const source = new SourceFile(text);
  const found = find(source, call.range);
  if (!found) return [];
  const { e, base, fn } = found;
  const { of } = e;
  if (of.k !== "name" && of.k !== "attr") return [];
  const [start, end] = call.range;
  const callee = text.slice(start, base + of.stop);
  const given = text.slice(text.indexOf("(", base + of.stop) + 1, end - 1).trim();
  const asyncio = imported(source, fn, "asyncio");
  const { offload } = call.blocking;
  const remedies: Remedy[] = [];
  if (call.name === "time.sleep") {
    if (asyncio)
      remedies.push({
        kind: "sleep",
        edits: [...asyncio, awaited(text, call.range, `asyncio.sleep(${given})`)],
      });
    return remedies;
  }
  const http = asHttpx(text, call, e, fn, given);
  const httpx = http && imported(source, fn, "httpx");
  if (http && httpx) remedies.push({ kind: "httpx", edits: [...httpx, http] });
  const isAlone = e.args.length === 1 && e.args[0]?.e.k === "comp";
  if (asyncio && !isAlone && offload.includes("thread") && !BOUND_TO_THREAD.test(call.name)) {
    const list = given === "" ? callee : `${callee}, ${given}`;
    remedies.push({
      kind: "thread",
      edits: [...asyncio, awaited(text, call.range, `asyncio.to_thread(${list})`)],
    });
  }
  return remedies;
}

interface Found {
  e: Expr & { k: "call" };
  base: number;
  /** The coroutine function around it. */
  fn: FunctionFacts;
}

/** A call by its range, where it belongs to a coroutine function itself: to no lambda and no generator in it. */
function find(source: SourceFile, [start, end]: readonly [number, number]): Found | undefined {
  const i = source.statements.findIndex(({ range }) => range[0] <= start && end <= range[1]);
  const statement = source.statements[i];
  if (!statement) return undefined;
  const [base] = statement.range;
  const pending: { value: unknown; fn: FunctionFacts | undefined }[] = [
    { value: source.facts(i).steps, fn: undefined },
  ];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, fn } = next;
    if (typeof value !== "object" || value === null) continue;
    if (value instanceof FunctionBody) {
      pending.push({ value: value.body, fn: value }, { value: [value.params, value.decorators], fn });
      continue;
    }
    const e = value as Expr;
    // What a generator runs, it runs for whoever asks it: an `await` would make it another thing.
    const inner = e.k === "comp" && e.as === "generator" ? undefined : fn;
    if (e.k === "call" && base + e.start === start && base + e.stop === end) {
      return fn?.async ? { e, base, fn } : undefined;
    }
    for (const one of Object.values(value) as unknown[]) pending.push({ value: one, fn: inner });
  }
  return undefined;
}

/** `await` in the place of a call, in brackets where something of its result is asked for. */
function awaited(text: string, [start, end]: readonly [number, number], call: string): Edit {
  const isPart = /^\s*(?:[.([]|\*\*)/.test(text.slice(end, end + 80));
  return { range: [start, end], text: isPart ? `(await ${call})` : `await ${call}` };
}

/** The edits that make a module known by its name; undefined where the name is taken by something else. */
function imported(source: SourceFile, fn: FunctionFacts, module: string): Edit[] | undefined {
  if (fn.own.has(module)) return undefined;
  const bindings = source.bindings(module);
  if (bindings.length > 0) {
    const isModule = bindings.every(
      ({ step }) => step.k === "import" && (step.as === undefined || step.module === module),
    );
    return isModule ? [] : undefined;
  }
  const { statements, text } = source;
  const first = statements.find(
    (one) => !/^(?:from\s+__future__\b|[a-zA-Z]{0,2}["'])/.test(text.slice(...one.range)),
  );
  const at = first ? first.range[0] : text.length;
  return [{ range: [at, at], text: `import ${module}\n${first?.kind === "import" ? "" : "\n"}` }];
}

/** A statement of one line that sends a request, with a client around it. */
function asHttpx(
  text: string,
  { range: [start, end], name }: DirectCall,
  e: Expr & { k: "call" },
  fn: FunctionFacts,
  given: string,
): Edit | undefined {
  const method = /^requests\.(\w+)$/.exec(name)?.[1] ?? "";
  const same = SAME_ARGUMENTS[method];
  const isSame = e.args.every((arg, i) => arg.star === undefined && (arg.name === undefined ? i === 0 : same?.includes(arg.name)) && !(arg.name === "timeout" && arg.e.k === "tuple")); // prettier-ignore
  if (!same || !isSame || fn.own.has("client")) return undefined;
  const from = text.lastIndexOf("\n", start) + 1;
  const newline = text.indexOf("\n", end);
  const to = newline < 0 ? text.length : newline;
  const line = text.slice(from, to);
  const [, indent = "", before = ""] = /^([ \t]*)((?:[\w.]+[ \t]*=[ \t]*|return[ \t]+)?)/.exec(line) ?? [];
  if (from + indent.length + before.length !== start || line.includes(";")) return undefined;
  const rest = text.slice(end, to);
  if (!/^(?:\.\w+(?:\(\))?)*[ \t\r]*(?:#.*)?$/.test(rest)) return undefined;
  const call = `await client.${method}(${given})`;
  const sent = rest.startsWith(".") ? `(${call})` : call;
  return {
    range: [from, to],
    text: `${indent}async with httpx.AsyncClient(follow_redirects=True) as client:\n${indent}    ${before}${sent}${rest}`,
  };
}
