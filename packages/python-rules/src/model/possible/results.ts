import type { Call } from "../graph/body.js";
import type { FunctionAtom } from "../graph/values.js";
import type { Expr } from "../facts/types.js";
import { parametersOf } from "./arguments.js";
import { termOf, type Scene } from "./scene.js";
import { Passage } from "./steps.js";
import type { Term } from "./terms.js";

/** Calls inside of one another are followed this far. */
const MAX_DEPTH = 3;
/** Functions of more statements do more than to put their result together. */
const MAX_STEPS = 12;

/** What a call of a short function gives, where what it is given decides that; undefined where it does not. */
export function resultOf(call: Call, s: Scene): Term | undefined {
  const { m, assumptions, tests, depth = 0 } = s;
  const fn = depth < MAX_DEPTH ? calledBy(call.of, s) : undefined;
  // It costs as much as a test.
  if (!fn || !isShort(fn) || --tests.left < 0) return undefined;
  const { file, base, scope: outer } = fn.home;
  const vars = parametersOf(fn, call, s);
  const { own } = fn.fn;
  const scope = { t: "frame", id: -1, fn, outer, own, vars: new Map(), isCaptured: false } as const;
  const inner: Scene = { m, file, base, scope, vars, assumptions, tests, depth: depth + 1 };
  return new Passage(inner, fn, []).result();
}

/** The function without a class around it that an expression certainly means. */
function calledBy(e: Expr, s: Scene): FunctionAtom | undefined {
  if (e.k !== "name" && e.k !== "attr") return undefined;
  const term = termOf(e, s);
  const [atom, ...others] = (term.t === "something" ? term.value?.atoms : undefined) ?? [];
  return atom?.t === "function" && others.length === 0 && !atom.owner ? atom : undefined;
}

function isShort({ fn }: FunctionAtom): boolean {
  if (fn.async || fn.generator || fn.decorators.length > 0 || fn.outer.length > 0) return false;
  return fn.body.length > 0 && fn.body.length <= MAX_STEPS;
}
