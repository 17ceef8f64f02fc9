import type { Blocking, Unless } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import type { Expr } from "../facts/types.js";
import { pathOf } from "./evaluate.js";
import type { Args, Written } from "./values.js";

/** What the table writes for any text. */
const ANY_TEXT = '"..."';

/**
 * Whether a call is written so that it returns at once: with an argument such as `block=False`, or where its object has said
 * that there is nothing to wait for.
 */
export function isExcused({ unless, ready }: Blocking, written: Written | undefined): boolean {
  if (!written) return false;
  if (ready && written.answer?.(ready.method) === ready.answer) return true;
  const positional = written.args.filter(({ name, star }) => name === undefined && star === undefined);
  return unless.some(({ argument, position, value }) => {
    const named = written.args.find(({ name }) => name === argument);
    const e = named?.e ?? (position === undefined ? undefined : positional[position]?.e);
    if (e === undefined) return false;
    return value === ANY_TEXT ? e.k === "str" : textOf(e) === value;
  });
}

function textOf(e: Expr): string | undefined {
  if (e.k === "data") return e.v;
  if (e.k === "attr") return pathOf(e);
  return e.k === "str" ? JSON.stringify(e.v) : undefined;
}

/** Whether an object is made so that its calls return at once: `socket.socket(AF_INET, SOCK_DGRAM)`. */
export function isMadeHarmless(unless: readonly Unless[], { at, named }: Args): boolean {
  return unless.some(({ argument, position, value }) => {
    const [atom, ...others] = (named.get(argument) ?? at[position ?? Infinity])?.atoms ?? [];
    return atom?.t === "name" && others.length === 0 && atom.name === value;
  });
}

/** What is written in the parentheses of a call of one argument. */
export function onlyArgument({ args }: Written): string | undefined {
  const [only, ...others] = args;
  return only?.name === undefined && others.length === 0 ? only && textOf(only.e) : undefined;
}
