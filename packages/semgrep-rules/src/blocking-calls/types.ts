/** Families of blocking calls; the rule of each is `async-blocking-<family>`. */
export type Family =
  | "sleep"
  | "http"
  | "subprocess"
  | "file-io"
  | "database"
  | "redis"
  | "cloud-sdk"
  | "model-predict"
  | "cpu-pandas"
  | "input"
  | "future-result"
  | "socket";

/** How much a call hurts. `file` and `stat` are the small ones; `wait` is a sleep, a lock, a keyboard. */
export type Tier = "wait" | "network" | "subprocess" | "database" | "model" | "cpu" | "file" | "stat";

/** What takes a call off the loop: a thread, a process, either, or nothing. */
export type Offload = "thread" | "process" | "thread or process" | "none";

/** An argument with which a call does not block. */
export interface Unless {
  /** Its keyword. */
  argument: string;
  /** Its position among the positional arguments, from 0, where it may be one. */
  position?: number;
  /** Source text of the value, such as `False`; `"..."` is any text. */
  value: string;
}

/** A question to the receiver after which a call does not wait: where it answers so. */
export interface Ready {
  /** Method without arguments, such as `done` or `empty`. */
  method: string;
  answer: boolean | "not None";
}

/** Methods of a type by name, dotted where they hang on an attribute (`chat.completions.create`); or all except some. */
export type Methods = readonly string[] | { readonly except: readonly string[] };

/** Calls that block for one reason, as the data files hold them: names may have `{a,b}` and `*` in them. */
export interface CallGroup {
  /** Functions, and classes whose constructor blocks. */
  functions: readonly string[];
  /** By the name of the receiver's type. */
  methods?: Readonly<Record<string, Methods>>;
  tier: Tier;
  /** A clause without a full stop. */
  why: string;
  /** What to write in asynchronous code. */
  instead: string;
  offload: Offload;
  unless?: readonly Unless[];
  ready?: Ready;
  /** The call does not wait in the line after the one that makes the receiver. */
  fresh?: boolean;
  /** Calls of the receiver behind which it does not wait any more, as they are written: `setblocking(False)`. */
  after?: readonly string[];
}

/** A type of receivers, as the data files hold it. */
export interface TypeEntry {
  names?: readonly string[];
  made?: readonly string[];
  returns?: Readonly<Record<string, string>>;
  attributes?: Readonly<Record<string, string>>;
  /** Arguments with which a call of one of its names makes an object that does not block. */
  unless?: readonly Unless[];
}

/** One data file. */
export interface FamilyFile {
  family: Family;
  level: "error" | "warning";
  calls: readonly CallGroup[];
  types: Readonly<Record<string, TypeEntry>>;
}

/** What a call does to the loop, whatever its receiver. */
export interface Blocking {
  family: Family;
  tier: Tier;
  why: string;
  instead: string;
  offload: Offload;
  unless: readonly Unless[];
  ready?: Ready;
  fresh?: boolean;
  after?: readonly string[];
}

/** A type of receivers. A `with` statement over one gives one of the same type. */
export interface ReceiverType {
  /** Canonical name. */
  name: string;
  /** Qualified names of the class and its subclasses, `name` first: a call of one makes a receiver, an annotation
   * declares one. A segment may be `*`. */
  names: readonly string[];
  /** Qualified functions that return one. */
  made: readonly string[];
  /** Arguments with which a call of one of `names` makes an object that does not block. */
  unless: readonly Unless[];
  /** Methods that return a receiver, with its type; `__call__`, `__getitem__`, `__truediv__` for operators. */
  returns: ReadonlyMap<string, string>;
  /** Attributes that are receivers, with their type; `*` for any other. */
  attributes: ReadonlyMap<string, string>;
  /** Blocking methods by name, dotted where they hang on an attribute; `__call__` where calling the object blocks. */
  methods: ReadonlyMap<string, Blocking>;
  /** Every method blocks except these. */
  anyMethod?: { except: ReadonlySet<string>; blocking: Blocking };
}

/** A call that takes a function off the event loop, or hands it to the loop. */
export interface Offloader {
  /** Qualified function or class, or the method's name where `receiver` is given. */
  callee: string;
  /** Qualified type of the receiver. */
  receiver?: string;
  /** Where the function given runs; a coroutine function runs on the loop whatever it is given to. */
  runs: "thread" | "process" | "loop";
  /** Position of the function among the arguments, from 0. */
  argument: number;
  /** Its name, where it may be given by keyword. */
  keyword?: string;
  /** What the argument is, where it is no function. */
  takes?: "iterator" | "context manager";
  /** The call returns a coroutine function that runs it, and may be a decorator. */
  wraps?: boolean;
}

/** The whole table. Names with a `*` segment stand for every name of as many segments; {@link match} reads them. */
export interface BlockingTable {
  levels: ReadonlyMap<Family, "error" | "warning">;
  /** Blocking functions and constructors by qualified name. */
  functions: ReadonlyMap<string, Blocking>;
  /** By canonical name. */
  types: ReadonlyMap<string, ReceiverType>;
  /** Canonical name of the type that a call of a qualified name makes. */
  makers: ReadonlyMap<string, string>;
  offloaders: readonly Offloader[];
}
