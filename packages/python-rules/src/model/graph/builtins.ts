import { attribute } from "./attributes.js";
import { listOf, tuple } from "./bind.js";
import { invoke } from "./call.js";
import type { Machine } from "./machine.js";
import { external } from "./names.js";
import type { Site } from "./node.js";
import { awaited, isEmpty, iterated, special, NO_NAMES } from "./protocols.js";
import type { Args, Value } from "./values.js";

type Builtin = (m: Machine, args: Args, site: Site) => Value;

/** What Python's own functions do with functions, iterators and objects that they are given. */
export function builtin(m: Machine, name: string, args: Args, site: Site): Value | undefined {
  return BUILTINS.get(name)?.(m, args, site);
}

const first = (m: Machine, { at }: Args): Value => at[0] ?? m.values.unknown;

/** A built-in that stands for a method of its argument. */
const asks =
  (method: string): Builtin =>
  (m, args, site) => {
    special(m, first(m, args), method, args.at.slice(1), site);
    return m.values.data;
  };

/** A built-in that goes through all it is given, and calls its `key` with each. */
const consumes =
  (result: (m: Machine, element: Value) => Value): Builtin =>
  (m, args, site) => {
    const elements = args.at.map((one) => iterated(m, one, site));
    const element = elements.length > 0 ? m.values.union(...elements) : m.values.unknown;
    const key = args.named.get("key");
    if (key) invoke(m, key, { at: [element], named: NO_NAMES, isOpen: false }, site, "callback");
    return result(m, element);
  };

const asList = consumes((m, element) => listOf(m, element));
/** What cannot be added to is empty where it is made of nothing. */
const asTuple: Builtin = (m, args, site) =>
  args.at.length === 0 || args.at.every(isEmpty) ? tuple(m, []) : asList(m, args, site);
const asElement = consumes((_, element) => element);
const asData = consumes((m) => m.values.data);

/** Calls its first argument with elements of the others. */
const maps: Builtin = (m, args, site) => {
  const elements = args.at.slice(1).map((one) => iterated(m, one, site));
  return listOf(
    m,
    invoke(m, first(m, args), { at: elements, named: NO_NAMES, isOpen: false }, site, "callback"),
  );
};

const filters: Builtin = (m, args, site) => {
  const element = iterated(m, args.at[1] ?? m.values.unknown, site);
  invoke(m, first(m, args), { at: [element], named: NO_NAMES, isOpen: false }, site, "callback");
  return listOf(m, element);
};

const partial: Builtin = (m, args) => {
  const [of, ...at] = args.at;
  const rest = { ...args, at };
  return of
    ? m.values.of({ t: "partial", key: `p${of.id}(${m.values.argsKey(rest)})`, of, args: rest })
    : m.values.unknown;
};

const identity: Builtin = (m, args) => first(m, args);

const task: Builtin = (m, args, site) => {
  const of = awaited(m, first(m, args), site);
  return m.values.of({ t: "awaitable", key: `awaitable ${of.id}`, of });
};

const gather: Builtin = (m, args, site) => {
  const of = args.isOpen
    ? listOf(m, m.values.union(...args.at.map((one) => awaited(m, one, site))))
    : tuple(
        m,
        args.at.map((one) => awaited(m, one, site)),
      );
  return m.values.of({ t: "awaitable", key: `awaitable ${of.id}`, of });
};

/** `getattr(object, "name")` with a name that is written out. */
const getattr: Builtin = (m, args, site) => {
  const names = args.at[1] ?? m.values.unknown;
  const found = m.values.map(names, (name) =>
    name.t === "text" ? attribute(m, first(m, args), name.text, site) : m.values.unknown,
  );
  const fallback = args.at[2];
  return fallback && names.atoms.some(({ t }) => t === "text") ? m.values.union(found, fallback) : found;
};

const type: Builtin = (m, args) =>
  m.values.union(
    ...first(m, args).atoms.map((atom) => (atom.t === "object" ? m.values.of(atom.cls) : m.values.unknown)),
  );

const depends: Builtin = (m, args) => {
  const of = args.at[0] ?? args.named.get("dependency");
  return m.values.of({ t: "depends", key: `depends ${of?.id ?? ""}`, of });
};

/** `import_module("written.out")`. */
const importModule: Builtin = (m, args, site) =>
  m.values.map(first(m, args), (name) => {
    if (name.t !== "text" || name.text.startsWith(".")) return m.values.unknown;
    const module = m.code.modules.absolute(site.file, name.text);
    return module === undefined
      ? external(m, name.text)
      : m.values.of({ t: "module", key: `m ${module}`, module });
  });

const chain: Builtin = (m, args, site) => {
  const element = iterated(m, first(m, args), site);
  return asElement(m, { ...args, at: [element, ...args.at.slice(1)] }, site);
};

const dictionary: Builtin = (m, args) => {
  const given = first(m, args).atoms.find(({ t }) => t === "dict");
  if (given) return m.values.of(given);
  const of = args.named.size > 0 ? m.values.union(...args.named.values()) : m.values.unknown;
  return m.values.of({
    t: "dict",
    key: `k${m.values.argsKey({ at: [of], named: args.named, isOpen: false })}`,
    of,
    items: args.named,
  });
};

/** `defaultdict(factory)`: a missing value is made by it. */
const defaultdict: Builtin = (m, args, site) => {
  const of = invoke(m, first(m, args), { at: [], named: NO_NAMES, isOpen: false }, site.aside());
  return m.values.of({ t: "dict", key: `D${of.id}`, of });
};

const runs: Builtin = (m, args, site) =>
  invoke(m, first(m, args), { ...args, at: args.at.slice(1) }, site, "callback");

const reduce: Builtin = (m, args, site) => {
  const element = iterated(m, args.at[1] ?? m.values.unknown, site);
  const start = args.at[2] ?? element;
  return invoke(
    m,
    first(m, args),
    { at: [start, element], named: NO_NAMES, isOpen: false },
    site,
    "callback",
  );
};

const data: Builtin = (m) => m.values.data;

/** All that is followed runs on the loop, which is what is asked for. */
const runningLoop: Builtin = (m) =>
  m.values.of({ t: "made", key: "running loop", type: "asyncio.AbstractEventLoop", isRunning: true });

const BUILTINS: ReadonlyMap<string, Builtin> = new Map(Object.entries<Builtin>({
  list: asList, set: asList, frozenset: asTuple, tuple: asTuple, sorted: asList, reversed: asList, iter: asList,
  enumerate: consumes((m, element) => listOf(m, tuple(m, [m.values.data, element]))),
  zip: (m, args, site) => listOf(m, tuple(m, args.at.map((one) => iterated(m, one, site)))),
  max: asElement, min: asElement, next: asElement, sum: asElement, any: asData, all: asData,
  map: maps, filter: filters, dict: dictionary,
  "itertools.chain": (m, args, site) => listOf(m, m.values.union(...args.at.map((one) => iterated(m, one, site)))),
  "itertools.chain.from_iterable": (m, args, site) => listOf(m, chain(m, args, site)),
  "itertools.islice": (m, args, site) => listOf(m, iterated(m, first(m, args), site)),
  "itertools.starmap": maps, "itertools.filterfalse": filters, "itertools.takewhile": filters, "itertools.dropwhile": filters,
  "functools.reduce": reduce, "functools.partial": partial, "functools.partialmethod": partial,
  "functools.lru_cache": (m, args) => (args.at.some(({ atoms }) => atoms.some(({ t }) => t === "function")) ? first(m, args) : m.values.of(m.table.made("functools.lru_cache"))),
  "functools.cache": identity, "functools.cached_property": identity,
  "contextlib.contextmanager": identity, "contextlib.asynccontextmanager": identity,
  "contextlib.closing": identity, "contextlib.nullcontext": identity, "contextlib.aclosing": identity,
  "copy.copy": identity, "copy.deepcopy": identity, "inspect.unwrap": identity, "staticmethod": identity, "classmethod": identity,
  "typing.cast": (m, args) => args.at[1] ?? m.values.unknown,
  str: asks("__str__"), repr: asks("__repr__"), len: asks("__len__"), hash: asks("__hash__"), bool: asks("__bool__"),
  int: asks("__int__"), float: asks("__float__"), bytes: asks("__bytes__"), abs: asks("__abs__"), format: asks("__format__"), round: asks("__round__"),
  "asyncio.get_running_loop": runningLoop, "asyncio.get_event_loop": runningLoop,
  getattr, type, "importlib.import_module": importModule, "collections.defaultdict": defaultdict,
  print: (m, args, site) => { for (const one of args.at) special(m, one, "__str__", [], site); return m.values.data; },
  isinstance: data, issubclass: data, hasattr: data, callable: data, id: data, ord: data, chr: data, range: (m) => listOf(m, m.values.data),
  "asyncio.create_task": task, "asyncio.ensure_future": task, "asyncio.shield": task, "asyncio.wait_for": task, "asyncio.wrap_future": task,
  "asyncio.run": (m, args, site) => awaited(m, first(m, args), site), "anyio.run": data, "asyncio.gather": gather,
  "fastapi.Depends": depends, "fastapi.Security": depends, "fastapi.params.Depends": depends, "fastapi.param_functions.Depends": depends,
  "contextvars.copy_context": (m) => m.values.of(m.table.made("contextvars.copy_context")),
  "atexit.register": identity,
  "timeit.timeit": runs,
  "dependency_injector.providers.Factory": partial, "dependency_injector.providers.Singleton": partial, "dependency_injector.providers.ThreadSafeSingleton": partial,
  "dependency_injector.providers.ContextLocalSingleton": partial, "dependency_injector.providers.Callable": partial, "dependency_injector.providers.Coroutine": partial,
})); // prettier-ignore
