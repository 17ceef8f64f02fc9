import type { Range } from "@orchestrator-lint/sql-rules/shared";
import type { Value } from "./values.js";

/** Of what a module elsewhere holds: it stands nowhere in the module that is read, until something there names it. */
export const NOWHERE: Range = [0, 0];

/** A value of a module elsewhere with the place where it is used. */
export function placed(value: Value, at: Range): Value {
  if (value.at !== NOWHERE) return value;
  switch (value.k) {
    case "list":
      return { ...value, items: value.items.map((item) => placed(item, at)), at };
    case "dict":
      return { ...value, entries: value.entries.map(([key, one]) => [placed(key, at), placed(one, at)]), at };
    case "made": {
      const named = new Map([...value.named].map(([name, one]) => [name, placed(one, at)]));
      return { ...value, args: value.args.map((one) => placed(one, at)), named, at };
    }
    case "member":
    case "perhaps":
      return { ...value, of: placed(value.of, at), at };
    default:
      return { ...value, at };
  }
}
