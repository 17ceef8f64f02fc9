import type { Range } from "@orchestrator-lint/sql-rules/shared";
import type { PyNode } from "../language/tree.js";
import { rawSql } from "./expressions.js";
import { afterMethod, calledByName, calledOnValue, finalName } from "./builtins.js";
import { attributeNode, lineOf, methodIn } from "./classes.js";
import { Elsewhere } from "./elsewhere.js";
import type { Library } from "./library.js";
import { Calls } from "./calls.js";
import { wordIn } from "./concern.js";
import { importsIn } from "./imports.js";
import { basesOf } from "./module.js";
import { itemsOf, STATEMENT } from "./operations.js";

import { Scope, textAt, type ModuleSource } from "./scope.js";
import type { Item } from "./statement.js";
import { enumType, typeName, withVariant } from "./types.js";
import {
  flag,
  inspects,
  lastOf,
  textIn,
  unknown,
  type ClassValue,
  type FunctionValue,
  type Made,
  type Value,
} from "./values.js";
import { wordsIn } from "./words.js";

/** What other modules do that changes no schema. */
const KNOWN_MODULE =
  /(?:^|\.)_?(?:logger|log)\.\w+$|\bsession\.(?:commit|close|flush|rollback|remove|add|add_all|delete|merge)$|^(?:sqlalchemy|alembic\.(?:op|context)|logging|warnings|time|os|sys|json|re|uuid|datetime|contextlib|textwrap|structlog|print|typing)\b/;

/** Functions of Python's own that stand alone. */
const BUILTIN = /^(?:print|super|setattr|delattr|next|exec|eval|open|input|globals|locals|vars|breakpoint)$/;
/** Characters of SQL that are read of one migration, those of loops each time. */
const MAX_SQL = 4 * 1024 * 1024;
/** Classes of types that stand for each other. */
const MAX_TYPES = 10;
/** What is made of a type. */
const TAKES_TYPE = /(?:^|\.)(?:Column|mapped_column|Field|ARRAY|as_mutable)$/;
/** The dialect that types are asked about. */
const DIALECT: Value = { k: "name", path: "dialect", at: [0, 0] };

/**
 * Runs a migration in the mind: what it asks of PostgreSQL, in order. Constants, helpers of the file, loops over
 * literals and conditions on the dialect are followed; what the database or the environment decides is a branch.
 */
export class Upgrade extends Calls {
  readonly #elsewhere: Elsewhere | undefined;
  readonly module: Scope;
  #unfollowed: string | undefined;
  readonly #types = new Map<string, string>();

  /**
   * @param library - the modules beside it, which are not followed otherwise
   * @param file - its path relative to the root of those
   */
  constructor(source: ModuleSource, library?: Library, file = "") {
    super();
    this.module = new Scope(source);
    const aside = (statements: readonly PyNode[], scope: Scope): void => {
      this.aside(statements, scope);
    };
    this.#elsewhere = library && new Elsewhere(library, file, aside);
  }

  /** What a full name means, as seen from a scope, where the module that defines it was read. */
  elsewhere(path: string, scope: Scope): Value | undefined {
    return this.#elsewhere?.find(path, scope);
  }

  starred(name: string, scope: Scope): Value | undefined {
    return this.#elsewhere?.starred(scope, name);
  }

  assigned(path: string, value: Value, scope: Scope): void {
    this.#elsewhere?.assign(path, value, scope);
  }

  override changed(of: Value, by: Value, scope: Scope): void {
    super.changed(of, by, scope);
    this.#elsewhere?.forget();
  }

  protected isThere(node: PyNode, scope: Scope): boolean {
    return importsIn(node, scope.source).every(
      ({ path }) => KNOWN_MODULE.test(path) || this.#elsewhere?.has(path, scope) === true,
    );
  }

  /** What was looked for in other modules, and what was there. */
  get asked(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#elsewhere?.asked ?? []);
  }

  /** The types of the database that types of other modules stand for, by their full names. */
  get types(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#types);
  }

  /** Binds what a module's own statements define, and runs none of its calls. */
  load(statements: readonly PyNode[]): void {
    this.block(statements, this.module);
    this.items = [];
    this.#unfollowed = undefined;
  }

  /** What the module's function of a name asks for; undefined without such a function. */
  run(name: string): Item[] | undefined {
    const callee = this.module.get(name);
    return callee?.k === "function" ? this.asksFor(callee) : undefined;
  }

  /** What a function asks for, whoever calls it, with arguments that are not known. */
  asksFor(callee: FunctionValue): Item[] {
    this.items = [];
    this.call(callee, [], new Map(), callee.at);
    if (this.limits.isStopped) {
      const error = "the migration takes too many steps to be followed";
      this.items.push({ k: "unread", error, at: callee.at, words: [], isAnything: true });
    }
    return this.items;
  }

  /** Runs statements in a scope of the module. */
  within(statements: readonly PyNode[], scope: Scope): void {
    this.block(statements, scope);
  }

  /** What an expression, or several with commas between, is in a scope of the module. */
  evaluated(nodes: readonly PyNode[], scope: Scope): Value {
    return this.evaluator.several(nodes, scope);
  }

  /** A migration of several databases, as Alembic's own template for them is, names a function for each. */
  several(): Item[] {
    const main = this.module.get("upgrade");
    const names = [...this.module.snapshot()].filter(
      ([name, { k }]) => k === "function" && /^upgrade_\w+$/.test(name),
    );
    const isOne = main?.k !== "function" || !/\bglobals\s*\(/.test(textAt(main.node, main.scope));
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
    return Object.fromEntries([...this.evaluator.mentions].map(([name, key]) => [key, name]));
  }

  call(callee: Value, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value {
    switch (callee.k) {
      case "function":
        return this.callFunction(callee, args, named, at);
      case "class": {
        const type = this.evaluator.within(at, () => this.#typeOf(callee));
        if (type?.k === "made" && type.args.length + type.named.size > 0) return { ...type, at };
        const own = callee.path ?? `.${textAt(callee.node.children[1] ?? callee.node, callee.scope)}`;
        const made: Made = { k: "made", path: type?.path ?? own, args, named, at, of: callee, identity: {} };
        const begin = methodIn(callee, "__init__", this.evaluator);
        if (begin && this.mayChange(begin.value)) this.call({ ...begin.value, self: made }, args, named, at);
        return made;
      }
      case "name":
        return this.#callName(callee.path, args, named, at);
      case "member":
        return this.#callMember(callee, args, named, at);
      case "made":
        return this.#callMade(callee, args, named, at);
      default:
        return unknown(at, inspects(callee));
    }
  }

  /** What `functools.partial()` made, an object with `__call__`, and `super`. */
  #callMade(callee: Made, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value {
    const {
      path,
      of,
      args: [first, ...given],
    } = callee;
    if (path === "super") return callee;
    if (path === "functools.partial" && first)
      return this.call(first, [...given, ...args], new Map([...callee.named, ...named]), at);
    const method = of && methodIn(of, "__call__", this.evaluator);
    return method
      ? this.call({ ...method.value, self: callee }, args, named, at)
      : unknown(at, inspects(callee));
  }

  #callName(path: string, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value {
    if (path === "map" && args[0] && args[1]?.k === "list" && args.length === 2) {
      const [callee, { items }] = [args[0], args[1]];
      const made: Value[] = [];
      const each = () => {
        for (const item of items) made.push(this.call(callee, [item], new Map(), at));
      };
      this.perhaps(each, at, false);
      return { k: "list", items: made, at };
    }
    const known = calledByName(path, args, named, at);
    if (known) return known;
    // What a type of its own is on the dialect that is asked about.
    if (path.endsWith(".type_descriptor") && args[0]) return args[0];
    const operation = /^alembic\.op\.(\w+)$/.exec(path)?.[1];
    if (operation === undefined) return this.#made(path, args, named, at);
    this.limits.change();
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
    this.#push(itemsOf({ name: operation, args, named: this.#typed(named), at }));
    return { k: "made", path, args, named, at };
  }

  /** Keeps what the migration asks for; what a function elsewhere leaves open says in which one that is. */
  #push(items: readonly Item[]): void {
    for (const item of items)
      for (const piece of item.k === "statement" ? item.pieces : [])
        this.length += piece.kind === "written" ? piece.text.length : 1;
    if (this.length > MAX_SQL) {
      this.limits.exceed();
      return;
    }
    const of = this.helper;
    if (!of) this.items.push(...items);
    else {
      const text = textAt(of.node, of.scope);
      const name = /^(?:async\s+)?def\s+(\w+)/.exec(text)?.[1] ?? "";
      for (const item of items) {
        if (item.k !== "unread") this.items.push(item);
        else
          this.items.push({
            ...item,
            error: `${item.error}, in ${name}()`,
            words: [...item.words, ...wordsIn(text)],
          });
      }
    }
  }

  /** A function of another module that is handed the operations, or names: nobody knows what it does with them. */
  protected done(value: Value): void {
    if (value.k === "unknown") {
      const { called } = value;
      if (called && this.#concerns(called.args)) this.#unfollow(called.name, called.args, value.at);
      return;
    }
    if (value.k !== "made" || KNOWN_MODULE.test(value.path)) return;
    // Python's own, unless `from … import *` may have brought it.
    if (!value.path.includes(".") && (BUILTIN.test(value.path) || this.module.stars.length === 0)) return;
    // What was read did what it does.
    if (value.of) return;
    this.#unfollow(lastOf(value.path), [...value.args, ...value.named.values()], value.at);
  }

  #unfollow(name: string, given: readonly Value[], at: Range): void {
    this.#unfollowed ??= name;
    if (!this.#concerns(given)) return;
    const words = given.flatMap(wordIn);
    const error = `${name}() of another module was not followed`;
    this.#push([{ k: "unread", error, at, words: words.map((word) => word.toLowerCase()) }]);
  }

  /** Whether what is called is handed the operations, or names. */
  #concerns(given: readonly Value[]): boolean {
    return given.some((one) => (one.k === "name" && one.path === "alembic.op") || wordIn(one).length > 0);
  }

  #callMember(
    { of, name }: Extract<Value, { k: "member" }>,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
    at: Range,
  ): Value {
    if (of.k === "batch") {
      this.limits.change();
      if (name === "f") return finalName(args, at);
      this.#push(itemsOf({ name, args, named: this.#typed(named), at, batch: of }));
      return unknown(at);
    }
    // An index for one database.
    if (name === "ddl_if" && of.k === "made")
      return textIn(named.get("dialect")) === "postgresql" ? of : unknown(at);
    if (name === "with_variant") return this.asType(withVariant(of, args));
    const known = calledOnValue(of, name, args, at);
    if (known) {
      const after = afterMethod(of, name, [...args, ...named.values()]);
      if (after !== of) this.changed(of, after, this.module);
      return known;
    }
    if (of.k === "made") {
      const type = name === "create" ? enumType(of, true) : undefined;
      if (type) this.items.push({ k: "branch", items: [type], at });
      if (name === "drop" && enumType(of, true)) this.#dropType(of, at);
      if (of.of && !enumType(of)) return { ...unknown(at, inspects(of)), called: { name, args } };
      if (this.#changeTable(of, name, named, at)) return unknown(at);
      if (/^(?:create|drop)_all$|^create$/.test(name) && !type) this.#createAll(of, name, at);
      if (STATEMENT.test(name))
        return { k: "made", path: `sqlalchemy.${name}`, args: [of, ...args], named, at };
      if (/^(?:desc|asc)$/.test(name))
        return { k: "made", path: `sqlalchemy.${name}`, args: [of], named, at };
    }
    return unknown(at, inspects(of) || args.some(inspects));
  }

  /** `connection.execute(text("…"))`, whatever the connection comes from. */
  executes(args: readonly Value[], at: Range): void {
    const [first] = args;
    if (first && rawSql(first)) this.#push(itemsOf({ name: "execute", args, named: new Map(), at }));
  }

  /** `sa.Table("t", metadata, sa.Column(…)).create(bind)`. @returns whether it is such a call */
  #changeTable(
    { path, args, named }: Made,
    name: string,
    options: ReadonlyMap<string, Value>,
    at: Range,
  ): boolean {
    const [table, , ...elements] = args;
    if (lastOf(path) !== "Table" || !table || elements.length === 0) return false;
    if (name !== "create" && name !== "drop") return false;
    const isChecked = flag(options.get("checkfirst")) !== false;
    const items = itemsOf({
      name: `${name}_table`,
      args: [table, ...(name === "create" ? elements : [])],
      named,
      at,
    });
    if (isChecked) this.items.push({ k: "branch", items, at });
    else this.#push(items);
    return true;
  }

  /** `metadata.create_all(bind)`, `sa.Table("t", …).create(bind)`: tables of models. */
  #createAll({ args }: Extract<Value, { k: "made" }>, name: string, at: Range): void {
    const words = args.flatMap((one) => textIn(one)?.toLowerCase() ?? []);
    this.items.push({ k: "unread", error: `what ${name}() makes stands in models`, at, words });
  }

  #dropType(of: Extract<Value, { k: "made" }>, at: Range): void {
    const name = textIn(of.named.get("name")) ?? "";
    const text = `DROP TYPE IF EXISTS "${name.replaceAll('"', '""')}"`;
    this.items.push({ k: "statement", at, pieces: [{ kind: "written", text, range: at }] });
  }

  /** What a call of another module makes; a class that is handed over as a type is the type that it stands for. */
  #made(path: string, args: readonly Value[], named: ReadonlyMap<string, Value>, at: Range): Value {
    if (!TAKES_TYPE.test(path)) return { k: "made", path, args, named, at };
    return { k: "made", path, args: args.map((value) => this.asType(value)), named: this.#typed(named), at };
  }

  #typed(named: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
    return new Map([...named].map(([name, value]) => [name, this.asType(value)]));
  }

  /** A class of types as the type that it stands for; everything else as it is. */
  asType(value: Value): Value {
    const type = value.k === "class" ? this.call(value, [], new Map(), value.at) : value;
    const { via } = value;
    if (via === undefined) return type;
    const name = typeName(type);
    // Settings may say otherwise of json, and what it is where that is not known here.
    if (/^jsonb?$/.test(name)) this.#types.set(via, name);
    else if (value.k !== "class" || !name.startsWith('"')) return type;
    return { k: "name", path: via, at: value.at };
  }

  /** The type that a class of types stands for on PostgreSQL, by its `load_dialect_impl`, its `impl` or its base. */
  #typeOf(of: ClassValue, depth = 0): Extract<Value, { k: "name" | "made" }> | undefined {
    if (depth > MAX_TYPES) return undefined;
    const byDialect = methodIn(of, "load_dialect_impl", this.evaluator);
    const implementation = attributeNode(of, "impl", this.evaluator);
    const known = byDialect
      ? this.callFunction({ ...byDialect.value, self: unknown(of.at) }, [DIALECT], new Map(), of.at)
      : implementation
        ? this.evaluator.value(implementation.node, implementation.scope)
        : this.#baseOf(of);
    if (known?.k === "class") return this.#typeOf(known, depth + 1);
    return known?.k === "name" || known?.k === "made" ? known : undefined;
  }

  /** What a class descends from that is no class that was read. */
  #baseOf(of: ClassValue): Value | undefined {
    for (const { node, scope } of lineOf(of, this.evaluator)) {
      const [base] = basesOf(node, scope.source);
      const value = base && this.evaluator.value(base, scope);
      if (value && value.k !== "class") return value;
    }
    return undefined;
  }
}
