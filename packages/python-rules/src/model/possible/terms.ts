import type { Param } from "../facts/types.js";
import type { Expr } from "../facts/types.js";
import type { Value } from "../graph/values.js";
import type { Setting } from "./settings.js";

/** What Python's constants are here; numbers are told apart as far as JavaScript does. */
export type Constant = string | number | boolean | null;

/** What is known of an argument or a variable on one way through a project. */
export type Term = ConstantTerm | Something | ItemsTerm | KeysTerm;

export interface ConstantTerm {
  readonly t: "constant";
  readonly v: Constant;
}

/** A value that is not known, and the same wherever it is passed on: what two tests say of it has to fit together. */
export interface Something {
  readonly t: "something";
  /** What a text begins with: one of these. */
  readonly begins?: readonly string[];
  /** Whether it is a text, a number or a truth value, so that it stays as true or false as it is. */
  isPlain?: boolean;
  /** What the graph tells of it. */
  readonly value?: Value;
  /** The constant of a module that it is. */
  readonly setting?: Setting;
}

/** What `*args` takes. */
export interface ItemsTerm {
  readonly t: "items";
  readonly items: readonly Term[];
  /** Whether there may be more. */
  readonly isOpen: boolean;
}

/** A dictionary by its keys, and what `**options` takes. */
export interface KeysTerm {
  readonly t: "keys";
  readonly keys: ReadonlyMap<string, Term>;
  readonly isOpen: boolean;
  /** What is known of each key, where all are made in one way. */
  readonly each?: Term;
}

export const something = (): Something => ({ t: "something" });

export const constant = (v: Constant): ConstantTerm => ({ t: "constant", v });

/** `True` is `1` for Python as well. */
export function isSame(a: Constant, b: Constant): boolean {
  const isNumber = (v: Constant) => typeof v === "number" || typeof v === "boolean";
  return isNumber(a) && isNumber(b) ? Number(a) === Number(b) : a === b;
}

/** The constant that a literal is, other than a text; undefined for any other. */
export function literalOf(text: string): Constant | undefined {
  if (text === "None") return null;
  if (text === "True" || text === "False") return text === "True";
  const number = /^-?[\d.][\w.]*$/.test(text) ? Number(text.replaceAll("_", "")) : Number.NaN;
  return Number.isNaN(number) ? undefined : number;
}

const PLAIN = /^(?:bool|str|int|float)$/;

/** Whether a parameter takes a text, a number or a truth value. */
export function isPlainParam({ type, e }: Param): boolean {
  if (type) return isPlainType(type);
  return e?.k === "str" || (e?.k === "data" && e.v !== undefined && e.v !== "None");
}

/** @param type - an annotation: `str`, `str | None`, `Optional[str]` */
function isPlainType(type: Expr): boolean {
  switch (type.k) {
    case "name":
      return PLAIN.test(type.id);
    case "data":
      return type.v === "None";
    case "str":
      return /^(?:bool|str|int|float)(?:\s*\|\s*None)?$/.test(type.v);
    case "op":
      return type.op === "|" && isPlainType(type.a) && isPlainType(type.b);
    case "item":
      if (type.of.k !== "name" && type.of.k !== "attr") return false;
      return type.of.id === "Literal" || (type.of.id === "Optional" && isPlainType(type.key));
    default:
      return false;
  }
}
