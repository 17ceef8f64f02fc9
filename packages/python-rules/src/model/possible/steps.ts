import type { Expr, Step } from "../facts/types.js";
import { imported } from "../graph/names.js";
import type { FunctionAtom } from "../graph/values.js";
import { boundName } from "../project/source-file.js";
import { boundBy, changesIn, isOnlyRead, touchedBy } from "./mentions.js";
import type { Way } from "./places.js";
import { termOf, type Scene } from "./scene.js";
import { constant, something, type KeysTerm, type Term } from "./terms.js";
import { assume, assumeMatch, isPossible } from "./tests.js";
import { keyIn } from "./texts.js";

/**
 * Goes through a function to a place in it, and takes on what the tests on the way ask for. Of what stands aside only what
 * is certain is taken: branches that their tests decide, and those that leave before the place is reached.
 */
export class Passage {
  readonly #s: Scene;
  readonly #fn: FunctionAtom;
  readonly #way: Way;

  constructor(scene: Scene, fn: FunctionAtom, way: Way) {
    this.#s = scene;
    this.#fn = fn;
    this.#way = way;
  }

  /** @returns whether the place can be reached, as far as that is told */
  take(): boolean {
    return this.#way.length === 0 || this.#block(this.#fn.fn.body, 0);
  }

  /** @param depth - which part of the way one of the steps is */
  #block(steps: readonly Step[], depth: number): boolean {
    const next = this.#way[depth];
    for (const step of steps) {
      if (step === next) return this.#into(step, depth + 1);
      if (!this.#past(step)) return false;
    }
    return true;
  }

  #into(step: Step, depth: number): boolean {
    const next = this.#way[depth];
    const isIn = (steps: readonly Step[]) => next !== undefined && steps.includes(next as Step);
    switch (step.k) {
      case "if":
        if (isIn(step.a)) return this.#under(step.test, true) && this.#block(step.a, depth);
        if (isIn(step.b)) return this.#under(step.test, false) && this.#block(step.b, depth);
        break;
      case "while":
        this.#forget(step);
        if (isIn(step.body)) return assume(step.test, true, this.#s) && this.#block(step.body, depth);
        if (isIn(step.b)) return this.#block(step.b, depth);
        break;
      case "for":
        if (isIn(step.body)) {
          const key = keyIn(step.of, this.#s);
          this.#forget(step);
          this.#bindKey(step, key);
          return this.#block(step.body, depth);
        }
        if (isIn(step.b)) {
          this.#forget(step);
          return this.#block(step.b, depth);
        }
        break;
      case "try":
        return this.#intoTry(step, depth, isIn);
      case "match": {
        const at = step.cases.findIndex(isIn);
        if (at >= 0) return this.#intoCase(step, at) && this.#block(step.cases[at]!, depth);
        break;
      }
      default:
    }
    this.#change(step);
    return this.#expression(depth);
  }

  #intoTry(step: Step & { k: "try" }, depth: number, isIn: (steps: readonly Step[]) => boolean): boolean {
    if (isIn(step.body)) return this.#block(step.body, depth);
    this.#forget(step);
    const block = [step.b, step.last, ...step.handlers.map(({ body }) => body)].find(isIn);
    return block ? this.#block(block, depth) : true;
  }

  #intoCase({ of, patterns }: Step & { k: "match" }, at: number): boolean {
    const term = termOf(of, this.#s);
    for (const [i, { values, isAny, isGuarded }] of patterns.slice(0, at + 1).entries()) {
      const isOwn = i === at;
      if (!isOwn && isGuarded) continue;
      if (!isOwn && isAny) return false;
      if (values && !assumeMatch(term, values, isOwn, this.#s)) return false;
    }
    return true;
  }

  /** What has to hold around an expression inside of the one that a step evaluates. */
  #expression(depth: number): boolean {
    for (let i = depth; i < this.#way.length - 1; i++) {
      const node = this.#way[i]!;
      const next = this.#way[i + 1];
      if (node.k === "any" && node.items[1] === next && !this.#under(node.items[0], node.op === "and")) return false; // prettier-ignore
      if (node.k === "if" && !Array.isArray(node.a)) {
        if (node.a === next && !this.#under(node.test, true)) return false;
        if (node.b === next && !this.#under(node.test, false)) return false;
      }
      if (node.k === "comp") this.#forget(node);
    }
    return true;
  }

  #under(test: Expr, holds: boolean): boolean {
    this.#forget(test);
    return assume(test, holds, this.#s);
  }

  /** Names that something may bind are not known behind it. */
  #forget(node: Step | Expr): void {
    const { vars, assumptions } = this.#s;
    const { attributes, objects, waits } = touchedBy(node);
    if (waits) assumptions.forgetAllAttributes();
    for (const name of attributes) assumptions.forgetAttribute(name);
    for (const name of objects) {
      const of = vars.get(name);
      if (of?.t === "something") assumptions.forgetAttributes(of);
    }
    this.#change(node);
    for (const name of boundBy(node)) vars.set(name, something());
  }

  /** Of keys of dictionaries that something may change it is not known behind it whether they are there. */
  #change(node: Step | Expr): void {
    const { vars } = this.#s;
    for (const { name, key } of changesIn(node)) {
      const known = vars.get(name);
      if (known?.t === "keys") vars.set(name, withKey({ ...known, isOpen: true }, key, undefined));
    }
  }

  /** In a loop over a dictionary, what is known of its keys. */
  #bindKey({ to, of }: Step & { k: "for" }, key: Term | undefined): void {
    const isPair = of.k === "call" && of.of.k === "attr" && of.of.id === "items" && to.k === "tuple";
    const name = isPair ? to.items[0] : to;
    if (key && name?.k === "name" && !this.#fn.fn.isRebound(name.id)) this.#s.vars.set(name.id, key);
  }

  /**
   * What the function gives, where that is plain: of tests on the way there each is decided by what is known.
   *
   * @returns undefined where it is not known whether it gives this or something else
   */
  result(): Term | undefined {
    return this.#resultOf(this.#fn.fn.body);
  }

  #resultOf(steps: readonly Step[]): Term | undefined {
    for (const step of steps) {
      if (step.k === "return") return step.e ? termOf(step.e, this.#s) : constant(null);
      if (step.k === "if" && mayLeave(step)) {
        const yes = isPossible(step.test, true, this.#s);
        if (yes && isPossible(step.test, false, this.#s)) return undefined;
        const side = yes ? step.a : step.b;
        if (side.some(mayLeave)) return this.#resultOf(side);
        if (!this.#through(side)) return undefined;
      } else if (mayLeave(step) || !this.#past(step)) return undefined;
    }
    return undefined;
  }

  /** Goes past a step. @returns whether what follows it can be reached */
  #past(step: Step): boolean {
    switch (step.k) {
      case "set":
        this.#set(step);
        return true;
      case "if":
        return this.#pastIf(step);
      case "from":
        for (const one of step.names) {
          const name = boundName(one);
          this.#s.vars.set(name, { t: "something", value: imported(this.#s.m, this.#s.file, step, name) });
        }
        return true;
      default:
        this.#forget(step);
        return true;
    }
  }

  #set(step: Step & { k: "set" }): void {
    const { to, e } = step;
    const [only] = to;
    const isPlain = e && to.length === 1 && only?.k === "name" && !this.#fn.fn.isRebound(only.id);
    const term = isPlain ? termOf(e, this.#s) : undefined;
    const changed = this.#changedBy(step);
    this.#forget(step);
    if (changed) this.#s.vars.set(changed.name, changed.keys);
    if (!term || only?.k !== "name") return;
    if (term.t === "keys" && !isOnlyRead(this.#fn.fn, only.id)) return;
    this.#s.vars.set(only.id, term);
  }

  /** What becomes of a dictionary of which a step sets one key, or takes one out, and does nothing else to it. */
  #changedBy(step: Step & { k: "set" }): { name: string; keys: Term } | undefined {
    const { e } = step;
    const [change, ...others] = changesIn(step);
    if (!e || !change || others.length > 0) return undefined;
    const known = this.#s.vars.get(change.name);
    if (known?.t !== "keys") return undefined;
    const inValue = changesIn(e).length;
    // In the middle of another expression it may be left out.
    const isWhole = change.isOut ? e.k === "call" && e.of.k === "attr" && inValue === 1 && changesIn(e.of).length === 0 && e.args.every((arg) => changesIn(arg.e).length === 0) : inValue === 0; // prettier-ignore
    const value = change.isOut ? undefined : termOf(e, this.#s);
    return isWhole ? { name: change.name, keys: withKey(known, change.key, value) } : undefined;
  }

  #pastIf(step: Step & { k: "if" }): boolean {
    const { test, a, b } = step;
    this.#forget(test);
    const [yes, no] = [isPossible(test, true, this.#s), isPossible(test, false, this.#s)];
    if (!yes || !no) return this.#through(yes ? a : b);
    const [isOutA, isOutB] = [leaves(a), leaves(b)];
    if (isOutA && !isOutB) return assume(test, false, this.#s) && this.#through(b);
    if (isOutB && !isOutA) return assume(test, true, this.#s) && this.#through(a);
    for (const one of [...a, ...b]) this.#forget(one);
    return true;
  }

  /** Runs all of some steps. */
  #through(steps: readonly Step[]): boolean {
    for (const step of steps) {
      if (isOut(step) || !this.#past(step)) return false;
    }
    return true;
  }
}

/** A dictionary with one key set, or without it. */
function withKey(of: KeysTerm, key: string, value: Term | undefined): KeysTerm {
  const keys = new Map(of.keys);
  if (value) keys.set(key, value);
  else keys.delete(key);
  return { ...of, keys };
}

const isOut = ({ k }: Step): boolean => k === "return" || k === "raise" || k === "leave";

/** Whether a step may end the function or the loop that it is in; of those that do more than one thing that is not asked. */
function mayLeave(step: Step): boolean {
  if (step.k === "if") return step.a.some(mayLeave) || step.b.some(mayLeave);
  return isOut(step) || /^(?:for|while|with|try|match)$/.test(step.k);
}

/** Whether what follows some steps is never reached through them. */
function leaves(steps: readonly Step[]): boolean {
  return steps.some((step) => isOut(step) || (step.k === "if" && leaves(step.a) && leaves(step.b)));
}
