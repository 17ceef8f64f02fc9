import type { Piece } from "@orchestrator-lint/sql-rules/generated";
import { expressionSql, rawSql } from "./expressions.js";
import { identifier, list, literal, sql, written, type Statement } from "./statement.js";
import { enumType, typeSql } from "./types.js";
import { flag, lastOf, textIn, type Value } from "./values.js";

type Made = Extract<Value, { k: "made" }>;

/** A table as `op` names it. */
export interface TableName {
  sql: Piece[];
  name: string;
  schema: string | undefined;
}

export function tableName(name: Value | undefined, schema: Value | undefined): TableName | undefined {
  const text = textIn(name);
  if (text === undefined || !name) return undefined;
  const of = textIn(schema);
  const full = of === undefined ? identifier(text) : `${identifier(of)}.${identifier(text)}`;
  return { sql: written(full, name.at), name: text, schema: of };
}

/** What a column of `sa.Column` is in SQL, and what is made besides it. */
export interface ColumnSql {
  name: string;
  nameSql: Piece[];
  /** With type, default and NOT NULL. */
  definition: Piece[];
  isPrimary: boolean;
  /** Of a column that has an index or a constraint of its own. */
  isIndexed: boolean;
  isUnique: boolean;
  /** Foreign keys and checks. */
  constraints: Piece[][];
  types: Statement[];
}

const NO_TYPE = /^(?:ForeignKey|Sequence|Identity|Computed|CheckConstraint|FetchedValue)$/;

/** `sa.Column(name, type, *constraints, …)`; undefined where its name is not known. */
export function columnSql(column: Value | undefined): ColumnSql | undefined {
  if (column?.k !== "made" || !/^(?:Column|mapped_column)$/.test(lastOf(column.path))) return undefined;
  const { args, named, at } = column;
  const nameValue = named.get("name") ?? args[0];
  const name = textIn(nameValue);
  if (name === undefined) return undefined;
  const rest = args.slice(named.has("name") ? 0 : 1);
  const isElement = (value: Value) => value.k === "made" && NO_TYPE.test(lastOf(value.path));
  const type = named.get("type_") ?? rest.find((value) => !isElement(value));
  const elements = rest.filter((value): value is Made => value.k === "made" && isElement(value));
  const made = type && enumType(type);
  const isPrimary = flag(named.get("primary_key")) === true;
  const isRequired = named.has("nullable") ? flag(named.get("nullable")) === false : isPrimary;
  const nameSql = written(identifier(name), at);
  const more = elements.flatMap((element) => elementSql(element, nameSql));
  return {
    name,
    nameSql,
    definition: sql(
      nameSql,
      " ",
      type ? typeSql(type) : keyType(elements),
      defaultSql(named.get("server_default")),
      ...more.filter(({ of }) => of === "column").map(({ pieces }) => pieces),
      isRequired ? " NOT NULL" : "",
    ),
    isPrimary,
    isIndexed: flag(named.get("index")) === true,
    isUnique: flag(named.get("unique")) === true,
    constraints: more.filter(({ of }) => of === "table").map(({ pieces }) => pieces),
    types: made ? [made] : [],
  };
}

/** A column with a foreign key alone has the type of what it refers to, which is not known here. */
function keyType([first]: readonly Made[]): Piece[] {
  return first ? written(identifier("unknown"), first.at) : sql(identifier("unknown"));
}

/** ` DEFAULT …`; nothing for none, and for what cannot be told. */
function defaultSql(value: Value | undefined): Piece[] {
  const expression = value && defaultExpression(value);
  return expression ? sql(" DEFAULT ", expression) : [];
}

/** The SQL of a default: a text is a literal, `text()` is SQL. */
export function defaultExpression(value: Value): Piece[] | undefined {
  if (value.k === "const" && value.v === null) return undefined;
  const text = textIn(value);
  if (text !== undefined) return written(literal(text), value.at);
  const name = value.k === "made" ? lastOf(value.path) : "";
  if (value.k === "made" && name === "DefaultClause" && value.args[0])
    return defaultExpression(value.args[0]);
  const expression = expressionSql(value);
  return expression && sql("(", expression, ")");
}

function elementSql(
  { path, args, named, at }: Made,
  column: Piece[],
): { of: "column" | "table"; pieces: Piece[] }[] {
  const [first] = args;
  switch (lastOf(path)) {
    case "Identity":
      return [
        {
          of: "column",
          pieces: sql(` GENERATED ${flag(named.get("always")) ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY`),
        },
      ];
    case "Computed": {
      const expression = first && rawSql(first);
      return expression
        ? [{ of: "column", pieces: sql(" GENERATED ALWAYS AS (", expression, ") STORED") }]
        : [];
    }
    case "ForeignKey": {
      const target = referenced(first);
      if (!target || flag(named.get("use_alter"))) return [];
      const name = constraintName(named.get("name"));
      return [
        {
          of: "table",
          pieces: sql(
            name,
            "FOREIGN KEY (",
            column,
            ") REFERENCES ",
            written(`${target.table} (${target.column})`, at),
          ),
        },
      ];
    }
    case "CheckConstraint": {
      const expression = first && rawSql(first);
      const name = constraintName(named.get("name") ?? args[1]);
      return expression ? [{ of: "table", pieces: sql(name, "CHECK (", expression, ")") }] : [];
    }
    default:
      return [];
  }
}

/** `table.column`, `schema.table.column`. */
function referenced(value: Value | undefined): { table: string; column: string } | undefined {
  const parts = textIn(value)?.split(".");
  const column = parts?.pop();
  if (!parts || column === undefined || parts.length === 0) return undefined;
  return { table: parts.map(identifier).join("."), column: identifier(column) };
}

/** `CONSTRAINT name `, or nothing where the database chooses one. */
export function constraintName(value: Value | undefined): Piece[] {
  const name = textIn(value);
  return name === undefined || !value ? [] : sql("CONSTRAINT ", written(identifier(name), value.at), " ");
}

/** A table's constraint as CREATE TABLE has it; undefined where it is none, or is not known in full. */
export function constraintSql(value: Value): Piece[] | undefined {
  if (value.k !== "made") return undefined;
  const { path, args, named, at } = value;
  // `use_alter` leaves a constraint to a statement of its own.
  if (flag(named.get("use_alter"))) return undefined;
  const name = constraintName(named.get("name"));
  switch (lastOf(path)) {
    case "PrimaryKeyConstraint":
    case "UniqueConstraint": {
      const keys = names(args);
      const kind = lastOf(path) === "UniqueConstraint" ? "UNIQUE" : "PRIMARY KEY";
      return keys && keys.length > 0 ? sql(name, written(kind, at), " (", list(keys), ")") : undefined;
    }
    case "ForeignKeyConstraint": {
      const [columns, targets] = [args[0] ?? named.get("columns"), args[1] ?? named.get("refcolumns")];
      const keys = columns?.k === "list" ? names(columns.items) : undefined;
      const to = targets?.k === "list" ? targets.items.map(referenced) : [];
      if (!keys || !to[0] || to.some((one) => !one)) return undefined;
      const target = `${to[0].table} (${to.map((one) => one?.column).join(", ")})`;
      const own = name.length > 0 ? name : constraintName(args[2]);
      return sql(own, written("FOREIGN KEY", at), " (", list(keys), ") REFERENCES ", target);
    }
    case "CheckConstraint": {
      const expression = args[0] && rawSql(args[0]);
      const own = name.length > 0 ? name : constraintName(args[1]);
      return expression && sql(own, written("CHECK", at), " (", expression, ")");
    }
    default:
      return undefined;
  }
}

/** Column names. */
export function names(values: readonly Value[]): Piece[][] | undefined {
  const all = values.map((value) => {
    const name = textIn(value);
    return name === undefined ? undefined : written(identifier(name), value.at);
  });
  return all.some((one) => one === undefined) ? undefined : (all as Piece[][]);
}
