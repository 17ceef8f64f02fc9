import { bodyOf, written, type Call } from "../graph/body.js";
import { parseTree, type PyNode } from "../../language/tree.js";
import type { Expr } from "../facts/types.js";
import { ancestors, inherited, kindOf } from "../graph/classes.js";
import { contextIn, evaluate } from "../graph/evaluate.js";
import type { Machine } from "../graph/machine.js";
import { imported, moduleValue } from "../graph/names.js";
import type { Codebase } from "../project/codebase.js";
import { boundName } from "../project/source-file.js";
import type { Atom, Definition, FunctionAtom, Home } from "../graph/values.js";
import { holdersOf } from "./callers.js";
import { functionsIn } from "./starts.js";
import { isTest } from "../project/tests.js";
import type { Link } from "../radar/chains.js";
import { shortName } from "../radar/names.js";

const METHODS = /^(?:get|set|setex|psetex|setnx|getex|getset|mget|exists|hget|hset|hgetall|hmget|expire)$/;
const CALLS = /\.(?:get|set|setex|psetex|setnx|getex|getset|mget|exists|hget|hset|hgetall|hmget|expire)\s*\(/;
/** Receivers with such methods that are no clients of Redis. */
const OTHERS =
  /(?:^|\.)(?:app|api|\w*router|requests|https?|httpx|\w*session|os|environ|headers|params|args|kwargs|config|settings|body|payload|json|data|results?|response|row|options|store_map)$/i;
const REDIS = /^[^#\n]*redis/im;
/** Words of keys of predictions and features. */
const NAMED =
  /predict|inference|forecast|\bpreds?[:_-]|(?:churn|risk|fraud|credit|propensity|model)[:_-]?scores?\b|\bfeatures?[:_-](?!flag|toggle|gate|switch|enabled)|feature_(?:vector|row|set)|embeddings?[:_-]/i;
/** A route, a URL or a query: a key has no slash. */
const NO_KEY = /\/|\bselect\s/i;
const VARIES = /\{|\+|%|\.format|\.join/;
/** Words of what changes with the model. */
const VERSION =
  /version|revision|release|digest|checksum|etag|sha\d|_sha|hash|fingerprint|artifact|generation|build|run_?id|model_?(?:id|key|tag|uri|hash)|\bmodel[}\]!:)]|[^a-z](?:ver|v\d+)\b|v\{/i;
/** What is behind more calls is not looked at. */
const MAX_DEPTH = 3;
/** A client's name is looked for so many characters before a key. */
const MAX_BEFORE = 200;

/** Whether a text may use keys of Redis, told by its words. */
export function mayUseKeys(text: string): boolean {
  return /redis/i.test(text) && CALLS.test(text) && REDIS.test(text);
}

/** A key of predictions or features without a version, and the function that uses it. */
export interface FarKey {
  readonly user: FunctionAtom;
  /** The call of a helper in another file, and what that returns. */
  readonly links: readonly [Link, Link];
}

/** The names of functions that may make such keys, told by their words. */
export function keyMakers(code: Codebase): ReadonlySet<string> {
  return holdersOf(code, new RegExp(NAMED, "gi"));
}

/**
 * The keys that functions of a file have helpers in other files make.
 *
 * @param makers - the names of functions that may make some; asked for only where some function makes a key
 */
export function farKeysIn(m: Machine, file: string, makers: () => ReadonlySet<string>): FarKey[] {
  const source = m.code.file(file);
  if (isTest(file) || source?.told(mayUseKeys) !== true) return [];
  const uses = source.statements.flatMap((statement, i) => {
    if (!CALLS.test(source.textOf(statement))) return [];
    const home: Home = { file, base: statement.range[0], scope: { t: "module", file } };
    return functionsIn(m, source.facts(i).steps, home).flatMap(usesIn);
  });
  const far = uses.filter((use) => helperOf(m, use) !== undefined);
  if (far.length === 0) return [];
  const names = makers();
  if (!(source.text.match(/[A-Za-z_]\w*/g) ?? []).some((word) => names.has(word))) return [];
  return far.flatMap((use) => keyOf(m, use) ?? []);
}

/** A call of a client's method in a function with a key that another call makes. */
interface Use {
  readonly user: FunctionAtom;
  readonly client: Expr;
  readonly method: string;
  readonly key: Call;
}

function usesIn(user: FunctionAtom): Use[] {
  const { calls, bound } = bodyOf(user.fn);
  return calls.flatMap((call) => {
    const { of, args } = call;
    const given = args.find(
      ({ name, star }) => star === undefined && (name === undefined || name === "name"),
    )?.e;
    if (of.k !== "attr" || !METHODS.test(of.id) || !given) return [];
    const client = written(of.of);
    if (client === undefined || OTHERS.test(client)) return [];
    const made = given.k === "name" ? (bound.get(given.id) ?? []) : [given];
    const [key] = made;
    if (made.length !== 1 || key?.k !== "call" || key.start === call.start) return [];
    return [{ user, client: of.of, method: of.id, key }];
  });
}

/** The function of another file that makes a key. */
function helperOf(m: Machine, { user, key }: Use): FunctionAtom | undefined {
  const [helper, ...others] = meant(m, user, key.of).filter((atom) => atom.t === "function");
  return others.length === 0 && helper?.home.file !== user.home.file ? helper : undefined;
}

function keyOf(m: Machine, use: Use): FarKey | undefined {
  const { user, client, method, key } = use;
  const helper = helperOf(m, use);
  if (!helper || addsVersion(m, meant(m, user, client), method)) return undefined;
  const returned = keyMadeBy(m, user, key, helper);
  if (!returned) return undefined;
  const { file, base } = user.home;
  const range = [base + key.start, base + key.stop] as const;
  return { user, links: [{ place: { file, range }, name: returned.helper }, returned.link] };
}

/** What a helper of another file returns for a key: undefined where that is none without a version. */
function keyMadeBy(
  m: Machine,
  user: FunctionAtom,
  call: Call,
  helper: FunctionAtom,
): { helper: string; link: Link } | undefined {
  const { file, base } = user.home;
  const given = m.code.text(file).slice(base + call.start, base + call.stop);
  if (VERSION.test(given.slice(given.indexOf("(")))) return undefined;
  const from = helper.home.file;
  const text = m.code.text(from);
  const keys = returnedBy(m, helper).map((range) => ({
    range,
    key: spelledOut(m, from, text.slice(...range)),
  }));
  const [first] = keys;
  if (!first || !keys.every(({ key }) => NAMED.test(key) && VARIES.test(key) && !NO_KEY.test(key)))
    return undefined;
  if (hasVersion(m, helper) || keys.some(({ key }) => hasUnknownPart(m, helper, key))) return undefined;
  const name = text.slice(...first.range).replaceAll(/\s+/g, " ");
  return {
    helper: shortName(m.node(helper)),
    link: { place: { file: from, range: first.range }, name },
  };
}

/** Whether a part of a key is neither given to the helper nor known: it may be a version. */
function hasUnknownPart(m: Machine, helper: FunctionAtom, key: string): boolean {
  const { fn, home, owner } = helper;
  const self = owner && kindOf(m, helper) !== "static" ? fn.params[0]?.name : undefined;
  return [...key.matchAll(/(?<![\w."'])([A-Za-z_]\w*)\s*\./g), ...key.matchAll(/\{\s*([A-Za-z_]\w*)/g)].some(
    ([, name = ""]) => {
      if (name === self) return true;
      if (fn.own.has(name)) return false;
      const atoms = moduleValue(m, home.file, name)?.atoms ?? [];
      return atoms.some(({ t }) => t !== "text" && t !== "function" && t !== "name");
    },
  );
}

/** A key as it is written, with what the constants in it stand for. */
function spelledOut(m: Machine, file: string, key: string): string {
  const constants = [...new Set(key.match(/\b[A-Z_][A-Z0-9_]+\b/g))].flatMap((name) =>
    (moduleValue(m, file, name)?.atoms ?? []).flatMap((atom) => (atom.t === "text" ? [atom.text] : [])),
  );
  return [key, ...constants.map((text) => `${text}:`)].join(" ");
}

/** What an expression of a function means by way of imports and definitions at the top level. */
function meant(m: Machine, { fn, home: { file, base } }: FunctionAtom, e: Expr): readonly Atom[] {
  const first = written(e)?.split(".", 1)[0];
  if (first === undefined) return [];
  if (fn.own.has(first)) {
    const local = bodyOf(fn).imports.find((step) => step.k === "from" && step.names.some((one) => boundName(one) === first)); // prettier-ignore
    return local && e.k === "name" ? imported(m, file, local, first).atoms : [];
  }
  return evaluate(e, contextIn(m, { file, base, scope: { t: "module", file } })).atoms;
}

/** Whether a client may be the project's own one whose method puts a version into the keys it is given. */
function addsVersion(m: Machine, client: readonly Atom[], method: string): boolean {
  return client.some((atom) => {
    const found = atom.t === "object" ? inherited(m, ancestors(m, atom.cls), method) : undefined;
    const functions = found && "value" in found ? found.value.atoms : [];
    return functions.some((one) => one.t === "function" && hasVersion(m, one));
  });
}

/** Whether a function speaks of a version, or some function or constant of the project that it uses does. */
function hasVersion(m: Machine, fn: FunctionAtom, depth = 0): boolean {
  const node = definitionOf(m, fn);
  const body = node?.children.find(({ type }) => type === "Body");
  const text = body ? m.code.text(fn.home.file).slice(...body.range) : "";
  return speaksOfVersion(m, fn.home.file, text.replace(/"""[^]*?"""|'''[^]*?'''|#[^\n]*/g, ""), depth);
}

/** The same of an expression of a file. */
function speaksOfVersion(m: Machine, file: string, text: string, depth = 0): boolean {
  if (VERSION.test(text)) return true;
  if (depth >= MAX_DEPTH) return false;
  const names = new Set(text.match(/(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?/g));
  return [...names].some((name) =>
    globalValue(m, file, name.split(".")).some(
      (atom) =>
        (atom.t === "text" && VERSION.test(`:${atom.text}:`)) ||
        (atom.t === "function" && hasVersion(m, atom, depth + 1)),
    ),
  );
}

/**
 * Whether a key that was found without a version gets one elsewhere in the project: from a helper or a constant it is made
 * of, or from the client it is given to.
 *
 * @param range - of the key, UTF-16 offsets
 */
export function isMadeRight(m: Machine, file: string, range: readonly [number, number]): boolean {
  const text = m.code.text(file);
  if (speaksOfVersion(m, file, text.slice(...range))) return true;
  const before = text.slice(Math.max(0, range[0] - MAX_BEFORE), range[0]);
  const [, client, method = ""] = /([A-Za-z_][\w.]*)\.(\w+)\(\s*$/.exec(before) ?? [];
  return client !== undefined && addsVersion(m, globalValue(m, file, client.split(".")), method);
}

/** What a chain of names means at the top level of a file; nothing where the first is not bound there. */
function globalValue(m: Machine, file: string, [first = "", ...rest]: readonly string[]): readonly Atom[] {
  if (!moduleValue(m, file, first)) return [];
  const e = rest.reduce<Expr>((of, id) => ({ k: "attr", of, id, start: 0, stop: 0, path: undefined }), { k: "name", id: first, start: 0, stop: 0 }); // prettier-ignore
  return evaluate(e, contextIn(m, { file, base: 0, scope: { t: "module", file } })).atoms;
}

/** Where the keys are written that a function returns; none where that could not be told. */
function returnedBy(m: Machine, fn: FunctionAtom): (readonly [number, number])[] {
  const node = definitionOf(m, fn);
  if (!node) return [];
  const text = m.code.text(fn.home.file);
  const inner = partsOf(node);
  return inner.flatMap(({ type, children }) => {
    const value = type === "ReturnStatement" ? children[1] : undefined;
    if (value?.type !== "VariableName") return value ? [value.range] : [];
    const name = text.slice(...value.range);
    const set = inner.filter(
      (one) => one.type === "AssignStatement" && text.slice(...one.children[0]!.range) === name,
    );
    return set.length === 1 ? [set[0]!.children.at(-1)!.range] : [value.range];
  });
}

/** The nodes of a function's own body. */
function partsOf(node: PyNode): PyNode[] {
  const found: PyNode[] = [];
  const pending = [...node.children];
  for (let one = pending.pop(); one; one = pending.pop()) {
    if (/^(?:FunctionDefinition|ClassDefinition|LambdaExpression)$/.test(one.type)) continue;
    found.push(one);
    pending.push(...one.children);
  }
  return found;
}

const trees = new WeakMap<Definition, PyNode | undefined>();

/** A function's part of its file's tree. */
function definitionOf(m: Machine, { fn, def, home }: FunctionAtom): PyNode | undefined {
  if (trees.has(def)) return trees.get(def);
  const source = m.code.file(home.file);
  const statement = source?.statements.find(({ range }) => range[0] === home.base);
  const pending = source && statement ? parseTree(source.textOf(statement), home.base) : [];
  let found: PyNode | undefined;
  for (let node = pending.pop(); node && !found; node = pending.pop()) {
    const isHere = node.type === "FunctionDefinition" && node.children.some(({ range }) => range[0] === home.base + fn.at[0]); // prettier-ignore
    if (isHere) found = node;
    pending.push(...node.children);
  }
  trees.set(def, found);
  return found;
}
