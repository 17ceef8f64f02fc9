import { CUT } from "../facts/expressions.js";
import type { Expr, Step } from "../facts/types.js";
import { inside } from "../graph/body.js";
import type { Machine } from "../graph/machine.js";
import { contextIn, evaluate } from "../graph/evaluate.js";
import { moduleOf } from "../graph/names.js";
import type { Value } from "../graph/values.js";
import { boundName, type Binding } from "../project/source-file.js";
import { constant, type Term } from "./terms.js";

/** What a constant of a module is under a test of the module: `CLIENT = None if IS_SLIM else make()`. */
export interface Choice {
  /** The test, and whether it holds where this is chosen; none where that is not known. */
  readonly test?: Expr;
  readonly holds?: boolean;
  readonly mayBeNone: boolean;
  readonly mayBeSomething: boolean;
}

/** A name at the top level of a module that is written as those of constants are. */
export interface Setting {
  readonly file: string;
  readonly name: string;
  /** Whether it stays what it is while the program runs. */
  readonly isFixed: boolean;
  choices(): readonly Choice[];
}

/** How the names of constants are written. */
const CONSTANT = /^_*[A-Z][A-Z\d_]*$/;

/** Imports that lead nowhere else are followed this far. */
const MAX_IMPORTS = 8;

const settings = new WeakMap<Machine, Map<string, Term | undefined>>();

/** What is known of a constant of a module, or of one that it imports: the same for all who ask. */
export function settingOf(m: Machine, file: string, name: string, depth = 0): Term | undefined {
  if (!CONSTANT.test(name) || depth > MAX_IMPORTS) return undefined;
  let known = settings.get(m);
  if (!known) settings.set(m, (known = new Map<string, Term | undefined>()));
  const key = `${file}\0${name}`;
  if (!known.has(key)) known.set(key, read(m, file, name, depth));
  return known.get(key);
}

function read(m: Machine, file: string, name: string, depth: number): Term | undefined {
  const source = m.code.file(file);
  const bindings = source?.bindings(name) ?? [];
  const [first, ...others] = bindings;
  if (!source || !first) return undefined;
  const { step } = first;
  if (step.k === "from") {
    const one = others.length === 0 ? step.names.find((each) => boundName(each) === name) : undefined;
    const module = one && moduleOf(m, file, step);
    const from = module === undefined ? undefined : m.code.modules.fileOf(module);
    return one && from !== undefined ? settingOf(m, from, one.name, depth + 1) : undefined;
  }
  const isFixed = !new RegExp(String.raw`\bglobal\b[^\n#]*\b${name}\b`).test(source.text);
  const given = bindings.map(valueOf);
  if (given.includes(undefined)) return undefined;
  const [only] = given;
  if (isFixed && given.length === 1 && only?.k === "str" && only.v !== CUT && !first.isConditional)
    return constant(only.v);
  let known: readonly Choice[] | undefined;
  const choices = () =>
    (known ??= [...choicesOf(m, file, bindings), ...(isFixed ? [] : writtenTo(m, file, name))]);
  const isPlain = isFixed && given.every((e) => e !== undefined && isPlainValue(e));
  return { t: "something", setting: { file, name, isFixed, choices }, isPlain };
}

function valueOf({ step }: Binding): Expr | undefined {
  return step.k === "set" && step.to.length === 1 && step.to[0]?.k === "name" ? step.e : undefined;
}

/** Whether a value is a text, a number or a truth value. */
function isPlainValue(e: Expr): boolean {
  switch (e.k) {
    case "str":
    case "not":
      return true;
    case "data":
      return e.v !== undefined || e.begin !== undefined || e.then === true;
    case "op":
      return /^(?:[=!<>]=?|(?:not )?in|is(?: not)?)$/.test(e.op);
    case "any":
      return e.items.every(isPlainValue);
    case "if":
      return isPlainValue(e.a) && isPlainValue(e.b);
    case "call": {
      const { of } = e;
      if (of.k === "name") return /^(?:bool|str|int|float|getenv)$/.test(of.id);
      if (of.k !== "attr") return false;
      if (of.id === "get") return (of.of.k === "attr" || of.of.k === "name") && of.of.id === "environ";
      return /^(?:getenv|lower|upper|strip)$/.test(of.id);
    }
    default:
      return false;
  }
}

/** What the top level of the module makes it, as far as one test decides that. */
function choicesOf(m: Machine, file: string, bindings: readonly Binding[]): Choice[] {
  const last = bindings.findLastIndex(({ isConditional }) => !isConditional);
  if (last < 0) return [OPEN];
  const choices: Choice[] = [];
  const [base, ...rest] = bindings.slice(last);
  const e = valueOf(base!)!;
  if (e.k === "if" && rest.length === 0) {
    const { test, a, b } = e;
    return [
      { test, holds: true, ...kindOf(m, file, base!, a) },
      { test, holds: false, ...kindOf(m, file, base!, b) },
    ];
  }
  const [only, ...more] = rest;
  const around = only && more.length === 0 ? testAround(m, file, only.step) : undefined;
  if (only && !around) return [OPEN];
  const own = kindOf(m, file, base!, e);
  choices.push(around ? { test: around.test, holds: !around.holds, ...own } : own);
  if (only && around) choices.push({ ...around, ...kindOf(m, file, only, valueOf(only)!) });
  return choices;
}

const OPEN: Choice = { mayBeNone: true, mayBeSomething: true };

/** The test right around a step at the top level of a module. */
function testAround(m: Machine, file: string, step: Step): { test: Expr; holds: boolean } | undefined {
  const source = m.code.file(file);
  for (const i of source?.statements.keys() ?? []) {
    const { name, range } = source!.statements[i]!;
    if (name !== undefined || !/^if\b/.test(source!.text.slice(...range))) continue;
    for (const one of source!.facts(i).steps) {
      if (one.k !== "if") continue;
      if (one.a.includes(step)) return { test: one.test, holds: true };
      if (one.b.includes(step)) return { test: one.test, holds: false };
    }
  }
  return undefined;
}

function kindOf(
  m: Machine,
  file: string,
  { base }: Binding,
  e: Expr,
): Pick<Choice, "mayBeNone" | "mayBeSomething"> {
  if (e.k === "data" && e.v === "None") return { mayBeNone: true, mayBeSomething: false };
  const context = contextIn(m, { file, base, scope: { t: "module", file } });
  return { mayBeNone: !isMade(evaluate(e, context)), mayBeSomething: true };
}

/** Whether a value is an object that something makes. */
function isMade({ atoms }: Value): boolean {
  return atoms.length > 0 && atoms.every(({ t }) => t === "object" || t === "made" || t === "class" || t === "function"); // prettier-ignore
}

/** What functions of the module set it to. */
function writtenTo(m: Machine, file: string, name: string): Choice[] {
  const values: (Expr | undefined)[] = [];
  const pending: (Expr | Step)[] = (m.code.file(file)?.writers(name) ?? []).map(({ step }) => step);
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.k === "set" && node.to.some((to) => to.k === "name" && to.id === name)) values.push(node.e);
    if (node.k === "def" || node.k === "lambda") pending.push(...node.fn.body);
    else pending.push(...inside(node));
  }
  // What is called to fill it is not called to empty it.
  return values.map((e) => ({ mayBeNone: e?.k !== "call", mayBeSomething: true }));
}
