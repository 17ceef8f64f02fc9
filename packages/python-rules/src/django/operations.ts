import type { DjangoOperation, FileFacts, ModelOptions } from "@orchestrator-lint/sql-rules/generated";
import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { flag, lastOf, textIn, type Value } from "../alembic/values.js";
import { fieldOf, isDjango, modelRef } from "./fields.js";
import { indexOf, textsIn } from "./indexes.js";

/** What SQL and functions of a migration ask for; facts beside changes are collected. */
export interface Sql {
  /** @returns undefined for what is known only at run time */
  run(sql: Value, at: Range): FileFacts["changes"] | undefined;
  /** All words in texts of the file: of such a name is what is known only at run time. */
  readonly words: readonly string[];
  /** What a function of `RunPython` does to the schema. */
  call(code: Value, at: Range): DjangoOperation[];
}

/** Positional parameters. After `django/db/migrations/operations` of Django 5.2. */
const SIGNATURES: Readonly<Record<string, readonly string[]>> = {
  CreateModel: ["name", "fields", "options", "bases"],
  DeleteModel: ["name"],
  RenameModel: ["old_name", "new_name"],
  AlterModelTable: ["name", "table"],
  AlterUniqueTogether: ["name", "unique_together"],
  AlterIndexTogether: ["name", "index_together"],
  AlterOrderWithRespectTo: ["name", "order_with_respect_to"],
  AlterModelOptions: ["name", "options"],
  AddField: ["model_name", "name", "field"],
  AlterField: ["model_name", "name", "field"],
  RemoveField: ["model_name", "name"],
  RenameField: ["model_name", "old_name", "new_name"],
  AddIndex: ["model_name", "index"],
  AddIndexConcurrently: ["model_name", "index"],
  RemoveIndex: ["model_name", "name"],
  RemoveIndexConcurrently: ["model_name", "name"],
  RenameIndex: ["model_name", "new_name", "old_name", "old_fields"],
  AddConstraint: ["model_name", "constraint"],
  AddConstraintNotValid: ["model_name", "constraint"],
  AlterConstraint: ["model_name", "name", "constraint"],
  RemoveConstraint: ["model_name", "name"],
  RunSQL: ["sql", "reverse_sql", "state_operations"],
  RunPython: ["code"],
  SeparateDatabaseAndState: ["database_operations", "state_operations"],
  CreateExtension: ["name"],
};
/** Operations that change no table's shape. */
const HARMLESS =
  /^(?:AlterModelManagers|AlterModelTableComment|ValidateConstraint|AlterConstraint|(?:Create|Remove)Collation)$/;
const EXTENSIONS: Readonly<Record<string, string>> = {
  BloomExtension: "bloom", BtreeGinExtension: "btree_gin", BtreeGistExtension: "btree_gist",
  CITextExtension: "citext", CryptoExtension: "pgcrypto", HStoreExtension: "hstore", TrigramExtension: "pg_trgm",
  UnaccentExtension: "unaccent", VectorExtension: "vector", TimescaleExtension: "timescaledb",
}; // prettier-ignore
/** Operations of other packages that change no table's shape: an extension that is made, a trigger of django-pgtrigger. */
const HARMLESS_ELSEWHERE = /\w(?:Extension|ExtensionOperation)$|^pgtrigger\./;

type Arguments = (name: string) => Value | undefined;

/** What one of a migration's operations is; what cannot be read says so. */
export function operationsOf(value: Value, sql: Sql): DjangoOperation[] {
  if (value.k !== "made") return [unread(value, "an operation is known only when the migration runs")];
  const name = lastOf(value.path);
  const isOwn = isDjango(value.path);
  if (!isOwn && !HARMLESS_ELSEWHERE.test(value.path)) return [unread(value, `what the operation ${name} does is not known`)]; // prettier-ignore
  const names = SIGNATURES[name] ?? [];
  const args: Arguments = (key) => value.named.get(key) ?? value.args[names.indexOf(key)];
  const extension = EXTENSIONS[name] ?? (name === "CreateExtension" ? textIn(args("name")) : undefined);
  const range = value.at;
  if (extension !== undefined)
    return [{ kind: "changes", changes: [{ kind: "create extension", name: extension, ifNotExists: true, range }], range }]; // prettier-ignore
  if (!isOwn || HARMLESS.test(name)) return [];
  const found = read(name, args, range, sql);
  if (found) return found;
  const error = `${name}() names what is known only when the migration runs`;
  return [unread(value, error, name === "RunSQL" ? sql.words : [])];
}

function unread(value: Value, error: string, more: readonly string[] = []): DjangoOperation {
  const given = value.k === "made" ? [...value.args, ...value.named.values()] : [];
  const words = given.flatMap((one) => textIn(one)?.toLowerCase() ?? []).filter((text) => /^\w+$/.test(text));
  return { kind: "unread", error, words: [...words, ...more], range: value.at };
}

/** @returns undefined where something that has to be known is not */
function read(name: string, args: Arguments, range: Range, sql: Sql): DjangoOperation[] | undefined {
  const model = textIn(args("model_name") ?? args("name"))?.toLowerCase();
  const own = textIn(args("name"));
  switch (name) {
    case "RunSQL": {
      const changes = statementsOf(args("sql"), range, sql);
      const state = listOf(args("state_operations"), sql);
      return changes && [{ kind: "changes", changes, range }, { kind: "separate", database: [], state, range }];
    }
    case "RunPython": {
      const code = args("code");
      return code && sql.call(code, range);
    }
    case "SeparateDatabaseAndState": {
      const database = listOf(args("database_operations"), sql);
      return [{ kind: "separate", database, state: listOf(args("state_operations"), sql), range }];
    }
    case "RenameModel": {
      const [from, to] = [textIn(args("old_name")), textIn(args("new_name"))];
      if (from === undefined || to === undefined) return undefined;
      return [{ kind: "rename model", model: from.toLowerCase(), to: to.toLowerCase(), range }];
    }
  }
  if (model === undefined) return undefined;
  switch (name) {
    case "CreateModel": {
      const fields = fieldsOf(args("fields"));
      const options = optionsOf(args("options"));
      if (!fields || !options) return undefined;
      const bases = args("bases");
      const refs = bases?.k === "list" ? bases.items.flatMap((one) => modelRef(one) ?? []) : [];
      const order = entryOf(args("options"), "order_with_respect_to");
      const all = flag(order) === false ? fields : [...fields, ["_order", orderField(range)] as const];
      return [{ kind: "create model", model, fields: all, options, bases: refs, range }];
    }
    case "DeleteModel":
      return [{ kind: "delete model", model, range }];
    case "AlterModelTable": {
      const table = textIn(args("table"));
      return [{ kind: "table", model, ...(table === undefined ? {} : { table }), range }];
    }
    case "AlterUniqueTogether":
    case "AlterIndexTogether": {
      const what = name === "AlterUniqueTogether" ? "unique" : "index";
      const sets = setsIn(args(`${what}_together`));
      return sets && [{ kind: "together", model, what, sets, range }];
    }
    case "AlterOrderWithRespectTo": {
      const isOrdered = flag(args("order_with_respect_to")) !== false;
      return [{ kind: "order", model, isOrdered, field: orderField(range), range }];
    }
    case "AlterModelOptions": {
      const isManaged = flag(entryOf(args("options"), "managed") ?? { k: "const", v: true, at: range });
      return [{ kind: "managed", model, isManaged: isManaged !== false, range }];
    }
    case "AddField":
    case "AlterField": {
      const field = fieldOf(args("field"));
      const kind = name === "AddField" ? "add field" : "alter field";
      return field && own !== undefined ? [{ kind, model, name: own, field, range }] : undefined;
    }
    case "RemoveField":
      return own === undefined ? undefined : [{ kind: "remove field", model, name: own, range }];
    case "RenameField": {
      const [from, to] = [textIn(args("old_name")), textIn(args("new_name"))];
      if (from === undefined || to === undefined) return undefined;
      return [{ kind: "rename field", model, name: from, to, range }];
    }
    case "RenameIndex": {
      const [to, from] = [textIn(args("new_name")), textIn(args("old_name"))];
      const fields = textsIn(args("old_fields"));
      if (to === undefined || (from === undefined && fields.length === 0)) return undefined;
      return [{ kind: "rename index", model, to, ...(from === undefined ? { fields } : { name: from }), range }];
    }
    case "AddIndex":
    case "AddIndexConcurrently":
    case "AddConstraint":
    case "AddConstraintNotValid": {
      const index = indexOf(args("index") ?? args("constraint"));
      return index && (index === "none" ? [] : [{ kind: "add index", model, index, range }]);
    }
    case "RemoveIndex":
    case "RemoveIndexConcurrently":
    case "RemoveConstraint":
      return own === undefined ? undefined : [{ kind: "remove index", model, name: own, range }];
    default:
      return undefined;
  }
} // prettier-ignore

/** `"…"`, `["…", ("…", params)]`. */
function statementsOf(value: Value | undefined, range: Range, sql: Sql): FileFacts["changes"] | undefined {
  if (value?.k !== "list") return value && sql.run(value, range);
  const all = value.items.map((one) => sql.run(one.k === "list" ? (one.items[0] ?? one) : one, range));
  return all.every((one) => one !== undefined) ? all.flat() : undefined;
}

function listOf(value: Value | undefined, sql: Sql): DjangoOperation[] {
  if (!value || (value.k === "const" && value.v === null)) return [];
  return value.k === "list" ? value.items.flatMap((one) => operationsOf(one, sql)) : operationsOf(value, sql);
}

type Fields = Extract<DjangoOperation, { kind: "create model" }>["fields"];

function fieldsOf(value: Value | undefined): Fields | undefined {
  if (value?.k !== "list") return undefined;
  const all = value.items.map((one) => {
    const [name, field] = one.k === "list" ? [textIn(one.items[0]), fieldOf(one.items[1])] : [];
    return name !== undefined && field ? ([name, field] as const) : undefined;
  });
  return all.every((one) => one !== undefined) ? all : undefined;
}

/** `order_with_respect_to` is a column of the table. */
function orderField(range: Range): Fields[number][1] {
  const type = { name: "integer", modifiers: [], dimensions: 0 };
  return { range, kind: "column", type };
}

function entryOf(value: Value | undefined, key: string): Value | undefined {
  return value?.k === "dict" ? value.entries.find(([one]) => textIn(one) === key)?.[1] : undefined;
}

function optionsOf(value: Value | undefined): ModelOptions | undefined {
  if (value && value.k !== "dict" && !(value.k === "const" && value.v === null)) return undefined;
  const table = textIn(entryOf(value, "db_table"));
  const swappable = textIn(entryOf(value, "swappable"));
  const managed = entryOf(value, "managed");
  const indexes = ["indexes", "constraints"].map((key) => entryOf(value, key));
  const all = indexes.flatMap((one) => (one?.k === "list" ? one.items.map(indexOf) : []));
  const [unique, index] = [setsIn(entryOf(value, "unique_together")), setsIn(entryOf(value, "index_together"))];
  if (!unique || !index || all.some((one) => !one)) return undefined;
  return {
    ...(table === undefined || table === "" ? {} : { table }),
    ...(managed && flag(managed) === false ? { isUnmanaged: true as const } : {}),
    ...(flag(entryOf(value, "proxy")) === true ? { isProxy: true as const } : {}),
    ...(swappable === undefined ? {} : { swappable }),
    uniqueTogether: unique,
    indexTogether: index,
    indexes: all.flatMap((one) => (one && one !== "none" ? [one] : [])),
  };
} // prettier-ignore

/** `[("a", "b")]`, `{("a", "b")}`, `set()`, `("a", "b")`. */
function setsIn(value: Value | undefined): string[][] | undefined {
  if (!value || (value.k === "const" && value.v === null)) return [];
  if (value.k === "made") return value.args.length === 0 ? [] : setsIn(value.args[0]);
  if (value.k !== "list") return undefined;
  if (value.items.length > 0 && value.items.every((one) => one.k === "const")) return [textsIn(value)];
  const sets = value.items.map((one) => (one.k === "list" ? textsIn(one) : undefined));
  return sets.every((one) => one !== undefined) ? sets : undefined;
}
