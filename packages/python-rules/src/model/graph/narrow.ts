import type { Expr } from "../facts/types.js";
import { objectOf } from "./annotations.js";
import { evaluate, pathOf, type Context } from "./evaluate.js";
import { guarded } from "./guards.js";
import type { Machine } from "./machine.js";
import type { Frame } from "./scope.js";
import { isNone } from "./truth.js";
import { isAsync, type Answer, type Atom, type Value } from "./values.js";
import type { Variables } from "./variables.js";

/** Each of them is looked at twice, and so is all inside of it: nothing is told of those that stand deeper. */
const MAX_ALTERNATIVES = 6;

/** What `poll()` gives of a process that has ended. */
const NOT_NONE = "not None";

/** Functions that tell whether they are given something to be awaited, or what gives it. */
const ASKS_FOR_ASYNC: ReadonlySet<string> = new Set([
  "iscoroutinefunction",
  "is_coroutine_function",
  "isawaitable",
  "iscoroutine",
]);

/** Makes the variables of a function that runs what a test tells of them where it holds, or does not. */
export class Narrowing {
  readonly #m: Machine;
  readonly #frame: Frame;
  readonly #vars: Variables;
  /** Where the test stands, for what it evaluates: its calls are counted elsewhere. */
  readonly #aside: () => Context;
  /** How many tests with two ways to hold one stands in. */
  #alternatives = 0;
  /** Whether an object was asked a question that tells whether one of its methods would wait. */
  hasAnswers = false;

  constructor(m: Machine, frame: Frame, vars: Variables, aside: () => Context) {
    this.#m = m;
    this.#frame = frame;
    this.#vars = vars;
    this.#aside = aside;
  }

  /** What a test tells of variables where it holds, or does not. */
  narrow(test: Expr, isTrue: boolean): void {
    if (test.k === "not") {
      this.narrow(test.of, !isTrue);
      return;
    }
    for (const [name, value] of guarded(this.#m, this.#frame, test, isTrue)) this.#vars.guard(name, value);
    const something = test.k === "any" ? undefined : somethingIn(test, isTrue);
    if (test.k === "any") this.#both(test, isTrue);
    else if (something) this.#present(something);
    else if (test.k === "call") this.#asked(test, isTrue);
  }

  /** What a test around this point says that an object answers to a question: `done` of `future`. */
  answer(of: Expr, question: string): Answer | undefined {
    const path = pathOf(of);
    const [atom] = path === "" ? [] : (this.#vars.get(`${path}.${question}()`)?.atoms ?? []);
    if (atom?.t !== "data" || atom.text === undefined) return undefined;
    return atom.text === NOT_NONE ? NOT_NONE : atom.text === "True";
  }

  /** Where `a and b` holds, or `a or b` does not, both tell; else the one or, behind the other, the second. */
  #both({ op, items: [a, b] }: Expr & { k: "any" }, isTrue: boolean): void {
    if ((op === "and") === isTrue) {
      this.narrow(a, isTrue);
      this.narrow(b, isTrue);
      return;
    }
    if (this.#alternatives >= MAX_ALTERNATIVES) return;
    this.#alternatives++;
    const { puts } = this.#vars;
    const [first] = this.#vars.apart(() => { this.narrow(a, isTrue); }); // prettier-ignore
    const [second] = this.#vars.apart(() => {
      this.narrow(a, !isTrue);
      this.narrow(b, isTrue);
    });
    if (puts !== this.#vars.puts) this.#vars.join([first, second]);
    this.#alternatives--;
  }

  /** Something is not `None`. */
  #present(something: Expr): void {
    if (something.k === "call") this.#answered(something, NOT_NONE);
    const path = something.k === "name" || this.#vars.hasPaths ? pathOf(something) : "";
    const known = path === "" ? undefined : this.#vars.get(path);
    const rest = known && this.#m.values.filter(known, (atom) => !isNone(atom));
    if (rest && rest !== known && rest.atoms.length > 0) this.#vars.put(path, rest);
  }

  /** A function or method has said something of what it was called with. */
  #asked(test: Expr & { k: "call" }, isTrue: boolean): void {
    const { of, args } = test;
    const [first, second] = args;
    if (of.k === "attr" && of.id === "startswith") {
      this.#begins(of.of, first?.e, isTrue);
      return;
    }
    if (!first) {
      this.#answered(test, isTrue ? "True" : "False");
      return;
    }
    const callee = of.k === "name" || of.k === "attr" ? of.id : "";
    if (callee !== "isinstance" && !ASKS_FOR_ASYNC.has(callee)) return;
    const path = pathOf(of) === "" ? "" : pathOf(first.e);
    const known = path === "" ? undefined : evaluate(first.e, this.#aside());
    if (!known) return;
    if (callee !== "isinstance") this.#vars.put(path, this.#awaitable(known, isTrue));
    else if (isTrue && second) this.#ofType(path, known, second.e);
  }

  /** What a text begins with is known where that was asked for. */
  #begins(of: Expr, part: Expr | undefined, isTrue: boolean): void {
    const path = pathOf(of);
    if (!isTrue || path === "" || part?.k !== "str" || part.v === "") return;
    const value = evaluate(of, this.#aside());
    const isPlain = ({ t, constant, begin }: Atom & { constant?: unknown; begin?: unknown }) => t === "unknown" || t === "text" || (t === "data" && constant === undefined && begin === undefined); // prettier-ignore
    if (value.atoms.every(isPlain)) this.#vars.put(path, this.#m.values.beginning(part.v, false));
  }

  /** An object was asked whether one of its methods would wait. */
  #answered({ of, args }: Expr & { k: "call" }, answer: string): void {
    const question = of.k === "attr" && args.length === 0 && this.#m.table.questions.has(of.id) ? pathOf(of) : ""; // prettier-ignore
    if (question === "") return;
    this.hasAnswers = true;
    this.#vars.put(`${question}()`, this.#m.values.literal(answer));
  }

  /** Those alternatives that are awaited, or not; what is not known may be either. */
  #awaitable(known: Value, isTrue: boolean): Value {
    return this.#m.values.filter(known, (atom) => isAsync(atom) === isTrue || atom.t === "unknown");
  }

  /** A variable is of one of some types. */
  #ofType(path: string, known: Value, type: Expr): void {
    const { values } = this.#m;
    const types = type.k === "tuple" ? type.items : [type];
    const told = values.union(...types.map((one) => objectOf(this.#m, evaluate(one, this.#aside()))));
    const isTold = told.atoms.some(({ t }) => t === "object" || t === "made");
    const isBuiltIn = told.atoms.every(({ t }) => t === "data" || t === "dict" || t === "list");
    const matching = values.filter(known, (one) => told.atoms.some((atom) => isOfType(one, atom)));
    // What is not known may be one of them as well.
    if (isBuiltIn && known.atoms.some(({ t }) => t === "unknown"))
      this.#vars.put(path, values.union(matching, told));
    else if (matching.atoms.length > 0) this.#vars.put(path, matching);
    else if (isTold && known.atoms.every(({ t }) => t === "unknown" || t === "data" || t === "object"))
      this.#vars.put(path, told);
  }
}

/** Whether something is known to be of a type. @param type - an object of it */
function isOfType(atom: Atom, type: Atom): boolean {
  if (atom.key === type.key) return true;
  if (type.t === "dict" || type.t === "list") return atom.t === type.t;
  return type.t === "data" && type.text === undefined && atom.t === "text";
}

/** What is not `None` where a test holds, or does not. */
function somethingIn(test: Expr, isTrue: boolean): Expr | undefined {
  if (test.k === "name" || test.k === "attr") return isTrue ? test : undefined;
  if (test.k !== "op" || test.b.k !== "data" || test.b.v !== "None") return undefined;
  return test.op === (isTrue ? "is not" : "is") ? test.a : undefined;
}
