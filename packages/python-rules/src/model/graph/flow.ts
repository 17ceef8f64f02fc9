import type { Expr, Step } from "../facts/types.js";
import { annotated } from "./annotations.js";
import { listOf } from "./bind.js";
import { onlyMakesCoroutine } from "./coroutines.js";
import { decorated } from "./decorators.js";
import { enterMethods } from "./entries.js";
import { conditionally, evaluate, pathOf, siteAt, spanOf, type Context } from "./evaluate.js";
import { onlyArgument } from "./excuses.js";
import { isAddedTo, keywordOf } from "./keywords.js";
import type { Machine } from "./machine.js";
import { classAtom, imported } from "./names.js";
import { Narrowing } from "./narrow.js";
import { boundName } from "../project/source-file.js";
import { ONCE, type Doubt, type Edge, type GraphNode } from "./node.js";
import { entered, isEmpty, item, iterated, operated, special } from "./protocols.js";
import { missingSide } from "./once.js";
import { doubt, doubtOf, truth } from "./truth.js";
import { NO_CHANGES, Variables, type Changes } from "./variables.js";
import { isTelling, type Answer, type Args, type Atom, type Value } from "./values.js";

/** Runs the body of one function once: assignments in order, branches side by side, loops once. */
export class Flow {
  readonly #m: Machine;
  readonly #node: GraphNode;
  readonly #self: string | undefined;
  readonly #always: Context;
  /** By what is in doubt; made when they are asked for. */
  readonly #conditional: (Context | undefined)[] = [];
  #conditions = 0;
  #doubt: Doubt = 0;
  readonly #vars: Variables;
  readonly #narrowing: Narrowing;

  /** @param edges - where what the body runs is put */
  constructor(m: Machine, node: GraphNode, edges: Edge[]) {
    this.#m = m;
    this.#node = node;
    this.#self = node.fn.fn.params[0]?.name;
    const { frame } = node;
    this.#vars = new Variables(frame.vars, m.values, frame.vars.size > node.fn.fn.params.length);
    this.#narrowing = new Narrowing(m, frame, this.#vars, () => ({ ...this.#context, edges: [] }));
    const { file, base } = node.fn.home;
    this.#always = { m, scope: frame, file, base, edges, isConditional: false, doubt: 0, flow: this };
  }

  get #context(): Context {
    const doubt = this.#doubt;
    if (this.#conditions === 0 && doubt === 0) return this.#always;
    return (this.#conditional[doubt] ??= { ...this.#always, isConditional: true, doubt });
  }

  /** Whether a name is one of the function's parameters. */
  isParameter(name: string): boolean {
    return this.#node.fn.fn.params.some((param) => param.name === name);
  }

  /** What is known of a variable or a chain of attributes at this point. */
  variable(name: string): Value | undefined {
    return this.#vars.get(name);
  }

  /** What the caller gave for one of the keywords that the function takes whatever they are: see {@link keywordOf}. */
  keyword(of: Expr, key: string): { value: Value | undefined } | undefined {
    return of.k === "name" ? keywordOf(this.#node.fn.fn, of.id, this.variable(of.id), key) : undefined;
  }

  /** Whether the body adds to a dictionary that a variable stands for. */
  isAddedTo(name: string): boolean {
    return isAddedTo(this.#node.fn.fn, name);
  }

  /** The same of a chain of attributes or items. */
  known(e: Expr): Value | undefined {
    if (!this.#vars.hasPaths) return undefined;
    const path = pathOf(e);
    return path === "" ? undefined : this.#vars.get(path);
  }

  /** Whether an object was asked a question that tells whether one of its methods would wait. */
  get hasAnswers(): boolean {
    return this.#narrowing.hasAnswers;
  }

  /** What a test around this point says that an object answers to a question: `done` of `future`. */
  answer(of: Expr, question: string): Answer | undefined {
    return this.#narrowing.answer(of, question);
  }

  /** In a constructor, the attributes of what it makes that are `None` so far, because nothing was given for them. */
  leftOut(receiver: Expr): string[] | undefined {
    if (this.#node.fn.fn.name !== "__init__" || receiver.k !== "name" || receiver.id !== this.#self) return undefined; // prettier-ignore
    const paths = this.#vars.hasPaths ? this.#vars.below(receiver.id, this.#m.values.nothing) : [];
    const names = paths
      .map((path) => path.slice(receiver.id.length + 1))
      .filter((name) => /^\w+$/.test(name));
    return names.length > 0 ? names : undefined;
  }

  yields(value: Value): void {
    this.#node.yields = this.#m.values.either(this.#node.yields, value);
  }

  /** Runs steps in order. @returns whether what follows them is not reached */
  run(steps: readonly Step[]): boolean {
    const [doubt, conditions] = [this.#doubt, this.#conditions];
    let isOut = false;
    for (let i = 0; i < steps.length && !isOut; i++) isOut = this.#step(steps[i]!, steps[i - 1]);
    this.#doubt = doubt;
    this.#conditions = conditions;
    return isOut;
  }

  /** @param before - the step before it in its block */
  #step(step: Step, before: Step | undefined): boolean {
    const m = this.#m;
    const c = this.#context;
    switch (step.k) {
      case "do":
        evaluate(step.e, this.#isFresh(step.e, before) ? { ...c, edges: [] } : c);
        return isLast(step.e);
      case "set":
        this.#set(step, c);
        return false;
      case "update": {
        const before = evaluate(step.to, c);
        const name = `__i${{ "+": "add", "-": "sub", "*": "mul", "/": "truediv", "|": "or", "&": "and" }[step.op] ?? ""}__`;
        const value = evaluate(step.e, c);
        const site = siteAt(c, step.at);
        this.assign(
          step.to,
          special(m, before, name, [value], site) ?? operated(m, step.op, before, value, site),
        );
        return false;
      }
      case "return":
        this.#node.returns = m.values.either(
          this.#node.returns,
          step.e ? evaluate(step.e, c) : m.values.data,
        );
        return true;
      case "raise":
        if (step.e) evaluate(step.e, c);
        return true;
      case "leave":
        return true;
      case "if":
        return this.#if(step, c);
      case "for":
        this.#for(step, c);
        return false;
      case "while":
        this.#while(step, c);
        return false;
      case "with": {
        const value = entered(m, evaluate(step.of, c, step.async), siteAt(c, step.at), step.async);
        if (step.to) this.assign(step.to, value);
        return false;
      }
      case "try":
        return this.#try(step);
      case "match":
        this.#match(step, c);
        return false;
      case "def": {
        const atom = m.functionAtom(step.fn, { file: c.file, base: c.base, scope: this.#node.frame });
        this.#vars.put(step.fn.name, decorated(m, atom, { ...c, edges: [] }));
        // Of what a function makes for others to run, this is the one that runs with no more than is known here.
        if (step.fn.async && m.isEntered(this.#node)) m.enter(atom);
        return false;
      }
      case "class": {
        const atom = classAtom(m, step, { file: c.file, base: c.base, scope: this.#node.frame });
        this.#vars.put(step.cls.name, m.values.of(atom));
        if (m.isEntered(this.#node)) enterMethods(m, atom);
        return false;
      }
      case "import":
        this.#vars.put(
          step.as ?? step.module.split(".", 1)[0]!,
          imported(m, c.file, step, step.as ?? step.module.split(".", 1)[0]!),
        );
        return false;
      case "from":
        for (const one of step.names)
          this.#vars.put(boundName(one), imported(m, c.file, step, boundName(one)));
        return false;
    }
  }

  /** Whether a method does not wait for an object that was made in the line before: nobody else has it yet. */
  #isFresh(e: Expr, before: Step | undefined): boolean {
    if (before?.k !== "set" || before.e?.k !== "call" || e.k !== "call" || e.of.k !== "attr") return false;
    const [made] = before.to;
    const { of, id } = e.of;
    if (made?.k !== "name" || of.k !== "name" || made.id !== of.id) return false;
    const isFresh = (atom: Atom) => atom.t === "made" && this.#m.table.method(atom.type, id)?.fresh === true;
    return this.variable(of.id)?.atoms.every(isFresh) === true;
  }

  #for({ to, of, body, b, at, async }: Step & { k: "for" }, c: Context): void {
    const all = evaluate(of, c);
    this.assign(to, iterated(this.#m, all, siteAt(c, at), async));
    if (!isEmpty(all)) this.#loop(() => this.run(body));
    this.#optional(() => this.run(b));
  }

  #while({ test, body, b }: Step & { k: "while" }, c: Context): void {
    evaluate(test, c);
    this.#loop(() => this.#under(test, true, () => this.run(body)));
    this.#optional(() => this.run(b));
  }

  #match({ of, cases }: Step & { k: "match" }, c: Context): void {
    evaluate(of, c);
    const before = c.edges.length;
    for (const steps of cases) this.#optional(() => this.run(steps));
    choose(c.edges, before);
  }

  #set({ to, e, as }: Step & { k: "set" }, c: Context): void {
    const m = this.#m;
    const value = e ? evaluate(e, c) : undefined;
    const type = as ? annotated(as, c) : undefined;
    const isTold = value?.atoms.some(isTelling) === true;
    // An argument that was left out is `None`, whatever else its variable may be.
    const known = isTold || !type || type === m.values.unknown || value === m.values.nothing ? value : type;
    for (const one of to) {
      this.#write(one, c);
      // A function inside of this one may set it to something at any time.
      const isOpen = known === m.values.nothing && one.k === "name" && this.#node.fn.fn.isRebound(one.id);
      this.assign(one, isOpen ? m.values.data : (known ?? m.values.unknown));
    }
  }

  /** Setting an item or a property runs a function. */
  #write(to: Expr, c: Context): void {
    if (to.k === "item")
      special(
        this.#m,
        evaluate(to.of, c),
        "__setitem__",
        [evaluate(to.key, c), this.#m.values.unknown],
        siteAt(c, spanOf(to)),
      );
  }

  /** Binds a target: names, attributes, and what is inside of tuples. */
  assign(to: Expr, value: Value): void {
    const m = this.#m;
    switch (to.k) {
      case "name":
        this.#vars.put(to.id, value);
        break;
      case "attr":
      case "item": {
        const path = pathOf(to);
        if (path !== "") this.#vars.put(path, value);
        if (to.k === "item" && m.filling) this.#fill(to.of, value);
        if (to.k === "attr" && to.of.k === "name" && to.of.id === this.#self) {
          const sets = (this.#node.sets ??= new Map<string, Value>());
          sets.set(to.id, m.values.union(sets.get(to.id) ?? m.values.none, value));
        }
        break;
      }
      case "tuple":
      case "list":
        this.#unpack(to.items, value);
        break;
      default:
    }
  }

  #unpack(items: readonly Expr[], value: Value): void {
    for (const [i, one] of items.entries()) {
      const isStar = one.k === "star";
      const part = itemAt(this.#m, value, isStar ? undefined : i);
      this.assign(isStar ? one.of : one, isStar ? listOf(this.#m, part) : part);
    }
  }

  /** What a call makes of the object it is a method of: a list that is appended to holds what is appended. */
  mutated(call: Expr & { k: "call" }, { at }: Args): void {
    const { of } = call;
    if (of.k !== "attr") return;
    const settlers = this.#m.table.settlers.get(of.id);
    if (settlers) this.#settle(of.of, settlers, onlyArgument(call));
    if (!ADDS.has(of.id)) return;
    if (this.#m.filling && at.length > 0) this.#fill(of.of, at.at(-1)!);
    if (of.id === "setdefault") return;
    const path = pathOf(of.of);
    const known = path === "" ? undefined : this.variable(path);
    const value = at.at(-1);
    const list = known?.atoms.find((atom): atom is Atom & { t: "list" } => atom.t === "list");
    if (!list || !value) return;
    this.#become(path, listOf(this.#m, this.#m.values.union(list.of, value)));
  }

  /** Something is put into the container that somebody wants to know the contents of. */
  #fill(container: Expr, value: Value): void {
    const { values, filling } = this.#m;
    const isIt = filling?.fn === this.#node.fn.fn && pathOf(container) === filling.path;
    if (isIt) filling.value = values.either(filling.value, value);
  }

  /** An object that was told not to block is one that the table knows nothing of. */
  #settle(
    of: Expr,
    settlers: readonly { type: string; argument: string }[],
    argument: string | undefined,
  ): void {
    const path = pathOf(of);
    const types = settlers.filter((one) => one.argument === argument).map(({ type }) => type);
    if (path === "" || types.length === 0) return;
    const { values, table } = this.#m;
    const known = evaluate(of, { ...this.#context, edges: [] });
    const told = values.map(known, (atom) =>
      values.of(atom.t === "made" && types.includes(atom.type) ? table.thing(`${atom.type}()`) : atom),
    );
    if (told !== known) this.#become(path, told);
  }

  /** The same object is something else from here on; what sets an attribute of its own object has set it to that. */
  #become(path: string, value: Value): void {
    this.#vars.put(path, value);
    const own = path.startsWith(`${this.#self ?? ""}.`) ? path.slice((this.#self ?? "").length + 1) : "";
    if (this.#node.sets?.has(own)) this.#node.sets.set(own, value);
  }

  #if(step: Step & { k: "if" }, c: Context): boolean {
    evaluate(step.test, c);
    const known = truth(step.test, c);
    if (known !== undefined) return this.run(known ? step.a : step.b);
    const missing = this.#missingSide(step.test);
    const doubts = [
      missing === true ? ONCE : doubtOf(step.test, true, c),
      missing === false ? ONCE : doubtOf(step.test, false, c),
    ] as const;
    this.#conditions++;
    const { edges } = this.#always;
    const before = edges.length;
    const [a, isOutA] = this.#branch(step.test, true, step.a, doubts[0]);
    const between = edges.length;
    const [b, isOutB] = this.#branch(step.test, false, step.b, doubts[1]);
    choose(edges, before);
    // What returns is a special case of the rest; where both do, the first.
    if (isOutA) for (let i = before; i < between; i++) edges[i]!.isSpecial = true;
    else if (isOutB) for (let i = between; i < edges.length; i++) edges[i]!.isSpecial = true;
    this.#conditions--;
    this.#vars.join(isOutA ? [b] : isOutB ? [a] : [a, b]);
    // Behind a branch that returns, its test is known.
    if (isOutA !== isOutB) {
      this.#narrowing.narrow(step.test, isOutB);
      // What refuses bad input by raising is nothing that the rest depends on.
      if (!raises(isOutA ? step.a : step.b)) this.#conditions++;
      this.#doubt = worse(this.#doubt, doubts[isOutB ? 0 : 1]);
    }
    return isOutA && isOutB;
  }

  /**
   * Which way a test comes out where something is missing that is made once. A coroutine function is most likely the first to
   * make what it makes by itself.
   */
  #missingSide(test: Expr): boolean | undefined {
    const { fn } = this.#node;
    return fn.fn.async ? undefined : missingSide(test, fn);
  }

  /** What a branch makes of the variables, and whether what follows it is not reached. */
  #branch(test: Expr, isTrue: boolean, steps: readonly Step[], inDoubt: Doubt): [Changes, boolean] {
    const before = this.#doubt;
    this.#doubt = worse(before, inDoubt);
    const result = this.#vars.apart(() => this.#under(test, isTrue, () => this.run(steps)));
    this.#doubt = before;
    return result;
  }

  /** Runs something with what a test tells, which is forgotten behind it. */
  #under<Result>(test: Expr, isTrue: boolean, body: () => Result): Result {
    const { puts } = this.#vars;
    this.#narrowing.narrow(test, isTrue);
    const narrowed = puts === this.#vars.puts ? [] : [...this.#vars.since()];
    const result = body();
    for (const [path, { before, after }] of narrowed)
      if (after !== undefined && after !== before && this.#vars.get(path) === after) this.#vars.restore(path, before); // prettier-ignore
    return result;
  }

  /** Evaluates both sides of a conditional expression, each with what its test tells. */
  branches(test: Expr, a: (c: Context) => Value, b: (c: Context) => Value, c: Context): Value[] {
    const before = c.edges.length;
    const values = [a, b].map((side, i) => {
      const inner = doubting(c, doubt(test, i === 0, c));
      const [, value] = this.#vars.apart(() => {
        this.#narrowing.narrow(test, i === 0);
        return side(inner);
      });
      return value;
    });
    choose(c.edges, before);
    return values;
  }

  /** Evaluates what is only looked at where a test holds, or does not: the right side of `and` and `or`. */
  behind<Result>(test: Expr, isTrue: boolean, side: (c: Context) => Result, c: Context): Result {
    const { puts } = this.#vars;
    const before = c.edges.length;
    const inner = doubting(conditionally(c), doubt(test, isTrue, c));
    const [changes, value] = this.#vars.apart(() => this.#under(test, isTrue, () => side(inner)));
    choose(c.edges, before);
    if (puts !== this.#vars.puts) this.#vars.join([NO_CHANGES, changes]);
    return value;
  }

  /** Runs what may be left out. @returns what it changed */
  #optional(body: () => boolean): Changes {
    this.#conditions++;
    const [changes] = this.#vars.apart(body);
    this.#conditions--;
    this.#vars.join([NO_CHANGES, changes]);
    return changes;
  }

  /** Runs what may run again: once more where the first time changed what tests were decided by. */
  #loop(body: () => boolean): void {
    const changes = this.#optional(body);
    const isConstant = ({ atoms: [first] }: Value) => first?.t === "data" && first.constant !== undefined;
    if ([...changes.values()].some(({ before }) => before && isConstant(before))) this.#optional(body);
  }

  #try({ body, handlers, b, last }: Step & { k: "try" }): boolean {
    const { frame } = this.#node;
    const [after, isOut] = this.#vars.apart(() => this.run(body) || this.run(b));
    const ends = isOut ? [] : [after];
    for (const handler of asksForLoop(body) || onlyMakesCoroutine(this.#m, body, frame) ? [] : handlers) {
      const [changes, isOutHere] = this.#vars.apart(() => {
        this.#vars.join([NO_CHANGES, after]);
        this.#conditions++;
        if (handler.name !== undefined) this.#vars.put(handler.name, this.#caught(handler.type));
        const isOutOfIt = this.run(handler.body);
        this.#conditions--;
        return isOutOfIt;
      });
      if (!isOutHere) ends.push(changes);
    }
    this.#vars.join(ends.length > 0 ? ends : [after]);
    return this.run(last) || ends.length === 0;
  }

  #caught(type: Expr | undefined): Value {
    return type && type.k !== "tuple" ? annotated(type, this.#context) : this.#m.values.data;
  }
}

/** Methods that add something to a list, or to a dictionary. */
const ADDS: ReadonlySet<string> = new Set(["append", "add", "appendleft", "insert", "setdefault"]);

/** A test decides whether the calls from one on are made. */
function choose(edges: readonly Edge[], from: number): void {
  for (let i = from; i < edges.length; i++) edges[i]!.isChosen = true;
}

const worse = (a: Doubt, b: Doubt): Doubt => (a > b ? a : b);

function doubting(c: Context, more: Doubt): Context {
  return more > (c.doubt ?? 0) ? { ...c, doubt: more } : c;
}

/** Whether a block ends in an error that it raises, whichever way through it is taken. */
function raises(steps: readonly Step[]): boolean {
  const last = steps.at(-1);
  return last?.k === "raise" || (last?.k === "if" && raises(last.a) && raises(last.b));
}

/** Whether a call never comes back. What stands behind a signal to the own process waits for its end. */
function isLast(e: Expr): boolean {
  if (e.k !== "call" || e.of.k !== "attr" || e.of.of.k !== "name") return false;
  const name = pathOf(e.of);
  const [target] = e.args;
  if (name === "os.kill") return target?.e.k === "call" && pathOf(target.e.of) === "os.getpid";
  return /^(?:sys\.exit|os\.(?:_exit|abort|exec[lv]\w*))$/.test(name);
}

/** Whether a block only asks for the running loop: on the loop that never fails, and its handlers are for threads. */
function asksForLoop([first, second, ...rest]: readonly Step[]): boolean {
  const e = first && "e" in first ? first.e : undefined;
  const asks = e?.k === "call" && /(?:^|\.)get_(?:event|running)_loop$/.test(pathOf(e.of));
  // What is given back then asks for nothing else.
  const isGiven = second?.k === "return" && (!second.e || second.e.k === "data" || second.e.k === "name");
  return asks && rest.length === 0 && (second === undefined || isGiven);
}

/** A part of what is unpacked; any of it without an index. */
function itemAt(m: Machine, value: Value, index: number | undefined): Value {
  if (index !== undefined) {
    const key = m.values.of({ t: "data", key: `d${index}`, text: String(index) });
    if (value.atoms.every(({ t }) => t === "tuple" || t === "list" || t === "data"))
      return item(m, value, key, aside(m));
  }
  return m.values.union(
    ...value.atoms.map((atom) =>
      atom.t === "tuple"
        ? m.values.union(...atom.items)
        : atom.t === "list"
          ? atom.of
          : atom.t === "data"
            ? m.values.data
            : m.values.unknown,
    ),
  );
}

function aside(m: Machine) {
  return m.aside({ file: "", range: [0, 0] });
}

/** What a target binds a name to, of a value that is assigned to it; undefined where it does not bind the name. */
export function destructured(m: Machine, to: Expr, value: Value, name: string): Value | undefined {
  if (to.k === "name") return to.id === name ? value : undefined;
  if (to.k === "star") return destructured(m, to.of, value, name);
  if (to.k !== "tuple" && to.k !== "list") return undefined;
  for (const [i, one] of to.items.entries()) {
    const found = destructured(m, one, itemAt(m, value, one.k === "star" ? undefined : i), name);
    if (found) return found;
  }
  return undefined;
}
