import type { Arg, Expr, FunctionFacts, Handler, Step } from "../facts/types.js";
import { bodyOf, inside, type Call } from "../graph/body.js";
import { ancestors } from "../graph/classes.js";
import { selfBound } from "../graph/entries.js";
import type { Machine } from "../graph/machine.js";
import type { ClassAtom, FunctionAtom, Home, ObjectAtom } from "../graph/values.js";
import { functionsIn } from "./starts.js";

/** Parameters that take how long a value is kept, as clients and what is built around them call them. */
const EXPIRY = /^(?:ex|px|exp|exat|pxat|keepttl|\w*(?:ttl|expires?|expiry|expiration|expire_in|timeout|seconds))$/i; // prettier-ignore
/** Errors that have nothing to do with a connection: who catches them lets those of the client through. */
const OTHER_ERRORS = /^\w*(?:Value|Key|Index|Type|Attribute|Decode|Validation|HTTP|Assertion|NotFound)(?:Error|Exception)$/; // prettier-ignore

/** What the method of a project's own client has to do for a rule, so that whoever calls it has not. */
const ANSWERS = {
  "redis-set-expiry": (method: FunctionFacts, { args }: Call) => setsExpiry(method, args),
  "redis-fallback": (method: FunctionFacts) => fallsBack(method),
} satisfies Record<string, (method: FunctionFacts, call: Call) => boolean>;

/** A rule about calls of a client that the project's own client may answer. */
export type ClientRule = keyof typeof ANSWERS;

export function isClientRule(rule: string): rule is ClientRule {
  return rule in ANSWERS;
}

/**
 * Whether what looks like a client of Redis by its name is an object of a class of the project, whose method does what a
 * rule asks of its caller: `cache.set(key, value)` with an expiry of its own, `cache.get(key)` that catches the client's
 * errors. What the method itself leaves out is reported where it talks to Redis.
 *
 * @param range - of the call, UTF-16 offsets
 */
export function isAnswered(
  m: Machine,
  rule: ClientRule,
  file: string,
  range: readonly [number, number],
): boolean {
  for (const user of functionsAround(m, file, range)) {
    const { base } = user.home;
    const call = bodyOf(user.fn).calls.find(({ of, start, stop }) => of.k === "attr" && base + start === range[0] && base + stop === range[1]); // prettier-ignore
    if (call?.of.k !== "attr") continue;
    const { id } = call.of;
    const clients = m.receiverOf(selfBound(m, user), call.of).atoms.filter(({ t }) => t !== "unknown" && t !== "data"); // prettier-ignore
    return (
      clients.length > 0 &&
      clients.every((atom) => {
        const method = atom.t === "object" ? methodOf(m, atom, id) : undefined;
        return method !== undefined && ANSWERS[rule](method, call);
      })
    );
  }
  return false;
}

/** The functions that a place is in, outermost first. */
function functionsAround(m: Machine, file: string, [at]: readonly [number, number]): FunctionAtom[] {
  const source = m.code.file(file);
  const i = source?.statements.findIndex(({ range }) => range[0] <= at && at < range[1]) ?? -1;
  if (!source || i < 0) return [];
  const home: Home = { file, base: source.statements[i]!.range[0], scope: { t: "module", file } };
  return functionsIn(m, source.facts(i).steps, home).flatMap((fn) => [fn, ...nestedIn(m, fn)]);
}

/** The functions that a function makes. */
function nestedIn(m: Machine, fn: FunctionAtom): FunctionAtom[] {
  const steps = partsOf(fn.fn.body, true).filter((one) => one.k === "def");
  if (steps.length === 0) return [];
  const { frame } = m.run(m.node(selfBound(m, fn)));
  const inner = steps.map((step) => m.functionAtom(step.fn, { ...fn.home, scope: frame }));
  return inner.flatMap((one) => [one, ...nestedIn(m, one)]);
}

/** A method as its class writes it, whatever decorators make of it; none of a class of another distribution. */
function methodOf(m: Machine, { cls }: ObjectAtom, name: string): FunctionFacts | undefined {
  const own = ancestors(m, cls);
  const before = own.findIndex(({ t }) => t !== "class");
  const classes = (before < 0 ? own : own.slice(0, before)) as readonly ClassAtom[];
  const isMethod = (step: Step): step is Step & { k: "def" } => step.k === "def" && step.fn.name === name;
  return classes.flatMap((one) => one.cls.body.filter(isMethod)).at(0)?.fn;
}

/** Whether a method gives what it stores an expiry, or is given one. */
function setsExpiry(method: FunctionFacts, args: readonly Arg[]): boolean {
  const { params } = method;
  const takes = params.filter(({ name, kind }) => typeof kind !== "number" && EXPIRY.test(name));
  // The method decides by itself; what it leaves out is reported there.
  if (takes.length === 0) return !params.some(({ kind }) => typeof kind === "number");
  return takes.some((param) => {
    const given = argumentFor(params, param.name, args) ?? param.e;
    return (given !== undefined && !isNone(given)) || isReplaced(method, param.name);
  });
}

function argumentFor(params: FunctionFacts["params"], name: string, args: readonly Arg[]): Expr | undefined {
  const named = args.find((arg) => arg.name === name);
  if (named) return named.e;
  const positional = args.filter((arg) => arg.name === undefined && arg.star === undefined);
  // Before the first there is what the method is called on.
  return positional[params.findIndex((param) => param.name === name) - 1]?.e;
}

/** Also `keepttl=False`. */
function isNone(e: Expr): boolean {
  return e.k === "data" && (e.v === "None" || e.v === "False");
}

/** Whether a method puts something of its own in the place of what it was not given: `ttl or DEFAULT`, `if ttl is None: ttl = …`. */
function isReplaced({ body }: FunctionFacts, name: string): boolean {
  const isIt = (e: Expr) => e.k === "name" && e.id === name;
  return partsOf(body).some((one) => {
    if (one.k === "set") return one.to.some(isIt);
    if (one.k === "any") return isIt(one.items[0]);
    return one.k === "if" && !Array.isArray(one.a) && partsOf([one.test]).some((part) => part.k === "name" && isIt(part)); // prettier-ignore
  });
}

/** Whether a method catches the errors of the client it calls, or calls none. */
function fallsBack({ body }: FunctionFacts): boolean {
  const parts = partsOf(body);
  if (!parts.some(({ k }) => k === "call")) return true;
  return parts.some((one) => one.k === "try" && one.handlers.some(handlesClient));
}

function handlesClient({ type, body }: Handler): boolean {
  const types = type?.k === "tuple" ? type.items : type ? [type] : [];
  const isOther = (e: Expr) => (e.k === "name" || e.k === "attr") && OTHER_ERRORS.test(e.id);
  const catches = types.length === 0 || !types.every(isOther);
  return catches && !partsOf(body).some(({ k }) => k === "raise");
}

/** All that stands in some steps; what stands in functions inside of them is theirs. @param withFunctions - whether these are told */
function partsOf(steps: readonly (Expr | Step)[], withFunctions = false): (Expr | Step)[] {
  const found: (Expr | Step)[] = [];
  const pending = [...steps];
  for (let one = pending.pop(); one; one = pending.pop()) {
    const isOwn = one.k !== "def" && one.k !== "class" && one.k !== "lambda";
    if (isOwn || withFunctions) found.push(one);
    if (isOwn) pending.push(...inside(one));
  }
  return found;
}
