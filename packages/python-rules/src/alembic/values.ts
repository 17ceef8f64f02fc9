import type { Range } from "@orchestrator-lint/sql-rules/shared";
import type { TextPiece } from "../language/strings.js";
import type { PyNode } from "../language/tree.js";
import type { Scope } from "./scope.js";

/** What an expression of a migration is known to be. Ranges are UTF-16, in the file. */
export type Value = AnyValue & {
  /** The full name by which it was imported. */
  via?: string;
};

type AnyValue =
  | { k: "const"; v: string | number | boolean | null; at: Range; pieces?: readonly TextPiece[] }
  | { k: "list"; items: readonly Value[]; at: Range; identity?: object }
  | { k: "dict"; entries: readonly (readonly [Value, Value])[]; at: Range; identity?: object }
  /** Something of another module, by its full name: `sqlalchemy.Column`, `alembic.op.create_table`. */
  | { k: "name"; path: string; at: Range }
  /** What a call of something of another module makes, or of a class that was read. */
  | {
      k: "made";
      path: string;
      args: readonly Value[];
      named: ReadonlyMap<string, Value>;
      at: Range;
      of?: ClassValue;
      identity?: object;
    }
  /** An attribute of something made: `JSON().with_variant`. */
  | { k: "member"; of: Value; name: string; at: Range }
  | FunctionValue
  | ClassValue
  /** An item of a list that is in it only where the database lacks something, or has it. */
  | { k: "perhaps"; of: Value; at: Range }
  /** A table in `op.batch_alter_table`. */
  | { k: "batch"; table: Value; schema: Value | undefined; at: Range }
  /**
   * `inspects`: what the database holds decides. `words`: what is known of a text. `called`: something was called of
   * which nobody knows what it does. `isUnfollowed`: what it does is more than is followed. `isRest`: any number of
   * arguments.
   */
  | {
      k: "unknown";
      at: Range;
      inspects?: true;
      words?: string;
      called?: { name: string; args: readonly Value[] };
      isUnfollowed?: true;
      isRest?: true;
    };

export type Constant = Extract<Value, { k: "const" }>;
export type Unknown = Extract<Value, { k: "unknown" }>;
export type Made = Extract<Value, { k: "made" }>;

/** A function, with the scope that its definition stands in. */
export interface FunctionValue {
  k: "function";
  node: PyNode;
  scope: Scope;
  at: Range;
  /** What a method is called on. */
  self?: Value;
  /** The class whose body it stands in, for `super()`. */
  owner?: ClassValue;
  /** What its parameters are where they are not given: they are evaluated where it is defined. */
  defaults?: ReadonlyMap<string, Value>;
  /** `@contextmanager`: what is below `with` runs where it yields. */
  isContext?: true;
}

export interface ClassValue {
  k: "class";
  node: PyNode;
  scope: Scope;
  at: Range;
  /** Its full name, where it was imported. */
  path?: string;
}

export function unknown(at: Range, inspects = false): Unknown {
  return inspects ? { k: "unknown", at, inspects: true } : { k: "unknown", at };
}

export function constant(v: Constant["v"], at: Range): Constant {
  return { k: "const", v, at };
}

/** A text that is known. */
export function textIn(value: Value | undefined): string | undefined {
  return value?.k === "const" && typeof value.v === "string" ? value.v : undefined;
}

/** True or false where it is known; what is left out, and None, is false. */
export function flag(value: Value | undefined): boolean | undefined {
  if (!value) return false;
  switch (value.k) {
    case "const":
      return Boolean(value.v);
    case "list":
      return value.items.length === 0 ? false : value.items.some(({ k }) => k !== "perhaps") || undefined;
    case "dict":
      return value.entries.length > 0;
    case "function":
    case "class":
    case "batch":
      return true;
    default:
      return undefined;
  }
}

/** Values in a value, itself among them, and whether one of them is something that only the database can tell. */
interface Measure {
  size: number;
  depth: number;
  inspects: boolean;
}

/** A value may be in another many times over: each is measured once. */
const measures = new WeakMap<Value, Measure>();
const MAX_SIZE = 20_000;
const MAX_DEPTH = 100;

function measure(value: Value): Measure {
  let known = measures.get(value);
  if (!known) {
    const all = parts(value).map(measure);
    known = {
      size: all.reduce((sum, one) => sum + one.size, 1),
      depth: all.reduce((deepest, one) => Math.max(deepest, one.depth + 1), 1),
      inspects:
        value.k === "perhaps" ||
        (value.k === "unknown" && value.inspects === true) ||
        all.some((one) => one.inspects),
    };
    measures.set(value, known);
  }
  return known;
}

function parts(value: Value): readonly Value[] {
  if (value.k === "list") return value.items;
  if (value.k === "member" || value.k === "perhaps") return [value.of];
  if (value.k === "dict") return value.entries.flat();
  if (value.k === "function") return [...(value.defaults?.values() ?? [])];
  return value.k === "made" ? [...value.args, ...value.named.values()] : [];
}

/** Whether something that only the database can tell is in a value. */
export function inspects(value: Value): boolean {
  return value.k !== "made" && value.k !== "function" && measure(value).inspects;
}

/** The value, unless so much is in it that nothing could be made of it. */
export function bounded(value: Value): Value {
  const { size, depth, inspects: isAsked } = measure(value);
  return size > MAX_SIZE || depth > MAX_DEPTH ? unknown(value.at, isAsked) : value;
}

/** The same value at another place. */
export function movedTo(at: Range, value: Value): Value {
  const moved = { ...value, at };
  measures.set(moved, measure(value));
  return moved;
}

/** A value with another one for what has an identity, wherever that is in it. */
export function replacedIn(value: Value, identity: object, by: Value): Value {
  if ("identity" in value && value.identity === identity) return movedTo(value.at, by);
  const known = measure(value);
  // Without anything in what is in it.
  if (known.depth < 2) return value;
  const swap = (one: Value) => replacedIn(one, identity, by);
  switch (value.k) {
    case "list": {
      const items = value.items.map(swap);
      return items.every((one, i) => one === value.items[i]) ? value : { ...value, items };
    }
    case "dict": {
      const entries = value.entries.map(([key, one]) => [key, swap(one)] as const);
      return entries.every(([, one], i) => one === value.entries[i]![1]) ? value : { ...value, entries };
    }
    case "made": {
      const args = value.args.map(swap);
      const named = new Map([...value.named].map(([name, one]) => [name, swap(one)]));
      const isSame =
        args.every((one, i) => one === value.args[i]) &&
        [...named].every(([name, one]) => value.named.get(name) === one);
      return isSame ? value : { ...value, args, named };
    }
    case "function": {
      const defaults = new Map([...(value.defaults ?? [])].map(([name, one]) => [name, swap(one)]));
      const isSame = [...defaults].every(([name, one]) => value.defaults?.get(name) === one);
      return isSame ? value : { ...value, defaults };
    }
    default:
      return value;
  }
}

/** Values that were looked at to make this one. */
export function sizeOf(value: Value): number {
  return measure(value).size;
}

/** The last part of a full name. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}
