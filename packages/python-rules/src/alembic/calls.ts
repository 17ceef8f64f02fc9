import type { Range } from "@orchestrator-lint/sql-rules/shared";
import type { PyNode } from "../language/tree.js";
import { methodIn } from "./classes.js";
import { isOperations } from "./concern.js";
import { isMaybe, type End } from "./flow.js";
import { bodyOf, parametersIn } from "./module.js";
import { placed } from "./places.js";
import { Runner } from "./runner.js";
import { textAt, type Scope } from "./scope.js";
import { constant, unknown, type FunctionValue, type Made, type Value } from "./values.js";

const MAX_CALLS = 20;
const YIELDS = /\byield\b/;
/** The name under which a function has what it yields. */
const YIELDED = "(yield)";
/** What is in a function that changes a schema. */
const CHANGES = /\bop\b|_op\b|execute|\bDDL\b/;
/** Functions that call each other, which are looked at for what they may change. */
const MAX_SEEN = 50;
/** What uses Alembic's operations. */
const OPERATIONS = /\bop\s*\.|_op\b/;

/** Runs functions that are called: those of the migration to their end, others as far as they may concern a schema. */
export abstract class Calls extends Runner {
  #calls = 0;
  /** Characters of SQL that were read. */
  protected length = 0;
  readonly #running: PyNode[] = [];
  /** What is below `with`, where the function that runs is its context. */
  #inside: ((value: Value) => void) | undefined;
  /** The function of another module that runs. */
  protected helper: FunctionValue | undefined;
  /** Whether functions may change a schema. */
  readonly #changing = new Map<PyNode, boolean>();
  /** Functions of other modules that took more than they may. */
  readonly #unfollowable = new Set<PyNode>();

  protected yields(nodes: readonly PyNode[], scope: Scope): void {
    const isAll = nodes.some(({ type }) => type === "from");
    const value = this.evaluator.several(
      nodes.filter(({ type }) => type !== "from"),
      scope,
    );
    if (this.#inside) {
      this.#inside(value);
      return;
    }
    const before = scope.get(YIELDED);
    const items = isAll ? (value.k === "list" ? value.items : [value]) : [value];
    scope.set(YIELDED, {
      k: "list",
      items: [...(before?.k === "list" ? before.items : []), ...items],
      at: value.at,
    });
  }

  bound(callee: FunctionValue, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Scope {
    const scope = callee.scope.inner();
    if (callee.owner && callee.self) {
      const above: Made = {
        k: "made",
        path: "super",
        args: [callee.self],
        named: new Map(),
        at,
        of: callee.owner,
      };
      scope.set("super", above);
    }
    const given = callee.self ? [callee.self, ...args] : args;
    const parameters = parametersIn(callee.node, callee.scope.source);
    const first = parameters.findIndex(({ star }) => star === "*");
    const spread = given.findIndex((one) => one.k === "unknown" && one.isRest);
    for (const [i, { name, default: value, star }] of parameters.entries()) {
      if (star === "*") scope.set(name, { k: "list", items: given.slice(i), at });
      else if (star === "**") {
        const own = new Set(parameters.map((one) => one.name));
        const rest = [...named].filter(([key]) => !own.has(key));
        scope.set(name, { k: "dict", entries: rest.map(([key, one]) => [constant(key, one.at), one]), at });
      } else {
        const isGiven = (first < 0 || i < first) && (spread < 0 || i < spread);
        const one = (isGiven ? given[i] : undefined) ?? named.get(name);
        const isOpen = named.has("**") || (spread >= 0 && i >= spread && (first < 0 || i < first));
        const known = callee.defaults?.get(name);
        const otherwise = known ? placed(known, at) : value && this.evaluator.value(value, callee.scope);
        scope.set(name, one ?? (isOpen ? unknown(at) : (otherwise ?? unknown(at))));
      }
    }
    return scope;
  }

  /** A function of another module has an allowance: one that runs on and on is the application's. */
  protected callFunction(
    callee: FunctionValue,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
    at: Range,
  ): Value {
    if (this.#calls >= MAX_CALLS) {
      this.limits.exceed();
      return unknown(at);
    }
    const { node, scope: outside } = callee;
    // A function that only works with what is in rows, or in texts, may call itself as often as it likes.
    const isAgain = this.#running.includes(node);
    if (isAgain && !this.mayChange(callee)) return unknown(at);
    if (!outside.source.isElsewhere) return this.#follow(callee, args, named, at);
    if (this.#unfollowable.has(node)) return this.#leave(callee, args, named, at);
    const before = this.length;
    let result: Value = unknown(at);
    const { isHelper = false } = outside.source;
    const isSchema = isHelper || [...args, ...named.values()].some(isOperations);
    const isChange = isHelper && OPERATIONS.test(textAt(node, outside));
    if (isChange) this.limits.change();
    const run = () => {
      if (isChange) this.limits.change();
      result = this.evaluator.within(at, () => this.#follow(callee, args, named, at));
    };
    const how = this.follows(isSchema, run, outside);
    // Where nothing of the schema is, an error is one of the application, which the migration went through.
    if (how === "followed" && !isSchema && this.raised) {
      this.raised = false;
      return unknown(at);
    }
    if (how === "followed") return result;
    this.length = before;
    if (how === "left") this.#unfollowable.add(node);
    return this.#leave(callee, args, named, at);
  }

  /** A call that is not followed: what is in the lists that it is handed is not known any more. */
  #leave(
    { node, scope }: FunctionValue,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
    at: Range,
  ): Value {
    const given = [...args, ...named.values()];
    for (const one of given) if (one.k === "list" || one.k === "dict") this.changed(one, unknown(at), scope);
    const title = node.children.find(({ type }) => type === "VariableName");
    const called = { name: title ? textAt(title, scope) : "lambda", args: given };
    return { ...unknown(at), called, isUnfollowed: true };
  }

  protected asCaller(enter: (value: Value) => void): (value: Value) => void {
    const { allowance } = this.limits;
    const { site } = this.evaluator;
    const [within, inside] = [this.helper, this.#inside];
    return (value) => {
      const own = [this.helper, this.#inside] as const;
      [this.helper, this.#inside] = [within, inside];
      this.limits.as(allowance, () => {
        this.evaluator.within(site, () => { enter(value); }); // prettier-ignore
      });
      [this.helper, this.#inside] = own;
    };
  }

  #follow(
    callee: FunctionValue,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
    at: Range,
  ): Value {
    const { node, scope: outside } = callee;
    const [outer, around, inside] = [this.returned, this.helper, this.#inside];
    const { entered } = this;
    this.#inside = undefined;
    if (callee.isContext && entered) this.#inside = entered;
    this.entered = undefined;
    this.#calls++;
    this.#running.push(node);
    this.returned = undefined;
    this.helper = outside.source.isElsewhere ? callee : undefined;
    const scope = this.bound(callee, args, named, at);
    this.scopes.push(scope);
    let end = "end" as End;
    const run = (): void => {
      if (node.type !== "LambdaExpression") {
        end = this.block(bodyOf(node), scope);
        return;
      }
      this.returned = this.evaluator.value(node.children.at(-1)!, scope);
      this.done(this.returned);
      end = "return";
    };
    // How far a generator is asked is not known.
    const isGenerator = !callee.isContext && YIELDS.test(textAt(node, outside));
    if (isGenerator) this.perhaps(run, at, false);
    else run();
    this.raised = end === "raise";
    // A value that some other way replaces is not known.
    const returned = end === "maybe return" ? undefined : (this.returned as Value | undefined);
    this.returned = outer;
    this.helper = around;
    this.#inside = inside;
    this.scopes.pop();
    this.#calls--;
    this.#running.pop();
    const isAsked = this.#asks(callee);
    const yielded = scope.own(YIELDED);
    if (yielded) return isMaybe(end) ? unknown(at, isAsked) : yielded;
    return returned ?? (end === "end" && !isAsked ? constant(null, at) : unknown(at, isAsked));
  }

  /** Whether a function may change a schema: by itself, or by others that it calls. */
  protected mayChange(callee: FunctionValue): boolean {
    const known = this.#changing.get(callee.node);
    if (known !== undefined) return known;
    const all = [callee];
    const seen = new Set([callee.node]);
    let isChange = false;
    for (const { node, scope, owner } of all) {
      const text = textAt(node, scope);
      // Of as many nobody knows.
      if (CHANGES.test(text) || all.length > MAX_SEEN || this.#changing.get(node)) isChange = true;
      if (isChange) break;
      for (const name of new Set(Array.from(text.matchAll(/\b([A-Za-z_]\w*)\s*\(/g), ([, one]) => one!))) {
        const value = scope.get(name);
        const found = value?.k === "name" ? this.elsewhere(value.path, scope) : value;
        for (const of of [found, owner && methodIn(owner, name, this.evaluator)?.value]) {
          if (of?.k !== "function" || seen.has(of.node)) continue;
          seen.add(of.node);
          all.push(of);
        }
      }
    }
    this.#changing.set(callee.node, isChange);
    return isChange;
  }

  /** Whether a function looks at the database. */
  #asks({ node, scope }: FunctionValue): boolean {
    return /\b(?:inspect|Inspector|information_schema|pg_\w+|get_table_names|has_table)\b/.test(
      textAt(node, scope),
    );
  }
}
