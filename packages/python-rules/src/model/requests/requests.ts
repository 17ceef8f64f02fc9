import type { Range } from "@orchestrator-lint/sql-rules/shared";
import type { Machine } from "../graph/machine.js";
import type { GraphNode } from "../graph/node.js";
import type { Codebase } from "../project/codebase.js";
import type { Link } from "../radar/chains.js";
import { qualifiedName } from "../radar/names.js";
import { isAnswered, isClientRule } from "./clients.js";
import { driversOf, mayConnect, waitingForDatabase } from "./drivers.js";
import { farKeysIn, isMadeRight, keyMakers, mayUseKeys } from "./keys.js";
import { coroutineNames, mayLeadTo } from "./callers.js";
import { poolMakers, poolsMadeBy } from "./pools.js";
import { mayServe, startsIn, type Start } from "./starts.js";
import { leadsTo, type Leads } from "./ways.js";

/** Something that requests bring about in another function than the one they begin in. Plain JSON, so that it can be kept. */
export interface FarFinding {
  readonly rule: FarRule;
  /** The endpoint or dependency, `package.module.Class.function`. */
  readonly subject: string;
  /** From the call that leads there to the cause itself. */
  readonly links: readonly Link[];
}

interface Search {
  /** Whether a file may hold what is looked for. */
  readonly may: (m: Machine, file: string) => boolean;
  /** The ways from a start to it. */
  readonly find: (m: Machine, start: Start, leads: Leads) => Link[][];
  /** Of ways with the same key the shortest is reported. */
  readonly keyOf: (links: readonly Link[]) => string;
}

const SEARCHES = {
  // One call is one finding, of the nearest thing it leads to.
  "pool-created-at-startup": {
    may: (m, file) => poolMakers(m, file).length > 0,
    find: poolsMadeBy,
    keyOf: (links) => spot(links[0]),
  },
  // So many endpoints use an engine that each file tells of it once.
  "no-sync-db-driver": {
    may: mayConnect,
    find: driversOf,
    keyOf: (links) => `${links[0]!.place.file} ${spot(links.at(-1))}`,
  },
} satisfies Record<string, Search>;

type Followed = keyof typeof SEARCHES;

/** A rule about what a file brings about in others. */
export type FarRule = Followed | "redis-versioned-key";

const FOLLOWED = Object.keys(SEARCHES) as Followed[];
export const FAR_RULES: readonly FarRule[] = [...FOLLOWED, "redis-versioned-key"];

/** What the requests of a project bring about. */
export class Requests {
  readonly #code: Codebase;
  readonly #machine: Machine;
  #sought: ReadonlyMap<Followed, ReadonlySet<string>> | undefined;
  #callers: ReadonlySet<string> | "all" | undefined;
  #coroutines: ReadonlySet<string> | undefined;
  #makers: ReadonlySet<string> | undefined;
  readonly #found = new Map<string, readonly FarFinding[]>();

  /** @param machine - may have read some of the project already */
  constructor(code: Codebase, machine: Machine) {
    this.#code = code;
    this.#machine = machine;
  }

  /** Findings that begin in a file, in order of their places. */
  findingsIn(file: string): readonly FarFinding[] {
    let found = this.#found.get(file);
    if (!found) {
      const coroutines = () => (this.#coroutines ??= coroutineNames(this.#code));
      this.#found.set(file, (found = this.#find([file], coroutines).get(file) ?? []));
    }
    return found;
  }

  /** Findings of the whole project, by file: faster than asking for one file after the other, behind the Radar's chains. */
  findings(): ReadonlyMap<string, readonly FarFinding[]> {
    const { entries } = this.#machine;
    return this.#find(this.#code.paths, () => namesOf(waitingForDatabase([...entries.values()])));
  }

  /** The files that may hold what each rule looks for; without one, nothing is looked for. */
  #endsOf(): ReadonlyMap<Followed, ReadonlySet<string>> {
    if (!this.#sought) {
      const { paths } = this.#code;
      const ends = FOLLOWED.map((rule) => {
        const { may } = SEARCHES[rule];
        return [rule, new Set(paths.filter((path) => may(this.#machine, path)))] as const;
      });
      this.#sought = new Map(ends.filter(([, files]) => files.size > 0));
    }
    return this.#sought;
  }

  /** Which functions that run in a thread may make a pool; only coroutines use a driver on the event loop. */
  #wanted(ends: ReadonlyMap<Followed, ReadonlySet<string>>): (name: string) => boolean {
    const files = ends.get("pool-created-at-startup");
    if (!files) return () => false;
    this.#callers ??= mayLeadTo(this.#code, [...files].flatMap((file) => poolMakers(this.#machine, file))) ?? "all"; // prettier-ignore
    const callers = this.#callers;
    return (name) => callers === "all" || callers.has(name);
  }

  /**
   * Whether what a rule asks for where Redis is used is done elsewhere in the project: a key gets a version, or the client
   * is a class of the project's own that sets expiries and catches errors.
   *
   * @param range - of what the rule reports, UTF-16 offsets
   */
  isMadeRight(rule: string, file: string, range: Range): boolean {
    if (rule === "redis-versioned-key") return isMadeRight(this.#machine, file, range);
    return isClientRule(rule) && isAnswered(this.#machine, rule, file, range);
  }

  /** @param namesOfCoroutines - that matter, and of what makes them; asked for only where some file serves requests */
  #find(files: readonly string[], namesOfCoroutines: () => ReadonlySet<string>): Map<string, FarFinding[]> {
    const ends = this.#endsOf();
    const running = files.filter((file) => !this.#code.modules.isNeverRun(file));
    const serving = ends.size > 0 ? running.filter((file) => this.#code.file(file)?.told(mayServe)) : [];
    const isWanted = serving.length > 0 ? this.#wanted(ends) : () => false;
    const coroutines = serving.length > 0 ? namesOfCoroutines() : new Set<string>();
    const starts = serving.flatMap((file) => startsIn(this.#machine, file, isWanted, coroutines));
    const nearest = new Map<string, FarFinding>();
    for (const [rule, inFiles] of starts.length > 0 ? ends : []) {
      const leads = leadsTo(starts.map(({ node }) => node), ({ fn }) => inFiles.has(fn.home.file)); // prettier-ignore
      for (const start of starts) {
        for (const links of SEARCHES[rule].find(this.#machine, start, leads)) {
          const key = `${rule} ${SEARCHES[rule].keyOf(links)}`;
          const known = nearest.get(key);
          if (!known || links.length < known.links.length)
            nearest.set(key, { rule, subject: qualifiedName(this.#code, start.node), links });
        }
      }
    }
    const using = running.filter((file) => this.#code.file(file)?.told(mayUseKeys));
    const makers = () => (this.#makers ??= keyMakers(this.#code));
    for (const { user, links } of using.flatMap((file) => farKeysIn(this.#machine, file, makers))) {
      // Each file tells of a key once.
      const key = `key ${links[0].place.file} ${spot(links[1])}`;
      const subject = qualifiedName(this.#code, this.#machine.node(user));
      if (!nearest.has(key)) nearest.set(key, { rule: "redis-versioned-key", subject, links });
    }
    const found = new Map<string, FarFinding[]>();
    for (const one of [...nearest.values()].sort((a, b) => startOf(a) - startOf(b))) {
      const { file } = one.links[0]!.place;
      const known = found.get(file);
      if (known) known.push(one);
      else found.set(file, [one]);
    }
    return found;
  }
}

/** The names of functions, of what they are made in, and of the classes whose objects are called. */
function namesOf(nodes: readonly GraphNode[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { fn } of nodes) {
    found.add(fn.fn.name);
    if (fn.owner) found.add(fn.owner.cls.name);
    for (let { scope } = fn.home; scope.t !== "module"; scope = scope.outer) {
      found.add(scope.t === "frame" ? scope.fn.fn.name : scope.cls.cls.name);
    }
  }
  return found;
}

function spot(link: Link | undefined): string {
  return link ? `${link.place.file}:${link.place.range.join("-")}` : "";
}

function startOf({ links }: FarFinding): number {
  return links[0]!.place.range[0];
}
