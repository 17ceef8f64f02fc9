import type { PyNode } from "../language/tree.js";
import { anyEnd, targetsIn, type End } from "./flow.js";
import { textAt, type Scope } from "./scope.js";
import { State } from "./state.js";
import { flag, inspects, unknown, type Value } from "./values.js";

/** What asks the database, or changes it: where that fails, a transaction is over, whatever a handler does. */
const ASKS = /\bop\b|_op\b|execute|inspect|\bget_\w+\(/;
/** Branches, loops and handlers: each that may be taken is run. */
export abstract class Control extends State {
  protected abstract block(statements: readonly PyNode[], scope: Scope): End;
  /** What runs only where the branch before did not end it all. */
  protected abstract rest(how: End, run: () => End, after: PyNode, scope: Scope): End;

  protected branches(node: PyNode, scope: Scope): End {
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
      const outer = this.isLeftByExistence;
      this.isLeftByExistence = true;
      const run = () => (own = this.block(child.children, scope));
      this.attempt(
        () => this.items.push(...this.collect(run, at, isExistence)),
        scope,
        () => isExistence,
      );
      ends.push(own);
      if (anyEnd([own]) === "end") this.isLeftByExistence = outer;
      else this.isLeftByExistence &&= isExistence && (outer || anyEnd(ends.slice(0, -1)) === "end");
      if (decided) break;
    }
    return anyEnd(ends);
  }

  protected loop(node: PyNode, scope: Scope): End {
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
    if (!items) return this.open(node, () => { begin(unknown(over.at, inspects(over))); }, scope, inspects(over)); // prettier-ignore
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
        this.attempt(
          () => this.items.push(...this.collect(run, place)),
          scope,
          () => true,
        );
        if (anyEnd([end]) !== "end") this.isLeftByExistence = true;
        end = anyEnd([end]);
      } else run();
      if (end === "return" || end === "raise") return end;
      if (end === "break") return "end";
      if (end === "maybe return" || end === "maybe break") {
        const rest = this.rest(end, () => this.#each(node, items.slice(i + 1), begin, scope), node, scope);
        return rest.endsWith("return") ? rest : "end";
      }
    }
    return otherwise ? this.block(otherwise.children, scope) : "end";
  }

  /** A loop of which it is not known how often it runs: what it changes is not known in it. */
  protected open(node: PyNode, begin: () => void, scope: Scope, isLeftByExistence: boolean): End {
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
    this.attempt(
      () => this.items.push(...this.collect(run, place, false)),
      scope,
      () => isLeftByExistence,
    );
    if (!(end as End).endsWith("return")) return "end";
    this.isLeftByExistence = isLeftByExistence;
    return "maybe return";
  }

  /** What handles an error runs where there is one: what it does, and what it was done instead of, are not certain. */
  protected try(node: PyNode, scope: Scope): End {
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
      this.attempt(handle, scope, () => false);
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
      this.isLeftByExistence = false;
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
  protected match(node: PyNode, scope: Scope): End {
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
      this.attempt(
        () => this.items.push(...this.collect(run, place, false)),
        scope,
        () => false,
      );
      return [end];
    });
    const end = anyEnd(ends);
    if (end !== "end") this.isLeftByExistence = false;
    return end;
  }
}

/** The names in a pattern. */
function namesIn({ type, children }: PyNode): PyNode[] {
  return type === "Body"
    ? []
    : children.flatMap((one) => (one.type === "VariableName" ? [one] : namesIn(one)));
}
