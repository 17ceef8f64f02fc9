import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { partsOf, spanOf, splitAt, textOf, type Source } from "../language/nodes.js";
import type { PyNode } from "../language/tree.js";
import { Evaluator, type Host } from "./evaluate.js";
import { rawSql } from "./expressions.js";
import { attributeOf, basesOf, bindImport, bodyOf, methodOf, parametersIn, Scope } from "./module.js";
import { itemsOf, shortened, STATEMENT } from "./operations.js";
import type { Item } from "./statement.js";
import { enumType, withVariant } from "./types.js";
import { constant, flag, inspects, lastOf, textIn, unknown, type Value } from "./values.js";

/** What other modules do that changes no schema. */
const KNOWN_MODULE =
  /^(?:sqlalchemy|alembic\.(?:op|context)|logging|warnings|time|os|sys|json|re|uuid|datetime|contextlib|textwrap|structlog|print|typing)\b/;

/** Statements that are looked at in all, those of loops and helpers each time. */
const MAX_STEPS = 200_000;
const MAX_CALLS = 20;
/** Classes of types above each other. */
const MAX_BASES = 10;
/** What is made of a type. */
const TAKES_TYPE = /(?:^|\.)(?:Column|mapped_column|Field|ARRAY|as_mutable)$/;
/** The dialect that types are asked about. */
const DIALECT: Value = { k: "name", path: "dialect", at: [0, 0] };

/** How a block of statements ended. */
type End = "end" | "return" | "maybe return" | "leave";

/**
 * Runs a migration in the mind: what it asks of PostgreSQL, in order. Constants, helpers of the file, loops over
 * literals and conditions on the dialect are followed; what the database or the environment decides is a branch.
 */
export class Upgrade implements Host {
  readonly #source: Source;
  readonly #evaluator: Evaluator;
  readonly module = new Scope();
  #items: Item[] = [];
  #steps = 0;
  #calls = 0;
  #returned: Value | undefined;
  #unfollowed: string | undefined;

  constructor(source: Source) {
    this.#source = source;
    this.#evaluator = new Evaluator(source, this);
  }

  /** Binds what a module's own statements define, and runs none of its calls. */
  load(statements: readonly PyNode[]): void {
    this.#block(statements, this.module);
    this.#items = [];
    this.#unfollowed = undefined;
  }

  /** What the module's function of a name asks for; undefined without such a function. */
  run(name: string): Item[] | undefined {
    const callee = this.module.get(name);
    return callee?.k === "function" ? this.asksFor(callee) : undefined;
  }

  /** What a function asks for, whoever calls it, with arguments that are not known. */
  asksFor(callee: Extract<Value, { k: "function" }>): Item[] {
    this.#items = [];
    this.call(callee, [], new Map(), callee.at);
    return this.#items;
  }

  /** Runs statements in a scope of the module. */
  within(statements: readonly PyNode[], scope: Scope): void {
    this.#block(statements, scope);
  }

  /** What an expression, or several with commas between, is in a scope of the module. */
  valueOf(nodes: readonly PyNode[], scope: Scope): Value {
    return this.#evaluator.several(nodes, scope);
  }

  /** A migration of several databases, as Alembic's own template for them is, names a function for each. */
  several(): Item[] {
    const main = this.module.get("upgrade");
    const names = [...this.module.snapshot()].filter(
      ([name, { k }]) => k === "function" && /^upgrade_\w+$/.test(name),
    );
    const isOne = main?.k !== "function" || !/\bglobals\s*\(/.test(textOf(this.#source, main.node));
    if (isOne || names.length === 0) return [];
    const error = "upgrade() goes to several databases, none of which was followed";
    return [{ k: "unread", error, at: main.at, words: [] }];
  }

  /** The first function of another module that is called for what it does alone. */
  get unfollowed(): string | undefined {
    return this.#unfollowed;
  }

  /** What other files give names, by the characters that stand for them in texts. */
  get mentions(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#evaluator.mentions].map(([name, key]) => [key, name]));
  }

  // ── Calls ──

  call(callee: Value, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value {
    switch (callee.k) {
      case "function":
        return this.#callFunction(callee.node, args, named, at);
      case "class": {
        const type = this.#typeOf(callee.node);
        if (type?.k === "made" && type.args.length + type.named.size > 0) return { ...type, at };
        const path = type?.path ?? `.${textOf(this.#source, callee.node.children[1] ?? callee.node)}`;
        return { k: "made", path, args, named, at };
      }
      case "name":
        return this.#callName(callee.path, args, named, at);
      case "member":
        return this.#callMember(callee, args, named, at);
      default:
        return unknown(at, inspects(callee));
    }
  }

  #callName(path: string, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value {
    if (/(?:^|\.)(?:str|list|tuple|set|sorted|reversed)$/.test(path) && args.length === 1) {
      const [value] = args;
      return value && (value.k === "list" || value.k === "const") ? value : unknown(at, args.some(inspects));
    }
    if (/^(?:textwrap\.dedent|inspect\.cleandoc)$/.test(path) && args[0]?.k === "const") return args[0];
    if (path === "zip") return zipped(args, at);
    if (path === "enumerate" && args[0]?.k === "list") {
      const pairs = args[0].items.map((item, i): Value => ({
        k: "list",
        items: [constant(i, at), item],
        at,
      }));
      return { k: "list", items: pairs, at };
    }
    // How often something is tried again is of no matter.
    if (path === "range") return { k: "list", items: [unknown(at)], at };
    // What a type of its own is on the dialect that is asked about.
    if (path.endsWith(".type_descriptor") && args[0]) return args[0];
    const operation = /^alembic\.op\.(\w+)$/.exec(path)?.[1];
    if (operation === undefined) return this.#made(path, args, named, at);
    if (operation === "f") return finalName(args, at);
    if (operation === "batch_alter_table") {
      return {
        k: "batch",
        table: args[0] ?? named.get("table_name") ?? unknown(at),
        schema: named.get("schema") ?? args[1],
        at,
      };
    }
    if (operation === "get_bind" || operation === "get_context") return { k: "made", path, args, named, at };
    this.#items.push(...itemsOf({ name: operation, args, named, at }));
    return { k: "made", path, args, named, at };
  }

  /** A function of another module that is handed the operations, or names: nobody knows what it does with them. */
  #foreign(value: Value): void {
    if (value.k !== "made" || KNOWN_MODULE.test(value.path) || !value.path.includes(".")) return;
    const given = [...value.args, ...value.named.values()];
    const words = given.flatMap((one) => textIn(one) ?? []).filter((text) => /^\w+$/.test(text));
    const isHanded = given.some((one) => one.k === "name" && /^alembic\.op$/.test(one.path));
    this.#unfollowed ??= lastOf(value.path);
    if (!isHanded && words.length === 0) return;
    const error = `${lastOf(value.path)}() of another module was not followed`;
    this.#items.push({ k: "unread", error, at: value.at, words: words.map((word) => word.toLowerCase()) });
  }

  #callMember(
    { of, name }: Extract<Value, { k: "member" }>,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
    at: Range,
  ): Value {
    if (of.k === "batch") {
      if (name === "f") return finalName(args, at);
      this.#items.push(...itemsOf({ name, args, named, at, batch: of }));
      return unknown(at);
    }
    // An index for one database.
    if (name === "ddl_if" && of.k === "made")
      return textIn(named.get("dialect")) === "postgresql" ? of : unknown(at);
    if (name === "with_variant") return this.asType(withVariant(of, args));
    if (of.k === "const") return textMethod(of, name, at);
    if (of.k === "list" || of.k === "dict") return members(of, name, args, at);
    if (of.k === "made") {
      const type = name === "create" ? enumType(of, true) : undefined;
      if (type) this.#items.push({ k: "branch", items: [type], at });
      if (name === "drop" && enumType(of, true)) this.#dropType(of, at);
      if (/^(?:create|drop)_all$|^create$/.test(name) && !type) this.#createAll(of, name, at);
      if (STATEMENT.test(name))
        return { k: "made", path: `sqlalchemy.${name}`, args: [of, ...args], named, at };
      if (/^(?:desc|asc)$/.test(name))
        return { k: "made", path: `sqlalchemy.${name}`, args: [of], named, at };
    }
    return unknown(at, inspects(of) || args.some(inspects));
  }

  perhaps(run: () => void, node: PyNode, isExistence: boolean): void {
    this.#items.push(...this.#collect(run, node, isExistence));
  }

  /** `connection.execute(text("…"))`, whatever the connection comes from. */
  executes(args: readonly Value[], at: Range): void {
    const [first] = args;
    if (first && rawSql(first)) this.#items.push(...itemsOf({ name: "execute", args, named: new Map(), at }));
  }

  /** `metadata.create_all(bind)`, `sa.Table("t", …).create(bind)`: tables of models. */
  #createAll({ args }: Extract<Value, { k: "made" }>, name: string, at: Range): void {
    const words = args.flatMap((one) => textIn(one)?.toLowerCase() ?? []);
    this.#items.push({ k: "unread", error: `what ${name}() makes stands in models`, at, words });
  }

  #dropType(of: Extract<Value, { k: "made" }>, at: Range): void {
    const name = textIn(of.named.get("name")) ?? "";
    const text = `DROP TYPE IF EXISTS "${name.replaceAll('"', '""')}"`;
    this.#items.push({ k: "statement", at, pieces: [{ kind: "written", text, range: at }] });
  }

  #callFunction(node: PyNode, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value {
    if (this.#calls >= MAX_CALLS) {
      this.#steps = Math.max(this.#steps, MAX_STEPS);
      return unknown(at);
    }
    const scope = new Scope(this.module);
    for (const [i, { name, default: value }] of parametersIn(node, this.#source).entries()) {
      const given = args[i] ?? named.get(name);
      scope.set(name, given ?? (value ? this.#evaluator.value(value, this.module) : unknown(at)));
    }
    this.#calls++;
    const outer = this.#returned;
    this.#returned = undefined;
    const end = this.#block(bodyOf(node), scope);
    // A value that some other way replaces is not known.
    const returned = end === "maybe return" ? undefined : (this.#returned as Value | undefined);
    this.#returned = outer;
    this.#calls--;
    const isAsked = this.#asks(node);
    return returned ?? (end === "end" && !isAsked ? constant(null, at) : unknown(at, isAsked));
  }

  /** Whether a function looks at the database. */
  #asks(node: PyNode): boolean {
    return /\b(?:inspect|Inspector|information_schema|pg_\w+|get_table_names|has_table)\b/.test(
      textOf(this.#source, node),
    );
  }

  /** What a call of another module makes; a class that is handed over as a type is the type that it stands for. */
  #made(path: string, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value {
    if (!TAKES_TYPE.test(path)) return { k: "made", path, args, named, at };
    const types = new Map([...named].map(([name, value]) => [name, this.asType(value)]));
    return { k: "made", path, args: args.map((value) => this.asType(value)), named: types, at };
  }

  /** A class of types as the type that it stands for; everything else as it is. */
  asType(value: Value): Value {
    return value.k === "class" ? this.call(value, [], new Map(), value.at) : value;
  }

  /** The type that a class of types stands for on PostgreSQL, by its `load_dialect_impl`, its `impl` or its base. */
  #typeOf(node: PyNode, depth = 0): Extract<Value, { k: "name" | "made" }> | undefined {
    if (depth > MAX_BASES) return undefined;
    const byDialect = methodOf(node, "load_dialect_impl", this.#source);
    const implementation = attributeOf(node, "impl", this.#source);
    const [base] = basesOf(node, this.#source);
    const known = byDialect
      ? this.#callFunction(byDialect, [unknown(spanOf(node)), DIALECT], new Map(), spanOf(node))
      : (implementation ?? base) && this.#evaluator.value((implementation ?? base)!, this.module);
    if (known?.k === "class") return this.#typeOf(known.node, depth + 1);
    return known?.k === "name" || known?.k === "made" ? known : undefined;
  }

  // ── Statements ──

  #block(statements: readonly PyNode[], scope: Scope): End {
    let end = "end" as End;
    for (const [i, statement] of statements.entries()) {
      if (++this.#steps > MAX_STEPS) return this.#cut(statement);
      const one = this.#statement(statement, scope);
      if (one === "return" || one === "leave") return one;
      if (one === "maybe return") {
        // The rest runs only where the branch before did not end it.
        const rest = this.#collect(() => (end = this.#block(statements.slice(i + 1), scope)), statement);
        this.#items.push(...rest);
        return end === "return" ? "return" : "maybe return";
      }
    }
    return end;
  }

  /** Says once that the rest was not followed. */
  #cut({ range: at }: PyNode): End {
    if (this.#steps === MAX_STEPS + 1)
      this.#items.push({
        k: "unread",
        error: "the migration takes too many steps to be followed",
        at,
        words: [],
      });
    return "return";
  }

  /** What runs below a condition that is not known, as a branch. */
  #collect(run: () => void, { range }: PyNode, isExistence = true): Item[] {
    const before = this.#items;
    this.#items = [];
    run();
    const items = this.#items;
    this.#items = before;
    if (items.length === 0) return [];
    const doubt = "what the migration does to it depends on what is known only when it runs";
    return [{ k: "branch", items, at: [range[0], range[1]], ...(isExistence ? {} : { doubt }) }];
  }

  #statement(node: PyNode, scope: Scope): End {
    const { children } = node;
    switch (node.type) {
      case "ExpressionStatement":
        this.#foreign(this.#evaluator.several(children, scope));
        return "end";
      case "StatementGroup":
        return this.#block(children, scope);
      case "AssignStatement":
        this.#assign(node, scope);
        return "end";
      case "UpdateStatement": {
        const [target, , value] = partsOf(children);
        if (value) this.#evaluator.value(value, scope);
        if (target) this.#evaluator.bind([target], unknown(spanOf(node)), scope);
        return "end";
      }
      case "ImportStatement":
        bindImport(node, this.#source, scope);
        return "end";
      case "DecoratedStatement":
        return this.#statement(children.at(-1) ?? node, scope);
      case "FunctionDefinition": {
        const name = children.find(({ type }) => type === "VariableName");
        if (name) scope.set(textOf(this.#source, name), { k: "function", node, at: spanOf(node) });
        return "end";
      }
      case "ClassDefinition": {
        const name = children.find(({ type }) => type === "VariableName");
        if (name) scope.set(textOf(this.#source, name), { k: "class", node, at: spanOf(node) });
        return "end";
      }
      case "ReturnStatement":
        this.#returned = this.#evaluator.several(
          partsOf(children.slice(1)).length > 0 ? children.slice(1) : [],
          scope,
        );
        return "return";
      case "RaiseStatement":
        return "return";
      case "BreakStatement":
      case "ContinueStatement":
        return "leave";
      case "IfStatement":
        return this.#branches(children, scope, node);
      case "ForStatement":
        return this.#loop(node, scope);
      case "WhileStatement":
        this.#items.push(...this.#collect(() => this.#block(bodyOf(node), scope), node, false));
        return "end";
      case "WithStatement":
        return this.#with(node, scope);
      case "TryStatement": {
        const [first, ...others] = children.filter(({ type }) => type === "Body");
        const end = this.#block(first?.children ?? [], scope);
        const isFinal = children.some(({ type }) => type === "finally");
        if (isFinal) this.#block(others.at(-1)?.children ?? [], scope);
        return end;
      }
      default:
        return "end";
    }
  }

  #assign(node: PyNode, scope: Scope): void {
    const groups = splitAt(
      node.children.filter(({ type }) => type !== "TypeDef" && type !== "⚠"),
      "AssignOp",
    );
    const value = groups.length > 1 ? this.#evaluator.several(groups.pop()!, scope) : undefined;
    if (value) for (const group of groups) this.#evaluator.bind(group, value, scope);
  }

  #branches(children: readonly PyNode[], scope: Scope, node: PyNode): End {
    let end: End = "end";
    let isCertain = true;
    let isExistence = true;
    for (const [i, child] of children.entries()) {
      if (child.type !== "Body") continue;
      const keyword = children.slice(0, i).findLast(({ type }) => /^(?:if|elif|else)$/.test(type));
      const test = keyword?.type === "else" ? undefined : children[i - 1];
      const value = test && this.#evaluator.value(test, scope);
      const decided = value ? flag(value) : true;
      if (decided === false) continue;
      if (decided && isCertain) return this.#block(child.children, scope);
      if (value && decided === undefined) isExistence &&= inspects(value);
      isCertain = false;
      const before = scope.snapshot();
      let own = "end" as End;
      this.#items.push(...this.#collect(() => (own = this.#block(child.children, scope)), node, isExistence));
      scope.blur(before, isExistence);
      if (own === "return" || own === "maybe return") end = "maybe return";
      if (decided) break;
    }
    return end;
  }

  #loop(node: PyNode, scope: Scope): End {
    const children = node.children;
    const at = children.findIndex(({ type }) => type === "in");
    const body = children.findIndex(({ type }) => type === "Body");
    const targets = children.slice(children.findIndex(({ type }) => type === "for") + 1, at);
    const over = this.#evaluator.several(children.slice(at + 1, body), scope);
    const statements = children[body]?.children ?? [];
    const items =
      over.k === "list" ? over.items : over.k === "dict" ? over.entries.map(([key]) => key) : undefined;
    if (!items) {
      this.#evaluator.bind(targets, unknown(over.at, inspects(over)), scope);
      this.#items.push(...this.#collect(() => this.#block(statements, scope), node, false));
      return "end";
    }
    for (const item of items) {
      this.#evaluator.bind(targets, item, scope);
      const end = this.#block(statements, scope);
      if (end === "return") return end;
    }
    return "end";
  }

  #with(node: PyNode, scope: Scope): End {
    const body = node.children.findIndex(({ type }) => type === "Body");
    for (const group of splitAt(node.children.slice(1, body), ",")) {
      const [context = [], name] = splitAt(group, "as");
      const value = this.#evaluator.several(context, scope);
      if (name?.[0]) this.#evaluator.bind(name, value, scope);
    }
    return this.#block(node.children[body]?.children ?? [], scope);
  }
}

/** `op.f()`: a name that no convention changes, and that SQLAlchemy cuts itself. */
function finalName([name]: readonly Value[], at: Range): Value {
  const text = textIn(name);
  return text === undefined || !name
    ? unknown(at)
    : text === shortened(text)
      ? name
      : constant(shortened(text), at);
}

/** Pairs of the items of lists; what is not known of one makes the whole unknown. */
function zipped(lists: readonly Value[], at: Range): Value {
  const all = lists.map((one) => (one.k === "list" ? one.items : undefined));
  const length = Math.min(...all.map((items) => items?.length ?? 0));
  if (all.some((items) => !items) || !Number.isFinite(length)) return unknown(at, lists.some(inspects));
  const items = Array.from({ length }, (_, i): Value => ({
    k: "list",
    items: all.map((one) => one![i]!),
    at,
  }));
  return { k: "list", items, at };
}

function textMethod(of: Extract<Value, { k: "const" }>, name: string, at: Range): Value {
  const text = textIn(of);
  if (text === undefined) return unknown(at);
  if (name === "lower") return constant(text.toLowerCase(), at);
  if (name === "upper") return constant(text.toUpperCase(), at);
  return /^(?:strip|lstrip|rstrip)$/.test(name) ? { ...of, at } : unknown(at);
}

function members(
  of: Extract<Value, { k: "list" | "dict" }>,
  name: string,
  args: readonly Value[],
  at: Range,
): Value {
  if (of.k === "list") return unknown(at);
  if (name === "items") {
    return { k: "list", items: of.entries.map((pair): Value => ({ k: "list", items: pair, at })), at };
  }
  if (name === "keys") return { k: "list", items: of.entries.map(([key]) => key), at };
  if (name === "values") return { k: "list", items: of.entries.map(([, value]) => value), at };
  const key = textIn(args[0]);
  const entry = name === "get" ? of.entries.find(([one]) => textIn(one) === key) : undefined;
  return entry?.[1] ?? unknown(at);
}
