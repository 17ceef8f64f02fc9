import type { BlockingTable } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import type { Expr, FunctionFacts } from "../facts/types.js";
import type { Codebase } from "../project/codebase.js";
import { bindArguments } from "./bind.js";
import type { Ancestor } from "./classes.js";
import type { Filling } from "./fills.js";
import { Flow } from "./flow.js";
import { Edge, isSink, ONCE, Site, type GraphNode, type Place } from "./node.js";
import { isCached } from "./once.js";
import type { Guards } from "./guards.js";
import type { Lookup } from "./lookups.js";
import type { Frame } from "./scope.js";
import { Table } from "./table.js";
import {
  isTelling,
  Values,
  type Args,
  type ClassAtom,
  type FunctionAtom,
  type Home,
  type Value,
} from "./values.js";

/** Functions nest deeper than this only where they recurse; the rest is run later, from the queue. */
const MAX_DEPTH = 48;
/** With more combinations of argument values than this, a function is read once for all others. */
const MAX_CONTEXTS = 32;
/** The same of those that are given functions: a decorator is as often called as it decorates, and what it gives is lost else. */
const MAX_DECORATED = 512;
/** Expressions that are evaluated in all; a hostile tree is cut here, and says so. */
const MAX_STEPS = 30_000_000;

/** Of functions that are done: nobody sets them then. */
const NO_VARS = new Map<string, Value>();

/** Whether a function is given functions of the project. */
function isDecorator(vars: ReadonlyMap<string, Value>): boolean {
  for (const { atoms } of vars.values()) if (atoms[0]?.t === "function" && !atoms[0].self) return true;
  return false;
}

/** What was found out about a class. */
export interface ClassKnowledge {
  ancestors?: readonly Ancestor[];
  methods?: readonly FunctionAtom[];
  isEnumeration?: boolean;
  /** Names in its body. */
  readonly members: Map<string, Value>;
  /** What the annotations of its fields say. */
  readonly fields: Map<string, Value>;
}

/**
 * Reads functions as far as they matter: what each calls with the values it may have, and what it returns. A function
 * is read once for every combination of argument values that differ in something callable.
 */
export class Machine {
  readonly code: Codebase;
  readonly table: Table;
  readonly values = new Values();
  /** Coroutine functions with whatever arguments, and functions that the loop calls by itself: by definition. */
  readonly entries = new Map<string, GraphNode>();
  readonly #entriesIn = new Map<string, GraphNode[]>();
  /** Functions that were looked into because they hand others to the loop, or hold coroutine functions. */
  readonly visited = new Set<GraphNode>();
  /** Every call that was read whose target is known in some context. */
  readonly resolved = new Set<Expr>();
  /** All others that were. */
  readonly unresolved = new Map<Expr, { file: string; base: number }>();
  /** Set where the tree asked for more work than is done. */
  isCut = false;
  /** An attribute that somebody wants to know the object of, and what that was found to be. */
  asked: { readonly attr: Expr; of: Value } | undefined;

  /** A container that somebody wants to know the contents of, while a function is looked at for what it puts there. */
  filling: Filling | undefined;
  /** What is meant where a class only declares a method, by class and method. */
  readonly implementers = new Map<ClassAtom, Map<string, Value>>();
  /** What methods put into containers of their objects, by class and attribute. */
  readonly contents = new Map<string, Value | undefined>();

  /** What the names of modules mean, by file. */
  readonly moduleValues = new Map<string, Map<string, Value>>();
  /** What the top level of modules binds under tests, by file. */
  readonly guards = new Map<string, Guards>();
  /** Texts that modules list, by file and name. */
  readonly lookups = new Map<string, Lookup | undefined>();
  /** What was found out about classes. */
  readonly classes = new Map<ClassAtom, ClassKnowledge>();
  /** What the methods of an object's class set its attributes to. */
  readonly objectValues = new Map<Value, Map<string, Value>>();
  /** The attributes that are being found out. */
  readonly pending = new Set<string>();
  readonly #atoms = new Map<FunctionFacts, Map<string, FunctionAtom>>();
  #functionCount = 0;
  #nodeCount = 0;
  readonly #later: GraphNode[] = [];
  #depth = 0;
  #steps = 0;

  constructor(code: Codebase, table: BlockingTable) {
    this.code = code;
    this.table = new Table(table);
  }

  /** Counts an expression; false where no more are to be evaluated. */
  step(): boolean {
    if (++this.#steps > MAX_STEPS) this.isCut = true;
    return !this.isCut;
  }

  functionAtom(fn: FunctionFacts, home: Home, owner?: ClassAtom): FunctionAtom {
    const { scope, base } = home;
    if (scope.t === "frame") scope.isCaptured = true;
    let atoms = this.#atoms.get(fn);
    if (!atoms) this.#atoms.set(fn, (atoms = new Map<string, FunctionAtom>()));
    const where = `${base}${scope.t === "frame" ? `#${scope.id}` : ""}`;
    const full = owner ? `${where}<${owner.key}` : where;
    let atom = atoms.get(full);
    if (!atom) {
      const def = { base: `${this.values.idOf(fn)}@${where}`, declared: [] };
      // Short, as the keys of all that is made of it begin with it.
      const key = `f${this.#functionCount++}`;
      atom = { t: "function", key, fn, def, home, ...(owner ? { owner } : {}) };
      atoms.set(full, atom);
    }
    return atom;
  }

  bound(atom: FunctionAtom, self: Value): FunctionAtom {
    const bound = (atom.def.bound ??= new Map<Value, FunctionAtom>());
    let found = bound.get(self);
    if (!found) {
      const { fn, def, home, owner, key } = atom;
      const own = owner ? { owner } : {};
      bound.set(self, (found = { t: "function", key: `${key}.${self.id}`, fn, def, home, ...own, self }));
    }
    return found;
  }

  /** The node of a function with some arguments; none where it is called by others that are not known. */
  node(fn: FunctionAtom, args?: Args): GraphNode {
    const asked = (fn.def.asked ??= new Map<string, GraphNode>());
    const own = args ? this.values.argsKey(args) : "?";
    const key = fn.self ? `${fn.self.id}(${own}` : own;
    let node = asked.get(key);
    if (!node) asked.set(key, (node = this.#nodeFor(fn, bindArguments(this, fn, args))));
    return node;
  }

  #nodeFor(fn: FunctionAtom, bound: Map<string, Value>): GraphNode {
    const { home } = fn;
    const { base } = fn.def;
    const nodes = (fn.def.nodes ??= new Map<string, GraphNode>());
    const { length } = fn.fn.params;
    let vars = bound;
    let key = keyOf(vars, length);
    const known = nodes.get(key);
    if (known) return known;
    if (nodes.size >= MAX_CONTEXTS && (nodes.size >= MAX_DECORATED || !isDecorator(bound))) {
      const { self, ...free } = fn;
      const plain = self?.atoms.find(({ t }) => t === "object");
      const own = plain?.t === "object" ? { ...free, self: this.values.object(plain.cls) } : fn; // prettier-ignore
      vars = this.#general(
        bindArguments(this, own, undefined),
        nodes.size < 2 * MAX_CONTEXTS ? bound : NO_VARS,
      );
      // What all callers give alike is no reason to know less of it.
      for (const [name, value] of bound) if (fn.def.given?.get(name) === value && value.atoms.some(isTelling)) vars.set(name, value); // prettier-ignore
      key = keyOf(vars, length);
      const general = nodes.get(key);
      if (general) return general;
    }
    const given = (fn.def.given ??= new Map<string, Value | undefined>());
    if (nodes.size < MAX_CONTEXTS)
      for (const [name, value] of bound)
        given.set(name, nodes.size === 0 || given.get(name) === value ? value : undefined);
    const frame: Frame = {
      t: "frame",
      id: this.#nodeCount++,
      fn,
      outer: home.scope,
      own: fn.fn.own,
      vars,
      isCaptured: false,
    };
    const node: GraphNode = {
      fn,
      base,
      frame,
      edges: [],
      isRunning: false,
      isDone: false,
      returns: this.values.none,
      yields: this.values.none,
      sets: undefined,
    };
    nodes.set(key, node);
    return node;
  }

  /** What is known of a function's variables for many callers: that some of them wrote constants which are told apart no more. */
  #general(vars: Map<string, Value>, bound: ReadonlyMap<string, Value>): Map<string, Value> {
    for (const [name, { atoms }] of bound) {
      const isConstant = atoms.length > 0 && atoms.every((atom) => atom.t === "data" && atom.constant !== undefined); // prettier-ignore
      if (isConstant) vars.set(name, this.values.hidden);
    }
    return vars;
  }

  /** Reads a function's body, unless that was done or is being done. */
  run(node: GraphNode): GraphNode {
    if (node.isDone || node.isRunning) return node;
    if (this.#depth > MAX_DEPTH) {
      this.#later.push(node);
      return node;
    }
    node.isRunning = true;
    this.#depth++;
    const edges: Edge[] = [];
    node.edges = edges;
    new Flow(this, node, edges).run(node.fn.fn.body);
    node.edges = edges.slice();
    this.#depth--;
    node.isRunning = false;
    node.isDone = true;
    // There are hundreds of thousands, and nobody asks for the variables of most of them again.
    if (!node.frame.isCaptured && node.fn.fn.outer.length === 0) node.frame.vars = NO_VARS;
    return node;
  }

  /** What an attribute in a function's own body is asked of, whoever calls the function. */
  receiverOf(fn: FunctionAtom, attr: Expr): Value {
    const asked = { attr, of: this.values.none };
    this.asked = asked;
    new Flow(this, this.node(fn), []).run(fn.fn.body);
    this.asked = undefined;
    return asked.of;
  }

  /** Whether functions are nested so deep that no other one is looked at for its own sake. */
  get isDeep(): boolean {
    return this.#depth > MAX_DEPTH;
  }

  /** What a function puts into a container, whoever calls it. Nothing else of what it does is kept. */
  putBy(fn: FunctionAtom, path: string): Value {
    const before = this.filling;
    const filling: Filling = { fn: fn.fn, path, value: this.values.none };
    this.filling = filling;
    const node = this.node(fn);
    const { none } = this.values;
    const frame = { ...node.frame, vars: new Map(node.frame.vars) };
    this.#depth++;
    new Flow(this, { ...node, frame, returns: none, yields: none, sets: undefined }, []).run(fn.fn.body);
    this.#depth--;
    this.filling = before;
    return filling.value;
  }

  /** Has a function run on the loop, whoever starts it. */
  enter(fn: FunctionAtom): void {
    const node = this.node(fn);
    if (!this.entries.has(node.base)) {
      this.entries.set(node.base, node);
      const { file } = fn.home;
      const known = this.#entriesIn.get(file);
      if (known) known.push(node);
      else this.#entriesIn.set(file, [node]);
    }
    this.later(node);
  }

  /** The entries of a file. */
  entriesIn(file: string): readonly GraphNode[] {
    return this.#entriesIn.get(file) ?? [];
  }

  /** Whether a function was looked at for its own sake, and not with the arguments of some caller. */
  isEntered(node: GraphNode): boolean {
    return this.entries.get(node.base) === node || this.visited.has(node);
  }

  /** Looks into a function for what it makes the loop run. */
  visit(fn: FunctionAtom): void {
    const node = this.node(fn);
    this.visited.add(node);
    this.later(node);
  }

  /** Has a function run when those are done that run now. */
  later(node: GraphNode): void {
    if (!node.isDone && !node.isRunning) this.#later.push(node);
  }

  /** Runs what was put off. */
  drain(): void {
    for (let node = this.#later.pop(); node; node = this.#later.pop()) this.run(node);
  }

  /** A site whose calls are nobody's: what another thread runs, or what only a value is wanted of. */
  aside({ file, range }: Place): Site {
    return new Site(file, range[0], range[1], [], false, 0, false);
  }

  reach(site: Site, { to, via }: Pick<Edge, "to" | "via">): void {
    const isOnce = !isSink(to) && (to.fn.def.isCached ??= isCached(to.fn));
    site.edges.push(new Edge(site, to, via, isOnce ? ONCE : site.doubt));
  }
}

/** What tells the variables that a function starts with from others. @param count - of its parameters */
function keyOf(vars: ReadonlyMap<string, Value>, count: number): string {
  let key = "";
  let i = 0;
  // Behind the parameters, attributes of the object.
  vars.forEach(({ id }, name) => { key += i++ < count ? `${id},` : `${name}=${id},`; }); // prettier-ignore
  return key;
}
