import {
  noFacts,
  type DjangoMigration,
  type DjangoOperation,
  type FileFacts,
  type MigrationKey,
} from "@orchestrator-lint/sql-rules/generated";
import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { rawSql } from "../alembic/expressions.js";
import { bodyOf } from "../alembic/module.js";
import { firstProblem } from "../alembic/problems.js";
import { joined } from "../alembic/reader.js";
import type { Item } from "../alembic/statement.js";
import { Upgrade } from "../alembic/upgrade.js";
import { wordsIn } from "../alembic/words.js";
import { textIn, type Value } from "../alembic/values.js";
import { partsOf, splitAt, spanOf, textOf } from "../language/nodes.js";
import type { Program } from "../language/program.js";
import type { PyNode } from "../language/tree.js";
import { withHoles } from "../sql/find.js";
import { modelRef } from "./fields.js";
import { operationsOf, type Sql } from "./operations.js";

/** Whether something of a text is PostgreSQL's alone. */
const POSTGRES = /\bdjango\.contrib\.postgres\b/;

/**
 * What a migration of Django says: its operations, and what its SQL asks. What the operations make is told by all
 * migrations together. After "Migration Operations" of Django's documentation, 5.2.
 */
export function factsOfDjango(program: Program, path: string): FileFacts {
  const nothing: FileFacts = {
    ...noFacts(path),
    ...(POSTGRES.test(program.text) ? { isSurelyPostgres: true } : {}),
  };
  const empty = { dependencies: [], runBefore: [], replaces: [], operations: [], range: [0, 0] as Range };
  if (program.unread) {
    const { range, reason } = program.unread;
    const unread = [{ range, error: reason }];
    return { ...nothing, django: { migration: empty }, unread, isUnread: true };
  }
  const reader = new MigrationReader(program, path, nothing);
  const migration = reader.read() ?? empty;
  const problem = firstProblem(program.body);
  const unread = problem ? [{ range: problem.range, error: "this is no Python that can be read" }] : [];
  return {
    ...reader.facts,
    changes: [],
    django: { migration },
    unread: [...reader.facts.unread, ...unreadIn(migration.operations), ...unread],
  };
}

function unreadIn(operations: readonly DjangoOperation[]): { range: Range; error: string }[] {
  return operations.flatMap((one) => {
    if (one.kind === "unread") return [{ range: one.range, error: one.error }];
    return one.kind === "separate" ? unreadIn([...one.database, ...one.state]) : [];
  });
}

/** `%s` of a statement with parameters, of which nothing is known here. */
const PARAMETER = /(?<!%)%(?:s|\(\w+\)s)/g;

/** Reads the class of one migration. */
class MigrationReader implements Sql {
  readonly #program: Program;
  readonly #path: string;
  readonly #module: Upgrade;
  readonly #empty: FileFacts;
  readonly words: readonly string[];
  facts: FileFacts;

  constructor(program: Program, path: string, empty: FileFacts) {
    this.#program = program;
    this.#path = path;
    this.#empty = this.facts = empty;
    this.words = wordsIn(program.text);
    this.#module = new Upgrade({ text: program.text });
    this.#module.load(program.body);
  }

  read(): DjangoMigration | undefined {
    const found = this.#module.module.get("Migration");
    if (found?.k !== "class") return undefined;
    const scope = this.#module.module.inner();
    // One by one: a value of a thousand fields is too much to be kept.
    let listed: readonly PyNode[][] = [];
    for (const statement of bodyOf(found.node)) {
      const items = this.#listed(statement);
      if (items) listed = items;
      else this.#module.within([statement], scope);
    }
    const values = listed.map((group) => this.#module.evaluated(group, scope));
    const more = scope.get("operations");
    const all = more?.k === "list" ? [...values, ...more.items] : more ? [...values, more] : values;
    const title = found.node.children.find(({ type }) => type === "VariableName") ?? found.node;
    return {
      range: spanOf(title),
      dependencies: itemsIn(scope.get("dependencies")).flatMap(dependencyOf),
      runBefore: itemsIn(scope.get("run_before")).flatMap(keyOf),
      replaces: itemsIn(scope.get("replaces")).flatMap(keyOf),
      operations: all.flatMap((value) => operationsOf(value, this)),
    };
  }

  /** The items of `operations = […]`. */
  #listed({ type, children }: PyNode): PyNode[][] | undefined {
    const parts = partsOf(children).filter((one) => one.type !== "TypeDef");
    const [target, , list] = parts;
    const isList = type === "AssignStatement" && parts.length === 3 && list?.type === "ArrayExpression";
    if (!isList || !target || textOf(this.#program, target) !== "operations") return undefined;
    const items = splitAt(list.children.slice(1, -1), ",").filter((group) => partsOf(group).length > 0);
    // What a star spreads is known only as a whole.
    return items.some((group) => partsOf(group)[0]?.type === "*") ? undefined : items;
  }

  run(value: Value, at: Range): FileFacts["changes"] | undefined {
    // `RunSQL.noop`
    if (value.k === "name" && value.path.endsWith(".noop")) return [];
    const pieces = rawSql(value);
    if (!pieces) return undefined;
    return this.#join([withParameters({ k: "statement", pieces, at })]);
  }

  call(code: Value, at: Range): DjangoOperation[] {
    if (code.k !== "function") return [];
    const items = this.#module.asksFor(code).flatMap(withoutUnread).map(withParameters);
    const changes = this.#join(items);
    const own: DjangoOperation[] = changes.length > 0 ? [{ kind: "changes", changes, range: at }] : [];
    const error = this.#unfollowed(code.node, items);
    if (error === undefined) return own;
    return [...own, { kind: "unread", error, words: this.words, range: at }];
  }

  /** What a function does with the editor of the schema that was not read. */
  #unfollowed(node: PyNode, items: readonly Item[]): string | undefined {
    const text = textOf(this.#program, node);
    const editor = /\(\s*\w+[^,)]{0,200},\s*(\w+)/.exec(text)?.[1];
    if (editor === undefined) return undefined;
    const calls = [...text.matchAll(new RegExp(`\\b${editor}\\.(\\w+)`, "g"))].map(([, name = ""]) => name);
    const other = calls.find((name) => !/^(?:connection|execute|quote_\w+|deferred_sql)$/.test(name));
    if (other !== undefined) return `what ${editor}.${other}() does in a function was not followed`;
    const isRead = items.length > 0 || !calls.includes("execute");
    return isRead ? undefined : `a function executes what is known only when it runs`;
  }

  #join(items: readonly Item[]): FileFacts["changes"] {
    const { changes, ...facts } = joined(this.#empty, items, this.#path, this.words);
    const { queries, writes, documents = [], unread, jsonNames = [] } = facts;
    this.facts = {
      ...this.facts,
      queries: [...this.facts.queries, ...queries],
      writes: [...this.facts.writes, ...writes],
      documents: [...(this.facts.documents ?? []), ...documents],
      unread: [...this.facts.unread, ...unread],
      jsonNames: [...(this.facts.jsonNames ?? []), ...jsonNames],
    };
    return changes;
  }
}

/** SQL whose `%s` are filled in when it runs. */
function withParameters(item: Item): Item {
  if (item.k === "branch") return { ...item, items: item.items.map(withParameters) };
  if (item.k === "unread") return item;
  return { ...item, pieces: withHoles(item.pieces, PARAMETER) };
}

/** Functions of other modules that a data migration calls change rows. */
function withoutUnread(item: Item): Item[] {
  if (item.k === "unread") return [];
  if (item.k === "statement") return [item];
  const items = item.items.flatMap(withoutUnread);
  return items.length > 0 ? [{ ...item, items }] : [];
}

const itemsIn = (value: Value | undefined): readonly Value[] => (value?.k === "list" ? value.items : []);

function keyOf(value: Value): MigrationKey[] {
  const [app, name] = itemsIn(value).map(textIn);
  return app !== undefined && name !== undefined ? [[app, name]] : [];
}

/** `("app", "0001_initial")`, `migrations.swappable_dependency(settings.AUTH_USER_MODEL)`. */
function dependencyOf(value: Value): DjangoMigration["dependencies"][number][] {
  const ref = value.k === "made" ? modelRef(value) : undefined;
  if (ref === undefined) return keyOf(value);
  return ref.startsWith("$") ? [{ setting: ref.slice(1) }] : [[ref.split(".")[0]!, "__first__"]];
}
