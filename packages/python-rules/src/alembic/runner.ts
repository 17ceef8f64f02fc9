import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { partsOf, splitAt } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";
import { grown } from "./builtins.js";
import { Evaluator, type Host } from "./evaluate.js";
import { bodyOf, decoratorNames } from "./module.js";
import { joined } from "./operators.js";
import { NOWHERE } from "./places.js";
import { bindImport, textAt, type Scope } from "./scope.js";
import type { Item } from "./statement.js";
import { constant, flag, inspects, unknown, type FunctionValue, type Value } from "./values.js";

/** Statements that are looked at in all, those of loops and helpers each time. */
const MAX_STEPS = 200_000;

/** How a block of statements ended. */
export type End = "end" | "return" | "raise" | "maybe return" | "leave" | "maybe leave";

/** Runs statements in the mind: loops over what is known, and each branch that may be taken. */
export abstract class Runner implements Host {
  protected readonly evaluator = new Evaluator(this);
  protected items: Item[] = [];
  protected returned: Value | undefined;
  #steps = 0;
  /** Whether the database alone decides if a block is left early. */
  #isLeftByExistence = true;

  abstract call(callee: Value, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value;
  abstract bound(
    callee: FunctionValue,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
    at: Range,
  ): Scope;
  abstract executes(args: readonly Value[], at: Range): void;
  abstract elsewhere(path: string, scope: Scope): Value | undefined;
  /** A call that stands alone was made. */
  protected abstract done(value: Value): void;

  perhaps(run: () => void, at: Range, isExistence: boolean): void {
    this.items.push(...this.collect(run, at, isExistence));
  }

  /** Whatever follows is not looked at. */
  protected stop(): void {
    this.#steps = Math.max(this.#steps, MAX_STEPS);
  }

  /** Runs statements of another module for what they bind. */
  protected aside(statements: readonly PyNode[], scope: Scope): void {
    const [items, returned, steps] = [this.items, this.returned, this.#steps];
    this.items = [];
    this.evaluator.within(NOWHERE, () => this.block(statements, scope));
    this.items = items;
    this.returned = returned;
    this.#steps = steps;
  }

  protected block(statements: readonly PyNode[], scope: Scope): End {
    for (const [i, statement] of statements.entries()) {
      if (++this.#steps > MAX_STEPS) return this.#cut(this.evaluator.placeOf(statement, scope));
      const one = this.#statement(statement, scope);
      if (one === "return" || one === "raise" || one === "leave") return one;
      if (one === "maybe return" || one === "maybe leave")
        return this.#rest(one, statements.slice(i + 1), statement, scope);
    }
    return "end";
  }

  /** What runs only where the branch before did not end it all. */
  #rest(how: End, statements: readonly PyNode[], after: PyNode, scope: Scope): End {
    const [first, isExistence] = [this.returned, this.#isLeftByExistence];
    const before = scope.snapshot();
    this.returned = undefined;
    let end: End = "end";
    const run = () => (end = this.block(statements, scope));
    const place = this.evaluator.placeOf(after, scope);
    this.items.push(...this.collect(run, place, isExistence));
    const second = this.returned as Value | undefined;
    if (!second) this.returned = first;
    if (how === "maybe leave") {
      scope.blur(before, isExistence);
      return (end as End) === "end" || (end as End) === "leave" ? how : "maybe return";
    }
    if ((end as End) !== "return") return "maybe return";
    const isSame = first?.k === "const" && second?.k === "const" && first.v === second.v;
    if (!isSame) this.returned = unknown(place, isExistence);
    return "return";
  }

  /** Says once that the rest was not followed. */
  #cut(at: Range): End {
    const error = "the migration takes too many steps to be followed";
    if (this.#steps === MAX_STEPS + 1) this.items.push({ k: "unread", error, at, words: [] });
    return "return";
  }

  /** What runs below a condition that is not known, as a branch. */
  protected collect(run: () => void, at: Range, isExistence = true): Item[] {
    const before = this.items;
    this.items = [];
    run();
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
        this.returned = this.evaluator.several(children.slice(1), scope);
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
        bindImport(node, scope);
        return "end";
      case "DecoratedStatement":
        return this.#decorated(node, scope);
      case "FunctionDefinition":
      case "ClassDefinition": {
        const name = children.find(({ type }) => type === "VariableName");
        const k = node.type === "FunctionDefinition" ? "function" : "class";
        if (name) scope.set(textAt(name, scope), { k, node, scope, at });
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
        return "leave";
      case "IfStatement":
        return this.#branches(node, scope);
      case "ForStatement":
        return this.#loop(node, scope);
      case "WhileStatement":
        this.items.push(...this.collect(() => this.block(bodyOf(node), scope), at, false));
        return "end";
      case "WithStatement":
        return this.#with(node, scope);
      case "TryStatement": {
        const [first, ...others] = children.filter(({ type }) => type === "Body");
        const end = this.block(first?.children ?? [], scope);
        const isFinal = children.some(({ type }) => type === "finally");
        if (isFinal) this.block(others.at(-1)?.children ?? [], scope);
        return end;
      }
      default:
        return "end";
    }
  }

  #expression(children: readonly PyNode[], scope: Scope): void {
    const [call] = children;
    const [callee] = call?.type === "CallExpression" ? call.children : [];
    const [list] = callee?.type === "MemberExpression" ? callee.children : [];
    const value = this.evaluator.several(children, scope);
    // What a module does when it is imported is its own matter.
    if (scope.outer || !scope.source.isElsewhere) this.done(value);
    if (list?.type !== "VariableName" || value.k !== "unknown" || !value.grows) return;
    const name = textAt(list, scope);
    const of = scope.get(name);
    const { method, args } = value.grows;
    const more = of && grown(of, method, args);
    if (of?.k === "list") scope.replace(name, more ?? unknown(value.at));
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
    this.evaluator.bind([target], more, scope);
  }

  #decorated(node: PyNode, scope: Scope): End {
    const definition = node.children.at(-1) ?? node;
    const end = this.#statement(definition, scope);
    const isContext = decoratorNames(node, scope.source).some((name) => /(?:^|\.)contextmanager$/.test(name));
    const name = definition.children.find(({ type }) => type === "VariableName");
    const made = isContext && name ? scope.get(textAt(name, scope)) : undefined;
    if (name && made?.k === "function") scope.set(textAt(name, scope), { ...made, isContext: true });
    return end;
  }

  #branches(node: PyNode, scope: Scope): End {
    let end: End = "end";
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
      const before = scope.snapshot();
      let own = "end" as End;
      this.items.push(...this.collect(() => (own = this.block(child.children, scope)), at, isExistence));
      scope.blur(before, isExistence);
      // Where an error ends it all, what follows runs in every migration that goes through.
      if (own === "return" || own === "maybe return") end = "maybe return";
      else if (own.endsWith("leave") && end === "end") end = "maybe leave";
      if (own !== "end" && own !== "raise") this.#isLeftByExistence = isExistence;
      if (decided) break;
    }
    return end;
  }

  #loop(node: PyNode, scope: Scope): End {
    const children = node.children;
    const at = children.findIndex(({ type }) => type === "in");
    const body = children.findIndex(({ type }) => type === "Body");
    const targets = children.slice(children.findIndex(({ type }) => type === "for") + 1, at);
    const over = this.evaluator.several(children.slice(at + 1, body), scope);
    const statements = children[body]?.children ?? [];
    const place = this.evaluator.placeOf(node, scope);
    const items =
      over.k === "list" ? over.items : over.k === "dict" ? over.entries.map(([key]) => key) : undefined;
    const once = (item: Value, isExistence: boolean): End => {
      let end = "end" as End;
      this.evaluator.bind(targets, item, scope);
      const run = () => (end = this.block(statements, scope));
      this.items.push(...this.collect(run, place, isExistence));
      if (end !== "return" && end !== "maybe return") return "end";
      this.#isLeftByExistence = inspects(over);
      return "maybe return";
    };
    if (!items) return once(unknown(over.at, inspects(over)), false);
    for (const item of items) {
      if (item.k === "perhaps") {
        once(item.of, true);
        continue;
      }
      this.evaluator.bind(targets, item, scope);
      const end = this.block(statements, scope);
      if (end === "return" || end === "raise") return end;
    }
    return "end";
  }

  #with(node: PyNode, scope: Scope): End {
    const body = node.children.findIndex(({ type }) => type === "Body");
    for (const group of splitAt(node.children.slice(1, body), ",")) {
      const [context = [], name] = splitAt(group, "as");
      const value = this.evaluator.several(context, scope);
      if (name?.[0]) this.evaluator.bind(name, value, scope);
    }
    return this.block(node.children[body]?.children ?? [], scope);
  }
}
