import { inside, written } from "../graph/body.js";
import type { Expr, FunctionFacts, Step } from "../facts/types.js";
import { contextIn, evaluate } from "../graph/evaluate.js";
import { invoke } from "../graph/call.js";
import { runFile, selfBound } from "../graph/entries.js";
import type { Machine } from "../graph/machine.js";
import { classAtom } from "../graph/names.js";
import { Site, type Edge, type GraphNode } from "../graph/node.js";
import { awaited, iterated } from "../graph/protocols.js";
import type { Atom, FunctionAtom, Home, Value } from "../graph/values.js";
import { isTest } from "../project/tests.js";

/** Where the work of a request begins: an endpoint, or a dependency where it is asked for. */
export interface Start {
  readonly kind: "endpoint" | "dependency";
  /** The function that is started. */
  readonly node: GraphNode;
  /** The call in the text that starts it; none for an endpoint, which the framework calls. */
  readonly edge?: Edge;
}

type IsWanted = (name: string) => boolean;

const METHODS = /^(?:get|post|put|patch|delete|head|options|route|api_route|websocket)$/;
const ROUTED = /@[\w.]+\.(?:get|post|put|patch|delete|head|options|route|api_route|websocket)\s*\(/;
const ASKED = /\b(?:Depends|Security)\s*\(/;

/** The last name of what is asked for: nothing where an annotation tells it. */
const ASKED_NAME = /\b(?:Depends|Security)\s*\(\s*(?:dependency\s*=\s*)?(?:[A-Za-z_]\w*\.)*([A-Za-z_]\w*)?/g;
/** What gives a function that is not its own. */
const WRAPPER = /^(?:|partial|lambda)$/;

/** Whether what is asked for under a name may matter; an import may give it another name. */
function askedNames(text: string, matters: IsWanted): IsWanted {
  const aliases = new Map([...text.matchAll(/\b(\w+)[ \t]+as[ \t]+(\w+)/g)].map(([, name = "", as = ""]) => [as, name])); // prettier-ignore
  return (name) => WRAPPER.test(name) || matters(name) || matters(aliases.get(name) ?? name);
}

/** Whether a text may start the work of requests, told by its words. */
export function mayServe(text: string): boolean {
  return ASKED.test(text) || ROUTED.test(text);
}

/**
 * The starts of a file: its endpoints, and the dependencies that are asked for in it. Tests have none.
 *
 * @param isWanted - by name, which functions and classes matter that run in a thread: nobody else has read those yet
 * @param coroutines - names of coroutine functions, and of what makes them
 */
export function startsIn(
  m: Machine,
  file: string,
  isWanted: IsWanted,
  coroutines: ReadonlySet<string>,
): Start[] {
  const source = m.code.file(file);
  if (isTest(file) || source?.told(mayServe) !== true) return [];
  runFile(m, file);
  // Those that a function makes are known where they are coroutine functions.
  const endpoints = m.entriesIn(file).filter(({ fn }) => isEndpoint(fn.fn));
  const dependencies: Start[] = [];
  const isAsked = askedNames(source.text, (name) => coroutines.has(name) || isWanted(name));
  for (const [i, statement] of source.statements.entries()) {
    const text = source.textOf(statement);
    const isRouted = ROUTED.test(text) && (statement.kind !== "function" || isWanted(statement.name ?? ""));
    const isAsking = [...text.matchAll(ASKED_NAME)].some(([, name = ""]) => isAsked(name));
    if (!isRouted && !isAsking) continue;
    const { steps } = source.facts(i);
    const home: Home = { file, base: statement.range[0], scope: { t: "module", file } };
    if (isRouted) endpoints.push(...endpointsIn(m, steps, home, isWanted));
    if (isAsking) dependencies.push(...dependenciesIn(m, steps, home, isWanted));
  }
  const nodes = new Map(endpoints.map((node) => [node.base, m.run(node)]));
  m.drain();
  return [...[...nodes.values()].map((node) => ({ kind: "endpoint" as const, node })), ...dependencies];
}

/** Endpoints at the top level and in classes. */
function endpointsIn(m: Machine, steps: readonly Step[], home: Home, isWanted: IsWanted): GraphNode[] {
  const atoms = functionsIn(m, steps, home).filter(({ fn }) => isWanted(fn.name) && isEndpoint(fn));
  return atoms.map((atom) => m.node(selfBound(m, atom)));
}

/** The functions at the top level and in classes of some steps. */
export function functionsIn(m: Machine, steps: readonly Step[], home: Home): FunctionAtom[] {
  return steps.flatMap((step) => {
    if (step.k === "def") return [m.functionAtom(step.fn, home)];
    if (step.k === "if") return functionsIn(m, [...step.a, ...step.b], home);
    if (step.k !== "class") return [];
    const owner = classAtom(m, step, home);
    return step.cls.body.flatMap((one) => (one.k === "def" ? [m.functionAtom(one.fn, home, owner)] : []));
  });
}

/** Whether a decorator hands a function to a router: `@app.get("/path")`. */
export function isEndpoint({ decorators }: FunctionFacts): boolean {
  return decorators.some((one) => {
    if (one.k !== "call" || one.of.k !== "attr" || !METHODS.test(one.of.id)) return false;
    const path = one.args.find(({ name }) => name === undefined || name === "path" || name === "rule")?.e;
    // `@mock.patch("app.db.pool")` replaces something.
    return path?.k === "str" ? path.v === "" || path.v.startsWith("/") : one.of.id !== "patch";
  });
}

/** What `Depends(…)` names anywhere in some steps. */
function dependenciesIn(
  m: Machine,
  steps: readonly (Expr | Step)[],
  home: Home,
  isWanted: IsWanted,
): Start[] {
  const starts: Start[] = [];
  const pending: { node: Expr | Step; locals: readonly ReadonlySet<string>[] }[] = steps.map((node) => ({
    node,
    locals: [],
  }));
  for (let one = pending.pop(); one; one = pending.pop()) {
    const { node, locals } = one;
    if (node.k === "call" && /^(?:Depends|Security)$/.test(written(node.of)?.split(".").at(-1) ?? "")) {
      const [given] = node.args;
      const name = (given && written(given.e)?.split(".", 1)[0]) ?? "";
      // What a function around it binds is another one.
      if (!locals.some((own) => own.has(name))) starts.push(...askedBy(m, node, home, isWanted));
    }
    const inner = node.k === "def" ? [...locals, node.fn.own] : locals;
    const parts = node.k === "def" ? partsOf(node.fn) : inside(node);
    pending.push(...parts.map((part) => ({ node: part, locals: part.k === "def" ? inner : locals })));
    if (node.k === "def" && node.fn.mayHold(ASKED))
      pending.push(...node.fn.body.map((part) => ({ node: part, locals: inner })));
  }
  return starts;
}

function partsOf({ params, decorators, returns }: FunctionFacts): Expr[] {
  const own = params.flatMap(({ e, type }) => [e, type]);
  return [...own, ...decorators, returns].filter((one) => one !== undefined);
}

/** The dependencies that a function's parameters ask for. */
export function providersOf(m: Machine, { fn: { fn, home } }: GraphNode): Start[] {
  const asked = fn.params.flatMap(({ e, type }) => [e, type]).filter((one) => one !== undefined);
  return dependenciesIn(m, asked, { ...home, scope: { t: "module", file: home.file } }, () => true);
}

function askedBy(m: Machine, call: Expr & { k: "call" }, { file, base }: Home, isWanted: IsWanted): Start[] {
  const context = contextIn(m, { file, base, scope: { t: "module", file } });
  const edges: Edge[] = [];
  const site = new Site(file, base + call.start, base + call.stop, edges, false, 0, false);
  for (const atom of evaluate(call, context).atoms) {
    if (atom.t !== "depends" || !atom.of) continue;
    provide(
      m,
      m.values.filter(atom.of, (one) => matters(one, isWanted)),
      site,
    );
  }
  return edges.flatMap((edge) =>
    "blocking" in edge.to ? [] : [{ kind: "dependency" as const, node: edge.to, edge }],
  );
}

function matters(one: Atom, isWanted: IsWanted): boolean {
  if (one.t === "function") return one.fn.async || isWanted(one.fn.name);
  if (one.t === "partial") return one.of.atoms.some((inner) => matters(inner, isWanted));
  return isWanted(one.t === "class" ? one.cls.name : one.t === "object" ? one.cls.cls.name : "");
}

/** Runs what gives a dependency, up to its `yield` and behind it. */
function provide(m: Machine, dependency: Value, site: Site): void {
  for (const atom of invoke(m, dependency, undefined, site).atoms) {
    if (atom.t === "coroutine") awaited(m, m.values.of(atom), site);
    else if (atom.t === "generator") iterated(m, m.values.of(atom), site);
  }
}
