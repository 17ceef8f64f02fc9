import type { Expr, FunctionFacts, Param, Step } from "../facts/types.js";
import { inside, type Call } from "../graph/body.js";
import { hasForeignBase, kindOf } from "../graph/classes.js";
import type { Machine } from "../graph/machine.js";
import { isSamePlace, isSink, type Edge, type GraphNode } from "../graph/node.js";
import type { FunctionAtom } from "../graph/values.js";
import type { Codebase } from "../project/codebase.js";
import type { SourceFile } from "../project/source-file.js";
import { doubtOf } from "./chains.js";
import { DOUBTFUL, type BlockingPath } from "./paths.js";

/** Why nothing in the project may run a chain, though each of its calls is certain. */
export type Unlikely =
  /** Nothing names the function it begins in. */
  | { readonly k: "unnamed"; readonly name: string }
  /** All calls of that function give a constant that rules the chain out: `wait=False`. */
  | { readonly k: "given"; readonly name: string; readonly given: string };

/**
 * Of chains that begin in functions of a project, those that nothing in the project runs, as far as its text tells. Others
 * may call the functions all the same, so that such chains are in doubt and no less real.
 */
export function unlikelyOf(m: Machine, paths: readonly BlockingPath[]): Map<BlockingPath, Unlikely> {
  const found = new Map<BlockingPath, Unlikely>();
  const entries = [...new Set(paths.filter(isInQuestion).map(({ entry }) => entry))];
  // The file of a function tells of most of them that they are called, and how.
  const { code } = m;
  const uses = new Map<GraphNode, Uses>();
  for (const node of entries) {
    const { fn } = node;
    if (!isCalledByName(m, fn)) continue;
    const own = new Uses(m, fn);
    own.read(code.file(fn.home.file));
    if (!own.isSettled) uses.set(node, own);
  }
  const names = new Set([...uses.keys()].map(({ fn }) => fn.fn.name));
  const files = names.size > 0 ? filesWith(code, names) : new Map<string, string[]>();
  for (const [node, own] of uses) {
    for (const file of files.get(node.fn.fn.name) ?? [])
      if (!own.isSettled && file !== node.fn.home.file) own.read(code.file(file));
  }
  const decided = new Map([...uses].map(([node, own]) => [node, decidedBy(m, node, own)]));
  for (const path of paths) {
    const { entry } = path;
    if (!isInQuestion(path) || !uses.has(entry)) continue;
    const { name } = entry.fn.fn;
    const by = decided.get(entry);
    if (uses.get(entry)?.isUnnamed === true) found.set(path, { k: "unnamed", name });
    else if (by && !leadsTo(by.node, path)) found.set(path, { k: "given", name, given: by.given });
  }
  return found;
}

/** The files that hold each of some words. */
function filesWith(code: Codebase, words: ReadonlySet<string>): Map<string, string[]> {
  const files = new Map<string, string[]>();
  const any = new RegExp(String.raw`\b(?:${[...words].join("|")})\b`, "g");
  for (const file of code.paths) {
    for (const [word] of code.text(file).matchAll(any)) {
      const list = files.get(word);
      if (!list) files.set(word, [file]);
      else if (list.at(-1) !== file) list.push(file);
    }
  }
  return files;
}

/** What is in doubt anyway is asked for no more, and what files are asked for is no error whoever asks. */
function isInQuestion(path: BlockingPath): boolean {
  const { tier } = path.sink.blocking;
  return tier !== "file" && tier !== "stat" && !doubtOf(path);
}

const PRIVATE = /^_(?!_)/;

/** Whether only its own project is to call a function: by its name, or by that of its module. */
function isHidden({ fn: { name }, home: { file } }: FunctionAtom): boolean {
  return PRIVATE.test(name) || file.split("/").some((part) => PRIVATE.test(part));
}

/** Whether each call of a function holds its name: no decorator, no operator and no class of another distribution knows it. */
function isCalledByName(m: Machine, { fn, owner }: FunctionAtom): boolean {
  const isKnown = fn.decorators.some((one) => one.k !== "name" || !/^(?:static|class)method$/.test(one.id));
  return fn.async && !isKnown && !/^(?:__\w*)?$/.test(fn.name) && !(owner && hasForeignBase(m, owner));
}

const testedParams = new WeakMap<FunctionFacts, ReadonlySet<string>>();

/** The parameters that a function's tests name. */
function testedIn(fn: FunctionFacts): ReadonlySet<string> {
  let tested = testedParams.get(fn);
  if (!tested) {
    const names = new Set<string>();
    eachNode(fn.body, (node) => {
      if ((node.k === "if" || node.k === "while") && "test" in node) namesIn(node.test, names);
      else if (node.k === "any") namesIn(node.items[0], names);
    });
    const params = fn.params.filter(({ name, kind }) => names.has(name) && kind !== 1 && kind !== 2);
    testedParams.set(fn, (tested = new Set(params.map(({ name }) => name))));
  }
  return tested;
}

function namesIn(test: Expr, names: Set<string>): void {
  eachNode([test], (node) => {
    if (node.k === "name") names.add(node.id);
  });
}

/** Goes through steps and expressions and all inside of them, but for annotations: the bodies of functions that hold a word among them. */
function eachNode(of: readonly (Expr | Step)[], tell: (node: Expr | Step) => void, word?: RegExp): void {
  const pending = of.toReversed();
  for (let node = pending.pop(); node; node = pending.pop()) {
    tell(node);
    const fn = node.k === "def" || node.k === "lambda" ? node.fn : undefined;
    if (!fn) pending.push(...inside(node).reverse());
    else pending.push(...fn.decorators, ...fn.params.flatMap(({ e }) => e ?? []));
    if (word && fn?.mayHold(word)) pending.push(...fn.body.toReversed());
  }
}

/** What the files of a project say of a function by its name, as far as they were read. */
class Uses {
  readonly #name: string;
  readonly #word: RegExp;
  /** What it is given, without its object. */
  readonly #params: readonly Param[];
  /** The constants that all calls so far give for parameters; those of others are not listed. */
  readonly #constants = new Map<Param, { constant?: Constant; isWritten?: true }>();
  isUnnamed: boolean;

  constructor(m: Machine, atom: FunctionAtom) {
    const { fn, owner } = atom;
    this.#name = fn.name;
    this.#word = new RegExp(String.raw`\b${fn.name}\b(?<!\bdef\s+${fn.name})`);
    this.#params = fn.params.slice(owner && kindOf(m, atom) !== "static" ? 1 : 0);
    const tested = testedIn(fn);
    for (const param of this.#params) if (tested.has(param.name)) this.#constants.set(param, {});
    this.isUnnamed = isHidden(atom);
  }

  /** Whether nothing can be in doubt any more. */
  get isSettled(): boolean {
    return !this.isUnnamed && this.#constants.size === 0;
  }

  /** The constants that all calls give, where at least one of them wrote it. */
  get constants(): (readonly [name: string, Constant])[] {
    return [...this.#constants].flatMap(([{ name }, { constant, isWritten }]) => (constant && isWritten ? [[name, constant] as const] : [])); // prettier-ignore
  }

  read(source: SourceFile | undefined): void {
    if (!source || !this.#word.test(source.text)) return;
    this.isUnnamed = false;
    if (this.#constants.size === 0) return;
    const called = new Set<Expr>();
    for (const [i, statement] of source.statements.entries()) {
      if (!this.#word.test(source.textOf(statement))) continue;
      eachNode(source.facts(i).steps, (node) => { this.#tell(node, called); }, this.#word); // prettier-ignore
      if (this.#constants.size === 0) return;
    }
  }

  #tell(node: Expr | Step, called: Set<Expr>): void {
    const name = this.#name;
    if (node.k === "call" && nameOf(node.of) === name) {
      called.add(node.of);
      this.#agree(node);
    } else if (isMention(node, name) && !called.has(node as Expr)) this.#constants.clear();
  }

  #agree({ args }: Call): void {
    const params = this.#params;
    const isOpen = args.some(({ star }) => star !== undefined);
    const positional = args.filter(({ name, star }) => name === undefined && star === undefined);
    // Of another function of the name, or with its object before the others.
    if (positional.length > params.length) this.#constants.clear();
    for (const [param, { constant, isWritten }] of this.#constants) {
      const byPlace = param.kind === "key" || isOpen ? undefined : positional[params.indexOf(param)]?.e;
      const written = args.find(({ name }) => name === param.name)?.e ?? byPlace;
      const found = constantOf(written ?? (isOpen ? undefined : param.e));
      if (!found || (constant && (constant.k !== found.k || constant.v !== found.v)))
        this.#constants.delete(param); // prettier-ignore
      else
        this.#constants.set(param, { constant: found, ...(written || isWritten ? { isWritten: true } : {}) });
    }
  }
}

/** Whether a function is handed on by its name here, to be called by somebody else. */
function isMention(node: Expr | Step, name: string): boolean {
  if (node.k === "str") return node.v === name;
  if (node.k === "from") return node.names.some((one) => one.name === name && (one.as ?? name) !== name);
  return nameOf(node) === name;
}

function nameOf(e: Expr | Step): string | undefined {
  return e.k === "name" || e.k === "attr" ? e.id : undefined;
}

/** A function with the constants that all its calls give. */
interface Decided {
  readonly node: GraphNode;
  /** As somebody would write them. */
  readonly given: string;
}

function decidedBy(m: Machine, { fn }: GraphNode, { constants }: Uses): Decided | undefined {
  if (constants.length === 0) return undefined;
  const { values } = m;
  const named = new Map(constants.map(([name, { k, v }]) => [name, k === "str" ? values.text(v) : values.literal(v)])); // prettier-ignore
  const node = m.run(m.node(fn, { at: [], named, isOpen: true }));
  m.drain();
  const given = constants.map(([name, { k, v }]) => `${name}=${k === "str" ? JSON.stringify(v) : v}`);
  return { node, given: given.join(", ") };
}

type Constant = { readonly k: "str"; readonly v: string } | { readonly k: "data"; readonly v: string };

function constantOf(e: Expr | undefined): Constant | undefined {
  if (e?.k === "str") return { k: "str", v: e.v };
  return e?.k === "data" && /^(?:True|False|None)$/.test(e.v ?? "") ? { k: "data", v: e.v! } : undefined;
}

/** More functions than this are not gone through: the chain is taken for possible. */
const MAX_NODES = 20_000;

/** Whether the call that a chain begins with leads to its blocking call in another reading of the same function as well. */
function leadsTo(node: GraphNode, { hops, sink }: BlockingPath): boolean {
  const [first] = hops;
  const end = hops.at(-1)!.place;
  const seen = new Set<GraphNode>();
  const pending: Edge[] = node.edges.filter(({ place }) => isSamePlace(place, first!.place));
  for (let edge = pending.pop(); edge; edge = pending.pop()) {
    const { to, place, doubt, via } = edge;
    if (doubt >= DOUBTFUL || via === "loop") continue;
    if (isSink(to)) {
      if (to.name === sink.name && isSamePlace(place, end)) return true;
    } else if (!seen.has(to)) {
      if (seen.size >= MAX_NODES) return true;
      seen.add(to);
      pending.push(...to.edges);
    }
  }
  return false;
}
