import { externalName, written, type Call } from "../graph/body.js";
import type { Machine } from "../graph/machine.js";
import type { FunctionAtom } from "../graph/values.js";
import type { Link } from "../radar/chains.js";
import { certainOf, keeps } from "./certain.js";
import { functionsIn, type Start } from "./starts.js";
import { always, reachedFrom, runsAnew, type Leads } from "./ways.js";

/** What makes a pool of connections, by full name. */
const POOLS =
  /^(?:(?:asyncpg(?:\.pool)?|aiomysql|asyncmy|aiopg)\.create_pool|psycopg_pool\.(?:pool_async\.)?AsyncConnectionPool|sqlalchemy\.ext\.asyncio\.(?:engine\.)?create_async_engine|redis\.asyncio\.(?:connection\.)?ConnectionPool(?:\.from_url)?)$/;

/** The names of a file's functions that make one whenever they run, and do not keep it; of a constructor its class's. */
export function poolMakers(m: Machine, file: string): string[] {
  const source = m.code.file(file);
  if (source?.told(mayMakePool) !== true) return [];
  return source.statements.flatMap((statement, i) => {
    if (statement.name === undefined) return [];
    const home = { file, base: statement.range[0], scope: { t: "module", file } as const };
    const makers = functionsIn(m, source.facts(i).steps, home).filter((atom) => poolsIn(m, atom).length > 0);
    return makers.map(({ fn, owner }) => (owner && /^__\w+__$/.test(fn.name) ? owner.cls.name : fn.name));
  });
}

/** Whether a text may make one, told by its words. */
function mayMakePool(text: string): boolean {
  const [word] = /ConnectionPool|create_pool|create_async_engine/.exec(text) ?? [];
  if (word !== "ConnectionPool") return word !== undefined;
  return /create_pool|create_async_engine|\b(?:psycopg_pool|redis)\b/.test(text);
}

/** The ways from a start to pools that every request makes anew, in functions behind it. */
export function poolsMadeBy(m: Machine, start: Start, leads: Leads): Link[][] {
  if (!leads.has(start.node) || (start.kind === "dependency" && !runsAnew(m, start.node))) return [];
  return reachedFrom(start, leads, always(m)).flatMap(({ node, way }) => {
    // What stands in the endpoint's own words is seen without following calls, and so is a dependency of the same file.
    if (way.length === 0 || (way.length === 1 && start.edge?.place.file === node.fn.home.file)) return [];
    return poolsIn(m, node.fn).map((made) => [...way, made]);
  });
}

/** The pools that a function makes whenever it runs, and does not keep. */
function poolsIn(m: Machine, atom: FunctionAtom): Link[] {
  const { fn, home } = atom;
  if (m.code.file(home.file)?.told(mayMakePool) !== true) return [];
  return certainOf(fn).calls.flatMap((call) => {
    const name = externalName(m, home.file, fn, call.of);
    if (name === undefined || !POOLS.test(name) || isWithoutPool(call) || keeps(atom, call)) return [];
    const range = [home.base + call.start, home.base + call.stop] as const;
    return [{ place: { file: home.file, range }, name: written(call.of) ?? name }];
  });
}

/** SQLAlchemy makes no pool where it is told so. */
function isWithoutPool({ args }: Call): boolean {
  return args.some(
    ({ name, e }) => name === "poolclass" && /(?:^|\.)(?:Null|Static)Pool$/.test(written(e) ?? ""),
  );
}
