import { hash } from "node:crypto";
import type { Piece } from "@orchestrator-lint/sql-rules/generated";
import type { Range } from "@orchestrator-lint/sql-rules/shared";
import {
  columnSql,
  constraintName,
  constraintSql,
  defaultExpression,
  names,
  tableName,
  type ColumnSql,
  type TableName,
} from "./columns.js";
import { keySql, rawSql, wordsOf } from "./expressions.js";
import {
  identifier,
  list,
  sql,
  written,
  type Branch,
  type Item,
  type Statement,
  type Unread,
} from "./statement.js";
import { enumType, typeSql } from "./types.js";
import { flag, lastOf, textIn, type Value } from "./values.js";

/** A call of an operation, with its arguments by their names in Alembic's own signature. */
export interface Operation {
  name: string;
  args: readonly Value[];
  named: ReadonlyMap<string, Value>;
  at: Range;
  /** The table of `op.batch_alter_table`, which its operations leave out. */
  batch?: Extract<Value, { k: "batch" }>;
}

/** Positional parameters of operations, the table of a batch left out. After `alembic/op.pyi`, 1.16. */
const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  rename_table: ["old_table_name", "new_table_name"],
  add_column: ["table_name", "column"],
  drop_column: ["table_name", "column_name"],
  alter_column: ["table_name", "column_name"],
  create_index: ["index_name", "table_name", "columns"],
  drop_index: ["index_name", "table_name"],
  drop_table: ["table_name"],
  create_unique_constraint: ["constraint_name", "table_name", "columns"],
  create_primary_key: ["constraint_name", "table_name", "columns"],
  create_foreign_key: ["constraint_name", "source_table", "referent_table", "local_cols", "remote_cols"],
  create_check_constraint: ["constraint_name", "table_name", "condition"],
  drop_constraint: ["constraint_name", "table_name"],
  execute: ["sqltext"],
};

/** What makes and refines statements of SQLAlchemy's core, which change rows. */
export const STATEMENT =
  /^(?:update|insert|delete|select|values|where|filter|filter_by|from_select|returning|order_by|limit|join|bindparams|execution_options|on_conflict_do_(?:nothing|update)|cte|union|with_only_columns)$/;

const MAX_NAME = 63;

/** Operations that change no table's shape. */
const HARMLESS =
  /^(?:f|get_bind|get_context|bulk_insert|create_table_comment|drop_table_comment|inline_literal|implementation_for|run_async|batch_alter_table|create_comment|create_exclude_constraint)$/;

/** The SQL of one operation, in order; what cannot be read says so. */
export function itemsOf(operation: Operation): readonly Item[] {
  const { name, at } = operation;
  if (name === "create_table") return createTable(operation) ?? [unread(operation)];
  const read = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name as keyof typeof OPERATIONS] : undefined;
  if (!read) return HARMLESS.test(name) ? [] : [unread(operation)];
  const found = read(argumentsOf(operation), at);
  return found ?? [unread(operation)];
}

/** @returns undefined where a name is not known */
type Read = (args: Arguments, at: Range) => Item[] | undefined;

type Arguments = (name: string) => Value | undefined;

const OPERATIONS = {
  drop_table: (args, at) => {
    const table = tableOf(args);
    return table && [statement(at, "DROP TABLE ", exists(args), table.sql)];
  },
  rename_table: (args, at) => {
    const table = tableName(args("old_table_name"), args("schema"));
    const to = nameSql(args("new_table_name"));
    return table && to && [statement(at, "ALTER TABLE ", table.sql, " RENAME TO ", to)];
  },
  add_column: (args, at) => {
    const table = tableOf(args);
    const column = columnSql(args("column"));
    if (!table || !column) return undefined;
    const ifNot = flag(args("if_not_exists")) ? "IF NOT EXISTS " : "";
    return [
      statement(at, "ALTER TABLE ", table.sql, " ADD COLUMN ", ifNot, column.definition),
      ...column.constraints.map((one) => statement(at, "ALTER TABLE ", table.sql, " ADD ", one)),
      ...ownIndexes(table, column, at, "alter"),
    ];
  },
  drop_column: (args, at) => {
    const table = tableOf(args);
    const column = nameSql(args("column_name"));
    return (
      table && column && [statement(at, "ALTER TABLE ", table.sql, " DROP COLUMN ", exists(args), column)]
    );
  },
  alter_column: alterColumn,
  create_index: createIndex,
  drop_index: (args, at) => {
    const index = tableName(args("index_name"), args("schema"));
    return index && [statement(at, "DROP INDEX ", exists(args), index.sql)];
  },
  create_unique_constraint: (args, at) => keyConstraint("UNIQUE", args, at),
  create_primary_key: (args, at) => keyConstraint("PRIMARY KEY", args, at),
  create_foreign_key: (args, at) => {
    const table = tableName(args("source_table"), args("source_schema") ?? args("schema"));
    const to = tableName(args("referent_table"), args("referent_schema"));
    const [local, remote] = [namesOf(args("local_cols")), namesOf(args("remote_cols"))];
    if (!table || !to || !local || !remote) return undefined;
    const name = constraintName(args("constraint_name"));
    return [statement(at, "ALTER TABLE ", table.sql, " ADD ", name, "FOREIGN KEY (", list(local), ") REFERENCES ", to.sql, " (", list(remote), ")")]; // prettier-ignore
  },
  create_check_constraint: (args, at) => {
    const table = tableOf(args);
    const condition = args("condition");
    const expression = condition && rawSql(condition);
    if (!table) return undefined;
    if (!expression) return [];
    const name = constraintName(args("constraint_name"));
    return [statement(at, "ALTER TABLE ", table.sql, " ADD ", name, "CHECK (", expression, ")")];
  },
  drop_constraint: (args, at) => {
    const table = tableOf(args);
    const name = nameSql(args("constraint_name"));
    // Neither columns nor indexes are other ones without it.
    if (!name && /^(?:foreignkey|check)$/.test(textIn(args("type")) ?? "")) return [];
    return (
      table && name && [statement(at, "ALTER TABLE ", table.sql, " DROP CONSTRAINT ", exists(args), name)]
    );
  },
  execute: (args, at) => {
    const text = args("sqltext");
    const pieces = text && rawSql(text);
    const words = text && !pieces ? wordsOf(text) : "";
    if (ROWS.test(words) && !DEFINES.test(words)) return [];
    if (pieces) return [{ k: "statement", pieces: unescapedColons(pieces), at }];
    // Expressions of SQLAlchemy's core change rows.
    return text?.k === "made" && STATEMENT.test(lastOf(text.path)) ? [] : undefined;
  },
} satisfies Record<string, Read>;

/** A statement that changes rows, of which not all is known; and what may be in it that changes more. */
const ROWS = /^\s*(?:update|insert|delete|select)\s/i;
const DEFINES = /;|\b(?:alter|create|drop|rename|into)\b(?<!insert\s+into)/i;

/** `\:` is a colon in `text()`. */
function unescapedColons(pieces: readonly Piece[]): Piece[] {
  return pieces.map((piece) =>
    piece.kind === "written" ? { ...piece, text: piece.text.replaceAll("\\:", ":") } : piece,
  );
}

function argumentsOf({ name, args, named, batch }: Operation): Arguments {
  const own = SIGNATURES[name] ?? [];
  const tables = /^(?:table_name|source_table)$/;
  const positions = batch ? own.filter((one) => !tables.test(one)) : own;
  return (key) => {
    if (batch && tables.test(key)) return batch.table;
    if (batch && (key === "schema" || key === "source_schema")) return batch.schema;
    const at = positions.indexOf(key);
    return named.get(key) ?? (at >= 0 ? args[at] : undefined) ?? named.get(`${key}_`);
  };
}

function tableOf(args: Arguments): TableName | undefined {
  return tableName(args("table_name"), args("schema"));
}

function nameSql(value: Value | undefined): Piece[] | undefined {
  const name = textIn(value);
  return name === undefined || !value ? undefined : written(identifier(name), value.at);
}

function namesOf(value: Value | undefined): Piece[][] | undefined {
  return value?.k === "list" ? names(value.items) : undefined;
}

const exists = (args: Arguments): string => (flag(args("if_exists")) ? "IF EXISTS " : "");

function statement(at: Range, first: string, ...parts: readonly (string | readonly Piece[])[]): Statement {
  return { k: "statement", at, pieces: sql(written(first, at), ...parts) };
}

/** What is passed over where it is there already. */
function ifNew(items: readonly Item[], at: Range): Branch[] {
  return items.length > 0 ? [{ k: "branch", items, at }] : [];
}

function createTable({ args, named, at }: Operation): Item[] | undefined {
  const table = tableName(args[0] ?? named.get("table_name"), named.get("schema"));
  if (!table) return undefined;
  const elements = args.slice(1);
  const columns = elements.flatMap((element) => columnSql(element) ?? []);
  const constraints = elements.flatMap((element) => {
    const found = constraintSql(element);
    return found ? [found] : [];
  });
  const hasKey = elements.some((one) => one.k === "made" && lastOf(one.path) === "PrimaryKeyConstraint");
  const primary = hasKey ? [] : columns.filter(({ isPrimary }) => isPrimary);
  const known = elements.filter((element) => element.k === "made");
  const parts = [
    ...columns.map(({ definition }) => definition),
    ...(primary.length > 0 ? [sql("PRIMARY KEY (", list(primary.map((one) => one.nameSql)), ")")] : []),
    ...columns.flatMap(({ constraints: own }) => own),
    ...columns.filter(isOnlyUnique).map(({ nameSql: name }) => sql("UNIQUE (", name, ")")),
    ...constraints,
  ];
  const ifNot = flag(named.get("if_not_exists")) ? "IF NOT EXISTS " : "";
  const isWhole = known.length === elements.length;
  return [
    ...ifNew(
      columns.flatMap(({ types }) => types),
      at,
    ),
    {
      ...statement(at, "CREATE TABLE ", ifNot, table.sql, " (", list(parts), ")"),
      ...(isWhole ? {} : { doubt: "not all of its columns could be read" }),
    },
    ...columns.flatMap((column) => ownIndexes(table, column, at, "create")),
    ...elements.flatMap((element) => indexElement(element, table)),
  ];
}

const isOnlyUnique = ({ isUnique, isIndexed }: ColumnSql): boolean => isUnique && !isIndexed;

/** `index=True` and `unique=True` of a column. */
function ownIndexes(table: TableName, column: ColumnSql, at: Range, how: "create" | "alter"): Statement[] {
  const { name, nameSql: key, isIndexed, isUnique } = column;
  if (isIndexed) {
    const schema = table.schema === undefined ? "" : `${table.schema}_`;
    const index = identifier(shortened(`ix_${schema}${table.name}_${name}`));
    const unique = isUnique ? "UNIQUE " : "";
    return [statement(at, `CREATE ${unique}INDEX ${index} ON `, table.sql, " (", key, ")")];
  }
  return isUnique && how === "alter"
    ? [statement(at, "ALTER TABLE ", table.sql, " ADD UNIQUE (", key, ")")]
    : [];
}

/** Names that SQLAlchemy makes up are cut to what PostgreSQL takes: `IdentifierPreparer._truncate_and_render_maxlen_name`. */
export function shortened(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 8)}_${hash("md5", name).slice(-4)}`;
}

/** `sa.Index("name", "a", "b")` among a table's elements. */
export function indexElement(element: Value, table: TableName): Item[] {
  if (element.k !== "made" || lastOf(element.path) !== "Index") return [];
  const [first, ...keys] = element.args;
  // A name that is put together at run time is no reason not to know the index.
  const name = first?.k === "const" ? first : undefined;
  const args: Arguments = (key) => {
    if (key === "index_name") return name;
    if (key === "columns") return { k: "list", items: keys, at: element.at };
    return element.named.get(key);
  };
  return indexOn(table, args, element.at) ?? [];
}

function createIndex(args: Arguments, at: Range): Item[] | undefined {
  const table = tableOf(args);
  return table && indexOn(table, args, at);
}

function indexOn(table: TableName, args: Arguments, at: Range): Item[] | undefined {
  const columns = args("columns");
  const keys = columns?.k === "list" ? columns.items : undefined;
  const name = args("index_name");
  if (!keys || (name && name.k !== "const")) return undefined;
  const classes = args("postgresql_ops");
  const classOf = (key: Value): string => {
    const entries = classes?.k === "dict" ? classes.entries : [];
    const text = textIn(key) ?? (key.k === "made" ? textIn(key.named.get("name")) : undefined);
    const found = textIn(entries.find(([one]) => text !== undefined && textIn(one) === text)?.[1]);
    return found === undefined ? "" : ` ${found}`;
  };
  const parts = keys.map((key) => keySql(key, classOf(key)));
  const using = textIn(args("postgresql_using"));
  const where = args("postgresql_where");
  const predicate = where && rawSql(where);
  const include = args("postgresql_include");
  const included = include && namesOf(include);
  const isHalf = where !== undefined && where.k !== "const" && !predicate;
  const isUnknown = isHalf || parts.some((part) => !part);
  return [
    {
      ...statement(
        at,
        `CREATE ${flag(args("unique")) ? "UNIQUE " : ""}INDEX `,
        flag(args("if_not_exists")) ? "IF NOT EXISTS " : "",
        nameSql(name) ?? [],
        " ON ",
        table.sql,
        using === undefined ? "" : ` USING ${using}`,
        " (",
        list(parts.map((part, i) => part ?? written("(NULL::text)", keys[i]!.at))),
        ")",
        included ? sql(" INCLUDE (", list(included), ")") : [],
        flag(args("postgresql_nulls_not_distinct")) ? " NULLS NOT DISTINCT" : "",
        predicate ? sql(" WHERE ", predicate) : [],
      ),
      ...(isUnknown ? { doubt: "not all of the index could be read" } : {}),
    },
  ];
}

function keyConstraint(kind: string, args: Arguments, at: Range): Item[] | undefined {
  const table = tableOf(args);
  const columns = namesOf(args("columns"));
  if (!table || !columns) return undefined;
  return [
    statement(at, "ALTER TABLE ", table.sql, " ADD ", constraintName(args("constraint_name")), `${kind} (`, list(columns), ")"),
  ]; // prettier-ignore
}

function alterColumn(args: Arguments, at: Range): Item[] | undefined {
  const table = tableOf(args);
  const column = nameSql(args("column_name"));
  if (!table || !column) return undefined;
  const alter = (...parts: readonly (string | readonly Piece[])[]): Statement =>
    statement(at, "ALTER TABLE ", table.sql, " ALTER COLUMN ", column, ...parts);
  const [nullable, type, byDefault] = [args("nullable"), args("type_"), args("server_default")];
  const [using, to] = [args("postgresql_using"), args("new_column_name")];
  const usingSql = using && rawSql(using);
  const items: Item[] = [];
  // In the order of Alembic's `PostgresqlImpl.alter_column`.
  if (type) {
    const made = enumType(type);
    if (made) items.push(...ifNew([made], at));
    items.push(alter(" TYPE ", typeSql(type), usingSql ? sql(" USING ", usingSql) : []));
  }
  if (nullable?.k === "const" && nullable.v !== null)
    items.push(alter(nullable.v ? " DROP NOT NULL" : " SET NOT NULL"));
  if (byDefault?.k === "const" && byDefault.v === null) items.push(alter(" DROP DEFAULT"));
  else if (byDefault && !(byDefault.k === "const" && byDefault.v === false)) {
    const expression = defaultExpression(byDefault);
    if (expression) items.push(alter(" SET DEFAULT ", expression));
  }
  if (to) {
    const name = nameSql(to);
    if (!name) return undefined;
    items.push(statement(at, "ALTER TABLE ", table.sql, " RENAME COLUMN ", column, " TO ", name));
  }
  return items;
}

/** What is known of an operation that could not be read: the names in it. */
function unread({ name, args, named, at, batch }: Operation): Unread {
  const texts = [batch?.table, ...args, ...named.values()].flatMap((value) => textIn(value) ?? []);
  const words = texts.filter((text) => /^\w+$/.test(text)).map((text) => text.toLowerCase());
  return { k: "unread", error: `op.${name}() names what is known only when it runs`, at, words };
}
