import type { Blocking } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import type { Expr } from "../facts/types.js";
import type { Written } from "./values.js";

/** What the table writes for any text. */
const ANY_TEXT = '"..."';

/** Whether a call is written with an argument that makes it return at once, such as `block=False`. */
export function isExcused({ unless }: Blocking, written: Written | undefined): boolean {
  if (!written || unless.length === 0) return false;
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
  return e.k === "str" ? JSON.stringify(e.v) : undefined;
}
