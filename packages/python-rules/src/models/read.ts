import {
  factsOfPieces,
  type ModelClass,
  type ModelColumn,
  type ModelFacts,
} from "@orchestrator-lint/sql-rules/generated";
import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { argumentsIn, basesOf, bodyOf } from "../alembic/module.js";
import { indexElement } from "../alembic/operations.js";
import type { Scope } from "../alembic/scope.js";
import { typeName } from "../alembic/types.js";
import { Upgrade } from "../alembic/upgrade.js";
import { constant, flag, lastOf, textIn, unknown, type Made, type Value } from "../alembic/values.js";
import { partsOf, spanOf, splitAt, textOf } from "../language/nodes.js";
import type { Program } from "../language/program.js";
import type { PyNode } from "../language/tree.js";

const LIBRARY = /\b(?:sqlalchemy|sqlmodel|advanced_alchemy|flask_sqlalchemy|db\.Model)\b|__tablename__/i;
const DECLARES =
  /\b(?:__tablename__|mapped_column|Mapped|Column|TypeDecorator|with_variant|as_mutable|DeclarativeBase\w*|declarative_base|SQLModel|MetaData)\b/;

/** Whether a module may declare tables, or what tables elsewhere are declared with: a cheap test before it is parsed. */
export function mayHoldModels(text: string): boolean {
  return LIBRARY.test(text) && DECLARES.test(text);
}

/** Attributes of a class that are about its table. */
const DIRECTIVES = /^__(?:tablename|table|table_args|abstract)__$|^(?:metadata|type_annotation_map)$/;
const COLUMN = /^(?:Column|mapped_column)$/;
/** What wraps a column. */
const WRAPS = /^(?:deferred|column_property)$/;
const NO_COLUMN = /^(?:[Rr]elationship|association_proxy|synonym|query_expression)$/;
const MAPPED = /^\s*(?:\w+\.)*Mapped(?:Column)?\s*\[([^]*)\]\s*$/;
/** `return cls.__name__.lower() + "s"` */
const NAMED_AFTER_CLASS = /\breturn\s+cls\.__name__\.lower\(\)\s*(?:\+\s*(["'])(\w*)\1\s*)?$/;
const NAMED_IN_TEXT = /\breturn\s+f(["'])\{cls\.__name__\.lower\(\)\}(\w*)\1\s*$/;

/** What a module declares of tables with SQLAlchemy or SQLModel; undefined where that is nothing. After SQLAlchemy 2.0. */
export function modelsIn(program: Program, path: string): ModelFacts | undefined {
  const module = new Upgrade({ text: program.text });
  module.load(program.body);
  const values = module.module.snapshot();
  const classes: ModelClass[] = [];
  const types: Record<string, string> = {};
  const imports: Record<string, string> = {};
  for (const [name, value] of values) {
    if (value.k === "name" && value.path !== name) imports[name] = value.path;
    if (value.k === "class" || value.k === "made") {
      const type = typeName(module.asType(value));
      if (!/^"\.?\w*"$/.test(type)) types[name] = type;
    }
    if (value.k === "class") classes.push(new ClassReader(module, program, path).read(name, value.node));
    else if (value.k === "made") classes.push(...madeClass(name, value, path));
  }
  const isAny = classes.length + Object.keys(types).length + Object.keys(imports).length > 0;
  return isAny ? { classes, types, imports } : undefined;
}

/** `declarative_base()` and `Table(…)`, which are no class statements. */
function madeClass(name: string, value: Made, path: string): ModelClass[] {
  const last = lastOf(value.path);
  if (last === "Table") return tableClass(name, value, path) ?? [];
  if (!/^(?:declarative_base|automap_base|SQLAlchemy)$/.test(last)) return [];
  const metadata = metadataSchema(value.named.get("metadata"));
  const empty = { columns: [], others: [], indexes: [] };
  return [
    { name, range: value.at, bases: [value.path], ...empty, ...(metadata === undefined ? {} : { metadataSchema: metadata }) }, // prettier-ignore
  ];
}

function metadataSchema(value: Value | undefined): string | null | undefined {
  if (!value || (value.k === "const" && value.v === null)) return undefined;
  if (value.k !== "made" || lastOf(value.path) !== "MetaData") return null;
  return schemaIn(value.named.get("schema"));
}

/** @returns null where it is known only at run time */
function schemaIn(value: Value | undefined): string | null | undefined {
  if (!value || (value.k === "const" && value.v === null)) return undefined;
  return textIn(value) ?? null;
}

/** `Table("name", metadata, Column(…), …)`; none where its columns are read from a database. */
function tableClass(attribute: string, { args, named }: Made, path: string): ModelClass[] | undefined {
  const [first, metadata, ...elements] = args;
  const name = textIn(first);
  if (name === undefined || named.has("autoload_with") || named.has("autoload")) return undefined;
  const columns = elements.flatMap((element) => {
    const column =
      element.k === "made" && COLUMN.test(lastOf(element.path))
        ? columnOf(element, undefined, element.at)
        : undefined;
    return column ? [column] : [];
  });
  if (columns.length === 0) return undefined;
  const schema =
    schemaIn(named.get("schema")) ?? metadataSchema(metadata?.k === "made" ? metadata : undefined);
  return [
    {
      name: attribute,
      range: first!.at,
      bases: [],
      table: { name, range: first!.at },
      columns,
      others: [],
      indexes: indexesIn(elements, path),
      ...(schema === undefined ? {} : { schema }),
    },
  ];
}

/** The column of a call, by the name of its attribute unless it has its own. */
function columnOf(call: Made, attribute: string | undefined, range: Range): ModelColumn | undefined {
  const named = textIn(call.named.get("name"));
  const [first] = call.args;
  const isNameFirst = named === undefined && textIn(first) !== undefined;
  const name = named ?? (isNameFirst ? textIn(first) : attribute);
  if (name === undefined) return undefined;
  const rest = call.args.slice(isNameFirst ? 1 : 0);
  const type = call.named.get("type_") ?? rest.find((value) => !isElement(value));
  return {
    attribute: attribute ?? name,
    name,
    range,
    ...(type ? { type: typeName(type), typeRange: type.at } : {}),
  };
}

/** What stands among a column's arguments beside its type. */
const isElement = (value: Value): boolean =>
  value.k === "made" &&
  /^(?:ForeignKey|Sequence|Identity|Computed|CheckConstraint|FetchedValue)$/.test(lastOf(value.path));

/** The indexes among a table's elements that could be read. */
function indexesIn(elements: readonly Value[], path: string): ModelClass["indexes"] {
  const table = { sql: [{ kind: "added" as const, text: "model" }], name: "model", schema: undefined };
  return elements.flatMap((element) =>
    indexElement(element, table).flatMap((item) => {
      if (item.k !== "statement" || item.doubt !== undefined) return [];
      return factsOfPieces(item.pieces, path, item.at).changes.flatMap((change) =>
        change.kind === "create index" ? [change] : [],
      );
    }),
  );
}

/** Reads the body of one class. */
class ClassReader {
  readonly #module: Upgrade;
  readonly #source: Program;
  readonly #path: string;
  readonly #scope: Scope;
  readonly #columns: ModelColumn[] = [];
  readonly #others: string[] = [];
  #table: Pick<ModelClass, "table" | "isTableUnknown"> = {};
  #rest: Partial<ModelClass> = {};
  #arguments: Value | undefined;
  #made: ModelClass | undefined;

  constructor(module: Upgrade, source: Program, path: string) {
    this.#module = module;
    this.#source = source;
    this.#path = path;
    this.#scope = module.module.inner();
  }

  read(name: string, node: PyNode): ModelClass {
    for (const statement of bodyOf(node)) {
      if (statement.type === "AssignStatement") this.#assign(statement);
      else if (statement.type === "DecoratedStatement") this.#decorated(statement);
    }
    const [elements, schema] = tableArguments(this.#arguments);
    const title = node.children.find(({ type }) => type === "VariableName") ?? node;
    const { table, columns, indexes, schema: own } = this.#made ?? {};
    const isTable = argumentsOf(node, this.#source).some(
      ({ name: key, value }) =>
        key === "table" && flag(this.#module.evaluated([value], this.#scope)) === true,
    );
    return {
      name,
      range: spanOf(title),
      bases: basesOf(node, this.#source).flatMap((base) => this.#base(base) ?? []),
      ...this.#table,
      ...(table ? { table } : {}),
      ...(isTable ? { isSqlModelTable: true } : {}),
      ...(schema === undefined ? {} : { schema }),
      ...(own === undefined ? {} : { schema: own }),
      columns: [...this.#columns, ...(columns ?? [])],
      others: this.#others,
      indexes: [...indexesIn(elements, this.#path), ...(indexes ?? [])],
      ...this.#rest,
    };
  }

  /** The name of a base as this module calls it. */
  #base(node: PyNode): string | undefined {
    // `Base[int]`
    const isItem = node.type === "MemberExpression" && node.children.some(({ type }) => type === "[");
    const [inner] = node.children;
    if (isItem && inner) return this.#base(inner);
    const value = this.#module.evaluated([node], this.#module.module);
    if (node.type === "VariableName" && (value.k === "class" || value.k === "made"))
      return textOf(this.#source, node);
    if (value.k === "name" || value.k === "made") return value.path;
    return value.k === "member" && value.of.k === "made" ? `${value.of.path}.${value.name}` : undefined;
  }

  #assign(statement: PyNode): void {
    const [target, ...more] = statement.children;
    if (target?.type !== "VariableName") return;
    const name = textOf(this.#source, target);
    const annotation = more.find(({ type }) => type === "TypeDef");
    const groups = splitAt(
      statement.children.filter(({ type }) => type !== "TypeDef"),
      "AssignOp",
    );
    const value = groups.length > 1 ? this.#module.evaluated(groups.at(-1)!, this.#scope) : undefined;
    if (DIRECTIVES.test(name)) this.#directive(name, value, groups.at(-1)!);
    else
      this.#attribute(name, spanOf(target), value, annotation && textOf(this.#source, annotation).slice(1));
  }

  #decorated(statement: PyNode): void {
    const definition = statement.children.at(-1);
    const title = definition?.children.find(({ type }) => type === "VariableName");
    if (definition?.type !== "FunctionDefinition" || !title) return;
    const name = textOf(this.#source, title);
    if (!/\bdeclared_attr\b/.test(this.#source.text.slice(statement.range[0], definition.range[0]))) {
      this.#others.push(name);
      return;
    }
    const at = spanOf(title);
    if (name === "__tablename__") {
      const body = textOf(this.#source, definition).trimEnd();
      const suffix = (NAMED_AFTER_CLASS.exec(body) ?? NAMED_IN_TEXT.exec(body))?.[2];
      const isAfterClass = NAMED_AFTER_CLASS.test(body) || NAMED_IN_TEXT.test(body);
      this.#table = isAfterClass ? { table: { suffix: suffix ?? "" } } : { isTableUnknown: true };
      return;
    }
    const value = this.#module.call(
      { k: "function", node: definition, scope: this.#module.module, at },
      [unknown(at)],
      new Map(),
      at,
    );
    if (DIRECTIVES.test(name)) this.#directive(name, value, []);
    else this.#attribute(name, at, value, undefined);
  }

  #directive(name: string, value: Value | undefined, nodes: readonly PyNode[]): void {
    switch (name) {
      case "__tablename__": {
        const text = textIn(value);
        if (text !== undefined && value) this.#table = { table: { name: text, range: value.at } };
        else this.#table = { isTableUnknown: true };
        return;
      }
      case "__table__":
        if (value?.k === "made" && lastOf(value.path) === "Table")
          this.#made = tableClass(name, value, this.#path)?.[0];
        return;
      case "__table_args__":
        this.#arguments = value;
        return;
      case "__abstract__":
        if (flag(value)) this.#rest = { ...this.#rest, isAbstract: true };
        return;
      case "metadata": {
        const schema = metadataSchema(value);
        if (schema !== undefined) this.#rest = { ...this.#rest, metadataSchema: schema };
        return;
      }
      default:
        this.#rest = { ...this.#rest, annotations: this.#annotations(nodes) };
    }
  }

  /** `{dict[str, Any]: JSONB}` */
  #annotations(nodes: readonly PyNode[]): Record<string, string> {
    const [map] = partsOf(nodes);
    if (map?.type !== "DictionaryExpression") return {};
    const entries = splitAt(map.children.slice(1, -1), ",").flatMap((group): [string, string][] => {
      const [key, type] = partsOf(group);
      if (!key || !type) return [];
      const value = this.#module.asType(this.#module.evaluated([type], this.#scope));
      return [[plainAnnotation(textOf(this.#source, key)), typeName(value)]];
    });
    return Object.fromEntries(entries);
  }

  #attribute(name: string, range: Range, value: Value | undefined, annotation: string | undefined): void {
    const column = columnIn(name, range, value, annotation);
    if (!column) {
      this.#others.push(name);
      return;
    }
    this.#columns.push(column);
    if (column.name === undefined) return;
    // An index may name it.
    const named = new Map([["name", constant(column.name, range)]]);
    this.#scope.set(name, { k: "made", path: "sqlalchemy.Column", args: [], named, at: range });
  }
}

/** The column that an attribute of a class declares; undefined where it declares none. */
function columnIn(
  name: string,
  range: Range,
  value: Value | undefined,
  annotation: string | undefined,
): ModelColumn | undefined {
  const mapped = annotation && MAPPED.exec(annotation)?.[1];
  const plain = mapped ? { annotation: plainAnnotation(mapped) } : {};
  const call = value && columnCall(value);
  const column = call && columnOf(call, name, range);
  if (column) return { ...column, ...plain };
  const isRelationship = value?.k === "made" && NO_COLUMN.test(lastOf(value.path));
  if (mapped && !isRelationship) {
    // What a function elsewhere makes may have any name.
    return { attribute: name, ...(value ? {} : { name }), range, ...plain };
  }
  return isField(name, value, annotation) ? fieldOf(name, range, value) : undefined;
}

/** The call that makes a column: itself, or what is wrapped in another. */
function columnCall(value: Value): Made | undefined {
  if (value.k !== "made") return undefined;
  if (COLUMN.test(lastOf(value.path))) return value;
  const [first] = value.args;
  return first && WRAPS.test(lastOf(value.path)) ? columnCall(first) : undefined;
}

/** Whether an attribute is a field of a class of SQLModel. */
function isField(name: string, value: Value | undefined, annotation: string | undefined): boolean {
  if (annotation === undefined || name.startsWith("_") || /\bClassVar\b/.test(annotation)) return false;
  return value?.k !== "made" || lastOf(value.path) === "Field";
}

/** `name: dict = Field(sa_column=Column(JSON))`, `name: dict = Field(sa_type=JSON)`, `name: str`. */
function fieldOf(attribute: string, range: Range, value: Value | undefined): ModelColumn {
  const named = value?.k === "made" ? value.named : new Map<string, Value>();
  const own = named.get("sa_column");
  const call = own && columnCall(own);
  const isField = true as const;
  if (own) return { ...(call ? columnOf(call, attribute, range)! : { attribute, range }), isField };
  const type = named.get("sa_type");
  const more = named.get("sa_column_kwargs");
  const renamed = more?.k === "dict" ? more.entries.find(([key]) => textIn(key) === "name")?.[1] : undefined;
  const name = more && more.k !== "dict" ? undefined : (textIn(renamed) ?? attribute);
  return {
    attribute,
    ...(name === undefined ? {} : { name }),
    range,
    ...(type ? { type: typeName(type), typeRange: type.at } : {}),
    isField,
  };
}

/** An annotation without spaces, quotes and what makes it optional. */
function plainAnnotation(text: string): string {
  const plain = text.replaceAll(/["'\s]/g, "").replaceAll(/\b(?:typing|t|datetime)\.(?=\w)/g, "");
  const inner = /^Optional\[(.*)\]$/.exec(plain)?.[1] ?? plain.replace(/\|None$|^None\|/, "");
  return inner.replaceAll(/\bDict\b/g, "dict").replaceAll(/\bList\b/g, "list");
}

function argumentsOf(node: PyNode, source: Program) {
  const list = node.children.find(({ type }) => type === "ArgList");
  return list ? (argumentsIn(list, source) ?? []) : [];
}

/** The elements of `__table_args__`, and its schema. */
function tableArguments(value: Value | undefined): [readonly Value[], string | null | undefined] {
  const items = value?.k === "list" ? value.items : value ? [value] : [];
  const options = items.find((item) => item.k === "dict");
  const entry = options?.k === "dict" ? options.entries.find(([key]) => textIn(key) === "schema") : undefined;
  const isKnown = items.every(({ k }) => k === "made" || k === "dict");
  return [items, entry ? schemaIn(entry[1]) : isKnown ? undefined : null];
}
