import { bodyOf } from "../graph/body.js";
import type { Expr, FunctionFacts, Step } from "../facts/types.js";
import type { Machine } from "../graph/machine.js";
import { moduleOf, moduleValue } from "../graph/names.js";
import { boundName } from "../project/source-file.js";

/** An expression and where it stands; in no function at the top level. */
export interface Placed {
  readonly file: string;
  readonly base: number;
  readonly fn?: FunctionFacts;
  readonly e: Expr;
}

/** More imports on the way to a definition are not followed. */
const MAX_IMPORTS = 12;

/**
 * The expressions that a name, or a name of a module, stands for at the top level of whichever module binds it.
 *
 * @param fn - the function that the name is used in; none at the top level
 */
export function definitionsOf(m: Machine, file: string, e: Expr, fn?: FunctionFacts): Placed[] {
  if (e.k === "name") {
    if (!fn?.own.has(e.id)) return bound(m, file, e.id, MAX_IMPORTS);
    const local = bodyOf(fn).imports.find((step) => nameIn(step, e.id));
    return local ? imported(m, file, local, e.id, MAX_IMPORTS) : [];
  }
  if (e.k !== "attr" || e.of.k !== "name" || fn?.own.has(e.of.id)) return [];
  const [atom] = moduleValue(m, file, e.of.id)?.atoms ?? [];
  const from = atom?.t === "module" ? m.code.modules.fileOf(atom.module) : undefined;
  return from === undefined ? [] : bound(m, from, e.id, MAX_IMPORTS);
}

function bound(m: Machine, file: string, name: string, left: number): Placed[] {
  const bindings = left > 0 ? (m.code.file(file)?.bindings(name) ?? []) : [];
  return bindings.flatMap(({ step, base }) => {
    if (step.k === "from") return imported(m, file, step, name, left - 1);
    const isWhole = step.k === "set" && step.to.some((to) => to.k === "name" && to.id === name);
    return isWhole && step.e ? [{ file, base, e: step.e }] : [];
  });
}

function imported(m: Machine, file: string, step: Step, name: string, left: number): Placed[] {
  const one = nameIn(step, name);
  const module = one && step.k === "from" ? moduleOf(m, file, step) : undefined;
  const from = module === undefined ? undefined : m.code.modules.fileOf(module);
  return one && from !== undefined && from !== file ? bound(m, from, one.name, left) : [];
}

function nameIn(step: Step, name: string) {
  return step.k === "from" ? step.names.find((one) => boundName(one) === name) : undefined;
}
