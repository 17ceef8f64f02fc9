import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { partsOf, splitAt } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";
import { grown } from "./builtins.js";
import { methodIn } from "./classes.js";
import { concernsSchema } from "./concern.js";
import { Evaluator, type Host } from "./evaluate.js";
import { anyEnd, isMaybe, joinedEnd, targetsIn, type End } from "./flow.js";
import { decoratorName, parametersIn } from "./module.js";
import { Limits } from "./limits.js";
import { joined } from "./operators.js";
import { NOWHERE } from "./places.js";
import { bindImport, textAt, type Scope } from "./scope.js";
import type { Item } from "./statement.js";
import { constant, flag, inspects, unknown, type FunctionValue, type Value } from "./values.js";

/** What asks the database, or changes it: where that fails, a transaction is over, whatever a handler does. */
const ASKS = /\bop\b|_op\b|execute|inspect|\bget_\w+\(/;
/** Names that are kept in the time that evaluates an expression. */
const KEPT = 20;

/** Runs statements in the mind: loops over what is known, and each branch that may be taken. */
export abstract class Runner implements Host {
  readonly limits = new Limits();
  protected readonly evaluator = new Evaluator(this);
  protected items: Item[] = [];
  protected returned: Value | undefined;
  /** Whether the database alone decides if a block is left early. */
  #isLeftByExistence = true;
  /** Whether a function that was called ended with an error. */
  protected raised = false;
  /** The scopes of the functions that run. */
  protected readonly scopes: Scope[] = [];
  /** What is below `with`, for the context that is entered. */
  protected entered: ((value: Value) => void) | undefined;

  abstract call(callee: Value, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value;
  abstract bound(
    callee: FunctionValue,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
    at: Range,
  ): Scope;
  abstract executes(args: readonly Value[], at: Range): void;
  abstract elsewhere(path: string, scope: Scope): Value | undefined;
  abstract starred(name: string, scope: Scope): Value | undefined;
  abstract assigned(path: string, value: Value, scope: Scope): void;
  /** A call that stands alone was made. */
  protected abstract done(value: Value): void;

  perhaps(run: () => void, at: Range, isExistence: boolean): void {
    this.items.push(...this.collect(run, at, isExistence));
  }

  changed(of: Value, by: Value, scope: Scope): void {
    if (!("identity" in of)) return;
    for (const one of this.#living(scope)) {
      this.limits.spend(one.size / KEPT);
      for (const value of one.change(of.identity, by)) this.evaluator.copies(value);
    }
  }

  /** All scopes whose names may be used from here on. */
  #living(scope: Scope): Set<Scope> {
    const all = new Set([scope, ...this.scopes]);
    // What is added comes by too.
    for (const { outer } of all) if (outer) all.add(outer);
    return all;
  }

  /** Runs what may not run: a name that it gives another value has one of two. */
  #attempt(run: () => void, scope: Scope, isExistence: () => boolean): void {
    const before = this.#kept(scope);
    run();
    for (const [one, old] of before) one.blur(old, isExistence());
  }

  #kept(scope: Scope): (readonly [Scope, ReadonlyMap<string, Value>])[] {
    const kept = [...this.#living(scope)].map((one) => [one, one.snapshot()] as const);
    this.limits.spend(kept.reduce((sum, [, names]) => sum + names.size, 0) / KEPT);
    return kept;
  }

  /**
   * Runs a function of another module, or leaves all as if it had not been called.
   *
   * @param isHelper - of a module that has to do with migrations
   * @returns whether it came to its end within what it may take
   */
  protected follows(isHelper: boolean, run: () => void, scope: Scope): ReturnType<Limits["follow"]> {
    const [{ items }, { length }, isLeftByExistence] = [this, this.items, this.#isLeftByExistence];
    const before = this.#kept(scope);
    const how = this.limits.follow(isHelper, run);
    if (how === "followed") return how;
    this.items = items;
    items.length = length;
    this.#isLeftByExistence = isLeftByExistence;
    this.raised = false;
    for (const [one, old] of before) one.restore(old);
    return how;
  }

  /** Runs statements of another module for what they bind. */
  protected aside(statements: readonly PyNode[], scope: Scope): void {
    const { items, returned, entered, raised } = this;
    this.items = [];
    this.entered = undefined;
    this.scopes.push(scope);
    const before = scope.snapshot();
    const isEnded = this.limits.apart(concernsSchema(scope.source), () => {
      this.evaluator.within(NOWHERE, () => this.block(statements, scope));
    });
    // What was cut off says nothing.
    if (!isEnded) {
      scope.blur(before, false);
      for (const target of statements.flatMap(targetsIn))
        if (target.type === "VariableName") scope.set(textAt(target, scope), unknown(NOWHERE));
    }
    this.scopes.pop();
    this.items = items;
    this.returned = returned;
    this.entered = entered;
    this.raised = raised;
  }

  protected block(statements: readonly PyNode[], scope: Scope): End {
    return this.limits.block(() => this.#run(statements, scope), "return");
  }

  #run(statements: readonly PyNode[], scope: Scope): End {
    for (const [i, statement] of statements.entries()) {
      if (!this.limits.spend()) return "return";
      const one = this.#statement(statement, scope);
      if (this.raised) {
        this.raised = false;
        return "raise";
      }
      if (isMaybe(one))
        return this.#rest(one, () => this.block(statements.slice(i + 1), scope), statement, scope);
      if (one !== "end") return one;
    }
    return "end";
  }

  /** What runs only where the branch before did not end it all. */
  #rest(how: End, run: () => End, after: PyNode, scope: Scope): End {
    return this.limits.block(() => this.#after(how, run, after, scope), "return");
  }

  #after(how: End, run: () => End, after: PyNode, scope: Scope): End {
    const [first, isExistence] = [this.returned, this.#isLeftByExistence];
    this.returned = undefined;
    let end: End = "end";
    const place = this.evaluator.placeOf(after, scope);
    const rest = () => this.items.push(...this.collect(() => (end = run()), place, isExistence));
    // What `return` leaves is nobody's any more.
    if (how === "maybe return") rest();
    else this.#attempt(rest, scope, () => isExistence);
    this.#isLeftByExistence &&= isExistence;
    const second = this.returned as Value | undefined;
    if (!second) this.returned = first;
    const joint = joinedEnd(how, end);
    if (joint === "return" || (second && first)) {
      const isSame = first?.k === "const" && second?.k === "const" && first.v === second.v;
      if (!isSame) this.returned = unknown(place, isExistence);
    }
    return joint;
  }

  /** What runs below a condition that is not known, as a branch. */
  protected collect(run: () => void, at: Range, isExistence = true): Item[] {
    const before = this.items;
    this.items = [];
    run();
    // An error is one of what may not run.
    this.raised = false;
    const items = this.items;
    this.items = before;
    if (items.length === 0) return [];
    const doubt = "what the migration does to it depends on what is known only when it runs";
    return [{ k: "branch", items, at, ...(isExistence ? {} : { doubt }) }];
  }

  #statement(node: PyNode, scope: Scope): End {
    const { children } = node;
    const at = this.evaluator.placeOf(node, scope);
    switch (node.type) {
      case "ExpressionStatement":
        this.#expression(children, scope);
        return "end";
      case "YieldStatement":
        this.yields(children.slice(1), scope);
        return "end";
      case "StatementGroup":
        return this.block(children, scope);
      case "AssignStatement":
        this.#assign(node, scope);
        return "end";
      case "UpdateStatement":
        this.#update(node, scope);
        return "end";
      case "ImportStatement":
        this.#import(node, scope);
        return "end";
      case "DecoratedStatement":
        return this.#decorated(node, scope);
      case "FunctionDefinition":
      case "ClassDefinition": {
        const name = children.find(({ type }) => type === "VariableName");
        const k = node.type === "FunctionDefinition" ? "function" : "class";
        const defaults = k === "function" ? { defaults: this.#defaults(node, scope) } : {};
        if (name) scope.set(textAt(name, scope), { k, node, scope, at, ...defaults });
        return "end";
      }
      case "ReturnStatement": {
        const values = partsOf(children.slice(1)).length > 0 ? children.slice(1) : [];
        this.returned = values.length > 0 ? this.evaluator.several(values, scope) : constant(null, at);
        return "return";
      }
      case "RaiseStatement":
        return "raise";
      case "BreakStatement":
      case "ContinueStatement":
        return node.type === "BreakStatement" ? "break" : "continue";
      case "IfStatement":
        return this.#branches(node, scope);
      case "ForStatement":
        return this.#loop(node, scope);
      case "WhileStatement":
        return this.#open(node, () => undefined, scope, false);
      case "WithStatement":
        return this.#with(node, scope);
      case "TryStatement":
        return this.#try(node, scope);
      case "MatchStatement":
        return this.#match(node, scope);
      case "AssertStatement":
        this.evaluator.several(children.slice(1), scope);
        return "end";
      case "DeleteStatement":
        for (const one of partsOf(children.slice(1))) this.evaluator.bind([one], unknown(at), scope);
        return "end";
      case "ScopeStatement":
        for (const one of partsOf(children.slice(1)))
          scope.declare(textAt(one, scope), children[0]?.type === "global");
        return "end";
      default:
        return "end";
    }
  }

  #expression(children: readonly PyNode[], scope: Scope): void {
    const value = this.evaluator.several(children, scope);
    // What a module does when it is imported is its own matter.
    if (scope.outer || !scope.source.isElsewhere) this.done(value);
  }

  /** Runs what is below `with` as what stands around the context's function does. */
  protected abstract asCaller(enter: (value: Value) => void): (value: Value) => void;

  /** A generator's value; below `with` it is what the context gives. */
  protected abstract yields(nodes: readonly PyNode[], scope: Scope): void;

  #import(node: PyNode, scope: Scope): void {
    const before = scope.stars.length;
    bindImport(node, scope);
    if (scope.stars.length === before || scope.source.isElsewhere) return;
    for (const name of scope.snapshot().keys()) {
      const value = this.starred(name, scope);
      if (value) scope.set(name, value);
    }
  }

  /** What the parameters of a function are where they are not given, as it is defined. */
  #defaults(node: PyNode, scope: Scope): ReadonlyMap<string, Value> {
    return new Map(
      parametersIn(node, scope.source).flatMap(({ name, default: value }) =>
        value ? [[name, this.evaluator.value(value, scope)] as const] : [],
      ),
    );
  }

  #assign(node: PyNode, scope: Scope): void {
    const groups = splitAt(
      node.children.filter(({ type }) => type !== "TypeDef" && type !== "⚠"),
      "AssignOp",
    );
    const value = groups.length > 1 ? this.evaluator.several(groups.pop()!, scope) : undefined;
    if (value) for (const group of groups) this.evaluator.bind(group, value, scope);
  }

  #update({ children }: PyNode, scope: Scope): void {
    const [target, operator, operand] = partsOf(children);
    if (!target || !operator || !operand) return;
    const [old, value] = [this.evaluator.value(target, scope), this.evaluator.value(operand, scope)];
    const isSum = textAt(operator, scope) === "+=";
    const more = isSum ? (grown(old, "extend", [value]) ?? joined(old, value, value.at)) : unknown(value.at);
    // A list is longer for all that name it.
    if (isSum && old.k === "list") this.changed(old, more, scope);
    this.evaluator.bind([target], more, scope);
  }

  #decorated(node: PyNode, scope: Scope): End {
    const definition = node.children.at(-1) ?? node;
    const end = this.#statement(definition, scope);
    const name = definition.children.find(({ type }) => type === "VariableName");
    const made = name && scope.get(textAt(name, scope));
    if (made?.k !== "function") return end;
    let value: Value = made;
    for (const decorator of node.children.filter(({ type }) => type === "Decorator").toReversed())
      value = this.#wrapped(value, decorator, scope);
    scope.set(textAt(name!, scope), value);
    return end;
  }

  /** What a decorator of the repository makes of a function; those of libraries call it. */
  #wrapped(value: Value, decorator: PyNode, scope: Scope): Value {
    if (value.k === "function" && /(?:^|\.)contextmanager$/.test(decoratorName(decorator, scope.source)))
      return { ...value, isContext: true };
    const by = this.evaluator.decorator(decorator, value.at, scope);
    if (by.k === "function" || by.k === "class") return this.call(by, [value], new Map(), value.at);
    return by.k === "name" || by.k === "made" || by.k === "member" ? value : unknown(value.at);
  }

  #branches(node: PyNode, scope: Scope): End {
    const ends: End[] = [];
    let isCertain = true;
    let isExistence = true;
    const at = this.evaluator.placeOf(node, scope);
    for (const [i, child] of node.children.entries()) {
      if (child.type !== "Body") continue;
      const keyword = node.children.slice(0, i).findLast(({ type }) => /^(?:if|elif|else)$/.test(type));
      const test = keyword?.type === "else" ? undefined : node.children[i - 1];
      const value = test && this.evaluator.value(test, scope);
      const decided = value ? flag(value) : true;
      if (decided === false) continue;
      if (decided && isCertain) return this.block(child.children, scope);
      if (value && decided === undefined) isExistence &&= inspects(value);
      isCertain = false;
      let own = "end" as End;
      const outer = this.#isLeftByExistence;
      this.#isLeftByExistence = true;
      const run = () => (own = this.block(child.children, scope));
      this.#attempt(
        () => this.items.push(...this.collect(run, at, isExistence)),
        scope,
        () => isExistence,
      );
      ends.push(own);
      if (anyEnd([own]) === "end") this.#isLeftByExistence = outer;
      else this.#isLeftByExistence &&= isExistence && (outer || anyEnd(ends.slice(0, -1)) === "end");
      if (decided) break;
    }
    return anyEnd(ends);
  }

  #loop(node: PyNode, scope: Scope): End {
    const children = node.children;
    const at = children.findIndex(({ type }) => type === "in");
    const body = children.findIndex(({ type }) => type === "Body");
    const targets = children.slice(children.findIndex(({ type }) => type === "for") + 1, at);
    const over = this.evaluator.several(children.slice(at + 1, body), scope);
    const items =
      over.k === "list" ? over.items : over.k === "dict" ? over.entries.map(([key]) => key) : undefined;
    const begin = (item: Value) => {
      this.evaluator.bind(targets, item, scope);
    };
    if (!items) return this.#open(node, () => { begin(unknown(over.at, inspects(over))); }, scope, inspects(over)); // prettier-ignore
    return this.#each(node, items, begin, scope);
  }

  /** A loop over what is known. */
  #each(node: PyNode, items: readonly Value[], begin: (item: Value) => void, scope: Scope): End {
    const place = this.evaluator.placeOf(node, scope);
    const [body, otherwise] = node.children.filter(({ type }) => type === "Body");
    for (const [i, item] of items.entries()) {
      let end: End = "end";
      const run = () => {
        begin(item.k === "perhaps" ? item.of : item);
        end = this.block(body?.children ?? [], scope);
      };
      if (item.k === "perhaps") {
        this.#attempt(
          () => this.items.push(...this.collect(run, place)),
          scope,
          () => true,
        );
        if (anyEnd([end]) !== "end") this.#isLeftByExistence = true;
        end = anyEnd([end]);
      } else run();
      if (end === "return" || end === "raise") return end;
      if (end === "break") return "end";
      if (end === "maybe return" || end === "maybe break") {
        const rest = this.#rest(end, () => this.#each(node, items.slice(i + 1), begin, scope), node, scope);
        return rest.endsWith("return") ? rest : "end";
      }
    }
    return otherwise ? this.block(otherwise.children, scope) : "end";
  }

  /** A loop of which it is not known how often it runs: what it changes is not known in it. */
  #open(node: PyNode, begin: () => void, scope: Scope, isLeftByExistence: boolean): End {
    const place = this.evaluator.placeOf(node, scope);
    const body = node.children.find(({ type }) => type === "Body");
    let end: End = "end";
    const run = () => {
      for (const target of body ? targetsIn(body) : [])
        if (target.type === "VariableName")
          scope.set(textAt(target, scope), unknown(place, isLeftByExistence));
      begin();
      end = this.block(body?.children ?? [], scope);
    };
    this.#attempt(
      () => this.items.push(...this.collect(run, place, false)),
      scope,
      () => isLeftByExistence,
    );
    if (!(end as End).endsWith("return")) return "end";
    this.#isLeftByExistence = isLeftByExistence;
    return "maybe return";
  }

  /** What handles an error runs where there is one: what it does, and what it was done instead of, are not certain. */
  #try(node: PyNode, scope: Scope): End {
    const place = this.evaluator.placeOf(node, scope);
    const bodies = node.children.flatMap((child, i) => {
      const keyword = node.children
        .slice(0, i)
        .findLast(({ type }) => /^(?:try|except|else|finally)$/.test(type));
      return child.type === "Body" ? [{ keyword: keyword?.type ?? "", statements: child.children }] : [];
    });
    const of = (keyword: string) => bodies.find((one) => one.keyword === keyword)?.statements ?? [];
    const outer = this.items;
    this.items = [];
    let end = this.block(of("try"), scope);
    if (end === "end") end = this.block(of("else"), scope);
    const own = this.items;
    this.items = [];
    const isSafe = end !== "raise" && this.#importsOnly(of("try"), scope);
    const ends: End[] = [];
    for (const { keyword, statements } of isSafe ? [] : bodies) {
      if (keyword !== "except") continue;
      const before = [...this.items];
      let one: End = "end";
      const handle = () => (one = this.block(statements, scope));
      const returned = this.returned;
      this.#attempt(handle, scope, () => false);
      if (end !== "raise" && returned) this.returned = returned;
      // Nothing is left of what fails.
      if ((one as End) === "raise") this.items = before;
      ends.push(one);
    }
    const handled = this.items;
    this.items = outer;
    if (handled.length === 0) this.items.push(...own);
    else
      for (const items of [own, handled])
        this.items.push(...this.collect(() => this.items.push(...items), place, false));
    if (end === "raise") end = ends.some((one) => one !== "raise") ? anyEnd(ends) : "raise";
    else if (
      end === "end" &&
      anyEnd(ends) !== "end" &&
      !of("try").some((one) => ASKS.test(textAt(one, scope)))
    ) {
      end = anyEnd(ends);
      this.#isLeftByExistence = false;
    }
    const last = this.block(of("finally"), scope);
    return last === "end" ? end : last;
  }

  /** Whether statements import what is there, and do nothing else. */
  #importsOnly(statements: readonly PyNode[], scope: Scope): boolean {
    const own = statements.filter(({ type }) => !/^(?::|Comment)$/.test(type));
    return own.every((one) => one.type === "ImportStatement" && this.isThere(one, scope));
  }

  /** Whether what an import names is found. */
  protected abstract isThere(node: PyNode, scope: Scope): boolean;

  /** Any case may be the one. */
  #match(node: PyNode, scope: Scope): End {
    this.evaluator.several(node.children.slice(1, 2), scope);
    const place = this.evaluator.placeOf(node, scope);
    const clauses = node.children.find(({ type }) => type === "MatchBody")?.children ?? [];
    const ends = clauses.flatMap(({ type, children }) => {
      if (type !== "MatchClause") return [];
      let end: End = "end";
      const run = () => {
        for (const name of children.flatMap(namesIn)) scope.set(textAt(name, scope), unknown(place));
        end = this.block(children.at(-1)?.children ?? [], scope);
      };
      this.#attempt(
        () => this.items.push(...this.collect(run, place, false)),
        scope,
        () => false,
      );
      return [end];
    });
    const end = anyEnd(ends);
    if (end !== "end") this.#isLeftByExistence = false;
    return end;
  }

  #with(node: PyNode, scope: Scope): End {
    const body = node.children.findIndex(({ type }) => type === "Body");
    return this.#enter(
      splitAt(node.children.slice(1, body), ","),
      () => this.block(node.children[body]?.children ?? [], scope),
      scope,
    );
  }

  /** Runs what is below contexts: where a function of the repository yields, or between an object's own methods. */
  #enter(contexts: readonly PyNode[][], run: () => End, scope: Scope): End {
    return this.limits.block(() => this.#inside(contexts, run, scope), "return");
  }

  #inside([first, ...more]: readonly PyNode[][], run: () => End, scope: Scope): End {
    if (!first) return run();
    const [context = [], name] = splitAt(first, "as");
    const ends: End[] = [];
    let returned: Value | undefined;
    const enter = (value: Value): void => {
      if (name?.[0]) this.evaluator.bind(name, value, scope);
      const before = this.returned;
      this.returned = undefined;
      ends.push(this.#enter(more, run, scope));
      returned = this.returned;
      this.returned = before;
    };
    this.entered = this.asCaller(enter);
    const value = this.evaluator.several(context, scope);
    this.entered = undefined;
    // What a context that was not followed came to is as good as nothing.
    const isFollowed = value.k !== "unknown" || value.isUnfollowed !== true;
    if (!isFollowed) ends.length = 0;
    if (ends.length === 0) {
      this.#method(value, "__enter__", enter);
      this.#method(value, "__exit__");
    }
    this.returned = returned ?? this.returned;
    const isSuppressed = value.k === "made" && /(?:^|\.)suppress$/.test(value.path);
    if (isSuppressed && ends[0] === "raise") return "end";
    return ends.length === 1 ? ends[0]! : anyEnd(ends);
  }

  /** Calls a method of an object whose class was read; the object itself is what any other context gives. */
  #method(value: Value, name: string, then?: (result: Value) => void): void {
    const method = value.k === "made" && value.of && methodIn(value.of, name, this.evaluator);
    const nothing = constant(null, value.at);
    const result = method
      ? this.call(
          { ...method.value, self: value },
          then ? [] : [nothing, nothing, nothing],
          new Map(),
          value.at,
        )
      : value;
    then?.(result);
  }
}

/** The names in a pattern. */
function namesIn({ type, children }: PyNode): PyNode[] {
  return type === "Body"
    ? []
    : children.flatMap((one) => (one.type === "VariableName" ? [one] : namesIn(one)));
}
