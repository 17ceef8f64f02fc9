import { externalName, written, type Call } from "../graph/body.js";
import type { Arg } from "../facts/types.js";
import { contextIn, evaluate } from "../graph/evaluate.js";
import type { Machine } from "../graph/machine.js";
import { isSink, type GraphNode } from "../graph/node.js";
import type { Link } from "../radar/chains.js";
import { certainOf } from "./certain.js";
import { definitionsOf, type Placed } from "./definitions.js";
import { providersOf, type Start } from "./starts.js";
import { leadsTo, reachedFrom, whenever } from "./ways.js";

/** What connects to a database and waits for it in the calling thread, by full name. */
const DRIVERS =
  /^(?:(?:psycopg2|psycopg|psycopg\.Connection|pymysql|MySQLdb|mysql\.connector|pymssql|pyodbc|sqlite3)\.connect|psycopg2\.pool\.(?:Simple|Threaded)ConnectionPool|psycopg_pool\.ConnectionPool|(?:sqlalchemy|sqlmodel|sqlalchemy\.engine)\.create_engine)$/;
/** What makes sessions of an engine that it is given. */
const SESSIONS = /^(?:sqlalchemy\.orm\.(?:sessionmaker|scoped_session|Session)|sqlmodel\.Session)$/;
const WORDS =
  /\bcreate_engine\b|\b(?:psycopg2?|psycopg_pool|pymysql|MySQLdb|pymssql|pyodbc|sqlite3|mysql\.connector)\b/;
/** In memory nothing is waited for; and an asynchronous driver is wrapped by whoever names one. */
const OTHER_URL =
  /^(?::memory:|sqlite(?:\+pysqlite)?:\/\/(?:\/:memory:)?)$|\+(?:asyncpg|aiosqlite|aiomysql|asyncmy|psycopg_async)\b/;
/** Files that are no part of an API. */
const OTHER_FILE = /^(?:import|from) (?:pytest|unittest|locust|flask)\b|\bTestClient\(/m;
const isOtherFile = (text: string) => OTHER_FILE.test(text);

/** Whether a file may connect through such a driver, told by its words. */
export function mayConnect({ code }: Machine, file: string): boolean {
  return WORDS.test(code.text(file));
}

/** The ways from a coroutine function that answers requests to a connection or engine made with such a driver elsewhere. */
export function driversOf(m: Machine, start: Start): Link[][] {
  const { node } = start;
  const { file } = node.fn.home;
  if (!node.fn.fn.async || m.code.file(file)?.told(isOtherFile) !== false) return [];
  if (!waitsForDatabase(node)) return [];
  const providers = start.kind === "endpoint" ? providersOf(m, node) : [];
  return [start, ...providers]
    .flatMap((from) => waysFrom(m, from))
    .filter((links) => links.at(-1)!.place.file !== file);
}

function waysFrom(m: Machine, start: Start): Link[][] {
  const isEndpoint = start.kind === "endpoint";
  const reached = reachedFrom(start, undefined, whenever);
  return reached.flatMap(({ node, way }) =>
    usedIn(m, node, isEndpoint && way.length === 0).map(({ use, made }) => [
      ...(way.length > 0 ? way : [use]),
      made,
    ]),
  );
}

/** A call in a function, and the call of a driver that made what it uses. */
interface Use {
  readonly use: Link;
  readonly made: Link;
}

const uses = new WeakMap<GraphNode, readonly Use[]>();

/** What a function connects with whenever it runs: of several ways to connect it is not known which is taken. */
function usedIn(m: Machine, node: GraphNode, isHandler: boolean): readonly Use[] {
  let found = uses.get(node);
  if (!found) {
    const { fn, home } = node.fn;
    const { file, base } = home;
    found = certainOf(fn, isHandler).calls.flatMap((call): Use[] => {
      const made = new Tracer(m).driver({ file, base, fn, e: call });
      const range = [base + call.start, base + call.stop] as const;
      return made ? [{ use: { place: { file, range }, name: written(call.of) ?? "…" }, made }] : [];
    });
    uses.set(node, found);
  }
  return found;
}

/** More functions are not looked through. */
const MAX_VISITED = 500;

/** Whether a function, or one that it runs on the loop, calls what waits for a database. */
function waitsForDatabase(start: GraphNode): boolean {
  const seen = new Set([start]);
  for (const node of seen) {
    for (const { to } of node.edges) {
      if (isSink(to)) {
        if (to.blocking.tier === "database") return true;
      } else if (seen.size < MAX_VISITED) seen.add(to);
    }
  }
  return false;
}

/** Those of some functions that call what waits for a database, or run what does on the loop. */
export function waitingForDatabase(nodes: readonly GraphNode[]): GraphNode[] {
  // Most do not, by any way: all of them are told at once.
  const leads = leadsTo(nodes, ({ edges }) => edges.some(({ to }) => isSink(to) && to.blocking.tier === "database")); // prettier-ignore
  return nodes.filter((node) => leads.has(node) && waitsForDatabase(node));
}

/** More variables on the way to what one holds are not followed. */
const MAX_STEPS = 12;

/** Follows variables to the call that made what they hold. */
class Tracer {
  readonly #m: Machine;
  #steps = 0;

  constructor(m: Machine) {
    this.#m = m;
  }

  /** The call of a synchronous driver that an expression connects with. */
  driver(at: Placed): Link | undefined {
    if (++this.#steps > MAX_STEPS) return undefined;
    const { e } = at;
    if (e.k === "call") return this.#called(at, e);
    if (e.k !== "name" && e.k !== "attr") return undefined;
    const made = definitionsOf(this.#m, at.file, e, at.fn).map((one) => this.driver(one));
    return made.includes(undefined) ? undefined : made[0];
  }

  #called(at: Placed, call: Call): Link | undefined {
    const { file, base, fn } = at;
    const { of, args } = call;
    const name = externalName(this.#m, file, fn, of);
    if (name !== undefined && DRIVERS.test(name)) {
      if (this.#isOther(at, args)) return undefined;
      return { place: { file, range: [base + call.start, base + call.stop] }, name: written(of) ?? name };
    }
    if (name !== undefined && SESSIONS.test(name))
      return args.map(({ e }) => this.driver({ ...at, e })).find((one) => one !== undefined);
    // `engine.connect()`, `SessionLocal()`
    return name === undefined ? this.driver({ ...at, e: of.k === "attr" ? of.of : of }) : undefined;
  }

  #isOther({ file, base }: Placed, args: readonly Arg[]): boolean {
    const url = args.find(({ name, star }) => star === undefined && (name === undefined || /^(?:url|database)$/.test(name))); // prettier-ignore
    if (!url) return false;
    const value = evaluate(url.e, contextIn(this.#m, { file, base, scope: { t: "module", file } }));
    return value.atoms.some(
      (atom) =>
        (atom.t === "text" && OTHER_URL.test(atom.text)) ||
        (atom.t === "data" && atom.begin !== undefined && OTHER_URL.test(atom.begin)),
    );
  }
}
