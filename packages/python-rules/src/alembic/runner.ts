import { partsOf, splitAt } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";
import { grown } from "./builtins.js";
import { Contexts } from "./contexts.js";
import { isMaybe, joinedEnd, targetsIn, type End } from "./flow.js";
import { decoratorName, parametersIn } from "./module.js";
import { joined } from "./operators.js";
import { NOWHERE } from "./places.js";
import { bindImport, textAt, type Scope } from "./scope.js";
import { constant, unknown, type Value } from "./values.js";

/** Runs statements in the mind: loops over what is known, and each branch that may be taken. */
export abstract class Runner extends Contexts {
  /** Runs statements of another module for what they bind. */
  protected aside(statements: readonly PyNode[], scope: Scope): void {
    const { items, returned, entered, raised } = this;
    this.items = [];
    this.entered = undefined;
    this.scopes.push(scope);
    const before = scope.snapshot();
    const isEnded = this.limits.apart(scope.source.isHelper === true, () => {
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
        return this.rest(one, () => this.block(statements.slice(i + 1), scope), statement, scope);
      if (one !== "end") return one;
    }
    return "end";
  }

  /** What runs only where the branch before did not end it all. */
  protected rest(how: End, run: () => End, after: PyNode, scope: Scope): End {
    return this.limits.block(() => this.#after(how, run, after, scope), "return");
  }

  #after(how: End, run: () => End, after: PyNode, scope: Scope): End {
    const [first, isExistence] = [this.returned, this.isLeftByExistence];
    this.returned = undefined;
    let end: End = "end";
    const place = this.evaluator.placeOf(after, scope);
    const rest = () => this.items.push(...this.collect(() => (end = run()), place, isExistence));
    // What `return` leaves is nobody's any more.
    if (how === "maybe return") rest();
    else this.attempt(rest, scope, () => isExistence);
    this.isLeftByExistence &&= isExistence;
    const second = this.returned as Value | undefined;
    if (!second) this.returned = first;
    const joint = joinedEnd(how, end);
    if (joint === "return" || (second && first)) {
      const isSame = first?.k === "const" && second?.k === "const" && first.v === second.v;
      if (!isSame) this.returned = unknown(place, isExistence);
    }
    return joint;
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
        return this.branches(node, scope);
      case "ForStatement":
        return this.loop(node, scope);
      case "WhileStatement":
        return this.open(node, () => undefined, scope, false);
      case "WithStatement":
        return this.with(node, scope);
      case "TryStatement":
        return this.try(node, scope);
      case "MatchStatement":
        return this.match(node, scope);
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
}
