import type { Offloader } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { listOf } from "./bind.js";
import { builtin } from "./builtins.js";
import { invoke } from "./call.js";
import { isExcused, isMadeHarmless } from "./excuses.js";
import type { Machine } from "./machine.js";
import { external } from "./names.js";
import type { Site } from "./node.js";
import { awaited, entered, iterated } from "./protocols.js";
import type { Args, Atom, Value, Written } from "./values.js";

/** Calls a function or class of another distribution. */
export function callExternal(
  m: Machine,
  name: string,
  args: Args,
  site: Site,
  written: Written | undefined,
): Value {
  const offloader = m.table.offloader(name);
  const blocking = m.table.function(name);
  if (blocking && !site.isAwaited && !isExcused(blocking, written))
    m.reach(site, { to: { name, blocking }, via: "call" });
  if (offloader) return handOver(m, offloader, name, args, site);
  const told = builtin(m, name, args, site);
  if (told) return told;
  const isHarmless = isMadeHarmless(m.table.harmless(name), args);
  return m.values.of(isHarmless ? m.table.thing(`${name}()`) : m.table.made(name));
}

/** Calls a method of a receiver of the table. */
export function callMethod(
  m: Machine,
  { type, name }: Pick<Atom & { t: "method" }, "t" | "key" | "type" | "name">,
  args: Args,
  site: Site,
  written: Written | undefined,
): Value {
  const offloader = m.table.offloaderOf(type, name);
  const blocking = m.table.method(type, name);
  if (blocking && !site.isAwaited && !isExcused(blocking, written))
    m.reach(site, { to: { name: `${type}.${name}`, blocking }, via: "call" });
  if (offloader) {
    const given = handOver(m, offloader, `${type}.${name}`, args, site);
    const result = m.table.returned(type, name);
    return result.t === "made" ? m.values.of(result) : given;
  }
  // A loop's own tasks.
  if (type === "asyncio.AbstractEventLoop" && name === "create_task") return builtin(m, "asyncio.create_task", args, site) ?? m.values.unknown; // prettier-ignore
  return m.values.of(m.table.returned(type, name));
}

/** What an offloader does with the function it is given. */
function handOver(m: Machine, offloader: Offloader, name: string, args: Args, site: Site): Value {
  const { argument, keyword, runs, takes, wraps } = offloader;
  const given = (keyword === undefined ? undefined : args.named.get(keyword)) ?? args.at[argument];
  const made = m.table.made(name);
  if (!given) return wraps === true ? external(m, name) : m.values.of(made);
  if (wraps === true) return m.values.of({ t: "offloaded", key: `offloaded ${given.id}`, of: given });
  if (takes !== undefined) {
    const aside = site.aside();
    const of = takes === "iterator" ? listOf(m, iterated(m, given, aside)) : entered(m, given, aside);
    return m.values.of({ t: "awaitable", key: `awaitable ${of.id}`, of });
  }
  const rest: Args = { at: args.at.slice(argument + 1), named: args.named, isOpen: false };
  if (runs === "loop") {
    invoke(m, given, { ...rest, isOpen: true }, site, "loop");
    return m.values.of(made);
  }
  const result = offloaded(m, given, rest, site);
  // A thread is an object of its own, which others wait for.
  return made.t === "made" ? m.values.of(made) : result;
}

/** What a function gives that runs in a thread or a process: nothing of it is on the loop. */
export function offloaded(m: Machine, fn: Value, args: Args | undefined, site: Site): Value {
  const aside = site.aside();
  const result = invoke(m, fn, args, aside);
  const of = m.values.union(...result.atoms.map((atom) => (atom.t === "coroutine" ? awaited(m, m.values.of(atom), aside) : m.values.of(atom)))); // prettier-ignore
  return m.values.of({ t: "awaitable", key: `awaitable ${of.id}`, of });
}
