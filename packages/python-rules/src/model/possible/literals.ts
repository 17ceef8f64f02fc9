import { CUT } from "../facts/expressions.js";
import type { Expr } from "../facts/types.js";
import type { Machine } from "../graph/machine.js";
import { moduleOf } from "../graph/names.js";
import { boundName } from "../project/source-file.js";
import { literalOf, type Constant } from "./terms.js";

/** Names of types that stand for others are followed this far. */
const MAX_NAMES = 8;

/** The constants that an annotation lists: `Literal["a", "b"] | None`, or a name for that; undefined where it lists none. */
export function literalsOf(type: Expr, file: string, m: Machine, depth = 0): readonly Constant[] | undefined {
  switch (type.k) {
    case "data":
      return type.v === "None" ? [null] : undefined;
    case "op": {
      const [a, b] = type.op === "|" ? [type.a, type.b].map((one) => literalsOf(one, file, m, depth)) : [];
      return a && b && [...a, ...b];
    }
    case "item": {
      const name = type.of.k === "name" || type.of.k === "attr" ? type.of.id : "";
      if (name === "Literal") return constantsOf(type.key);
      const inner = name === "Optional" ? literalsOf(type.key, file, m, depth) : undefined;
      return inner && [...inner, null];
    }
    case "name":
      return namedBy(type.id, file, m, depth + 1);
    default:
      return undefined;
  }
}

function constantsOf(key: Expr): readonly Constant[] | undefined {
  const all = (key.k === "tuple" ? key.items : [key]).map(constantOf);
  return all.some((one) => one === undefined) ? undefined : (all as Constant[]);
}

function constantOf(e: Expr): Constant | undefined {
  if (e.k === "str") return e.v === CUT ? undefined : e.v;
  return e.k === "data" && e.v !== undefined && !e.of ? literalOf(e.v) : undefined;
}

function namedBy(name: string, file: string, m: Machine, depth: number): readonly Constant[] | undefined {
  if (depth > MAX_NAMES) return undefined;
  const [binding, ...others] = m.code.file(file)?.bindings(name) ?? [];
  if (!binding || others.length > 0) return undefined;
  const { step } = binding;
  if (step.k === "set") return step.e && literalsOf(step.e, file, m, depth);
  const one = step.k === "from" ? step.names.find((each) => boundName(each) === name) : undefined;
  const module = one && step.k === "from" ? moduleOf(m, file, step) : undefined;
  const from = module === undefined ? undefined : m.code.modules.fileOf(module);
  return one && from !== undefined ? namedBy(one.name, from, m, depth + 1) : undefined;
}
