import { ancestors, inherited } from "../graph/classes.js";
import { written } from "../graph/body.js";
import type { Machine } from "../graph/machine.js";
import { isSink, type Edge, type GraphNode, type Place } from "../graph/node.js";
import { isTest } from "../project/tests.js";
import { shortName } from "../radar/names.js";
import type { Link } from "../radar/chains.js";
import { certainOf } from "./certain.js";
import type { Start } from "./starts.js";

/** A function that the work of a request runs, and the calls that lead there; none for the endpoint itself. */
export interface Reached {
  readonly node: GraphNode;
  readonly way: readonly Link[];
}

/** The functions that lead to what is looked for, those that may hold it among them. */
export type Leads = ReadonlySet<GraphNode>;

/** The functions on the ways from some functions to others. */
export function leadsTo(starts: readonly GraphNode[], isEnd: (node: GraphNode) => boolean): Leads {
  const callers = new Map<GraphNode, GraphNode[]>(starts.map((node) => [node, []]));
  // What is added on the way is visited as well.
  for (const [from] of callers) {
    for (const { to } of from.edges) {
      if (isSink(to)) continue;
      const known = callers.get(to);
      if (known) known.push(from);
      else callers.set(to, [from]);
    }
  }
  const leads = new Set([...callers.keys()].filter(isEnd));
  for (const to of leads) for (const from of callers.get(to)!) leads.add(from);
  return leads;
}

/** More functions behind one start are not followed. */
const MAX_REACHED = 2_000;

/** Whether a call is followed from a function; `isHandler` for the endpoint. */
export type Follows = (from: GraphNode, edge: Edge, isHandler: boolean) => boolean;

/** What a start runs, of the functions that lead somewhere where that is known, the nearest first; each once for every call it begins with. */
export function reachedFrom(
  { kind, node: start, edge: asked }: Start,
  leads: Leads | undefined,
  follows: Follows,
): Reached[] {
  const first: Reached = { node: start, way: asked ? [linkOf(asked.place, start)] : [] };
  const found = [first];
  const seen = new Set<string>();
  for (let i = 0; i < found.length && found.length < MAX_REACHED; i++) {
    const { node, way } = found[i]!;
    for (const edge of node.edges) {
      const { to, place } = edge;
      if (isSink(to) || to === start || leads?.has(to) === false || isTest(to.fn.home.file)) continue;
      const key = `${(way[0]?.place ?? place).range[0]} ${to.base}`;
      if (seen.has(key) || !follows(node, edge, i === 0 && kind === "endpoint")) continue;
      seen.add(key);
      found.push({ node: to, way: [...way, linkOf(place, to)] });
    }
  }
  return found;
}

function linkOf(place: Place, node: GraphNode): Link {
  return { place, name: shortName(node) };
}

/** Decorators that leave alone how often a function runs. */
const PLAIN =
  /^(?:asynccontextmanager|contextmanager|staticmethod|classmethod|property|abstractmethod|override|overload|retry|on_exception|on_predicate|wraps|inject|validate_call|beartype|typechecked)$/;

/** Whether a function runs anew whenever it is called, as far as its decorators and its class tell. */
export function runsAnew(m: Machine, { fn: { fn, owner } }: GraphNode): boolean {
  const isPlain = fn.decorators.every((one) => {
    const name = written(one.k === "call" ? one.of : one);
    return PLAIN.test(name?.split(".").at(-1) ?? "");
  });
  if (!isPlain || fn.outer.length > 0) return false;
  return owner === undefined || !/^__(?:init|post_init)__$/.test(fn.name) || isMadeAnew(m, owner);
}

/** Whether every call of a class makes an object of its own: singletons have a metaclass, a decorator or a `__new__`. */
function isMadeAnew(m: Machine, cls: NonNullable<GraphNode["fn"]["owner"]>): boolean {
  const order = ancestors(m, cls);
  const isPlain = order.every(
    (one) =>
      one.t !== "class" ||
      (one.cls.decorators.every((each) => /dataclass|^define$/.test(written(each.k === "call" ? each.of : each) ?? "")) &&
        one.cls.bases.every(({ name, e }) => name !== "metaclass" || /^(?:abc\.)?ABCMeta$/.test(written(e) ?? ""))), // prettier-ignore
  );
  const maker = inherited(m, order, "__new__");
  return isPlain && !(maker && "value" in maker);
}

/** Follows the calls that a function makes whenever it runs. */
export const whenever: Follows = ({ fn }, { place, doubt }, isHandler) =>
  doubt === 0 && certainOf(fn.fn, isHandler).starts.has(place.range[0] - fn.home.base);

/** The same, of calls of functions that run anew whenever they are called. */
export const always =
  (m: Machine): Follows =>
  (from, edge, isHandler) =>
    whenever(from, edge, isHandler) && !isSink(edge.to) && runsAnew(m, edge.to);
