import {
  columnType,
  ownType,
  type DjangoField,
  type Sizes,
  type TypeRef,
} from "@orchestrator-lint/sql-rules/generated";
import { flag, lastOf, textIn, type Value } from "../alembic/values.js";

type Made = Extract<Value, { k: "made" }>;

const AUTO = /^(?:Small|Big)?AutoField$/;
/** What belongs to a model and has no column. */
const NO_COLUMN = /(?:^Generic(?:ForeignKey|Relation)|Manager|GenericRelation)$/;

/** Types of pgvector by its classes of fields. After `pgvector/django` of pgvector-python 0.4. */
const VECTORS: Readonly<Record<string, string>> = {
  VectorField: "vector",
  HalfVectorField: "halfvec",
  BitField: "bit",
  SparseVectorField: "sparsevec",
};

/** Whether a name is one of Django's own: `models.X`, however it was imported. */
export const isDjango = (path: string): boolean => path.startsWith("django.");

/** A field of a migration; undefined where it is none that can be told. */
export function fieldOf(value: Value | undefined): DjangoField | undefined {
  if (value?.k !== "made") return undefined;
  const { path, args, named, at } = value;
  const name = lastOf(path);
  const isPrimary = flag(named.get("primary_key")) === true;
  const column = textIn(named.get("db_column"));
  const common = {
    range: at,
    ...(flag(named.get("null")) === true || /^(?:NullBoolean|Generated)Field$/.test(name)
      ? { isNull: true as const }
      : {}),
    ...(flag(named.get("unique")) === true ? { isUnique: true as const } : {}),
    ...(isPrimary ? { isPrimary: true as const } : {}),
    ...(column === undefined ? {} : { column }),
  };
  const isIndexed = (byDefault: boolean) =>
    (named.has("db_index") ? flag(named.get("db_index")) === true : byDefault)
      ? { isIndexed: true as const }
      : {};
  const relation = relationOf(value);
  if (relation === "foreign key") {
    const toField = textIn(named.get("to_field"));
    const isOne = name.includes("OneToOne");
    return {
      ...common,
      kind: relation,
      ...target(named.get("to") ?? args[0]),
      ...(toField === undefined ? {} : { toField }),
      ...(isOne ? { isUnique: true as const } : {}),
      ...isIndexed(true),
    };
  }
  if (relation === "many to many") {
    const table = textIn(named.get("db_table"));
    const through = named.get("through");
    const hasThrough = through && !(through.k === "const" && through.v === null);
    return {
      range: at,
      kind: relation,
      ...target(named.get("to") ?? args[0]),
      ...(hasThrough ? { hasThrough: true as const } : {}),
      ...(table === undefined ? {} : { table }),
    };
  }
  if (NO_COLUMN.test(name)) return { range: at, kind: "none" };
  if (isDjango(path) && name === "CompositePrimaryKey")
    return { range: at, kind: "composite", fields: args.flatMap((one) => textIn(one) ?? []) };
  const type = typeOf(value);
  const isUnknown = type.name.includes(".");
  return {
    ...common,
    kind: isUnknown ? "unknown" : "column",
    type,
    ...(isUnknown ? { sizes: sizesOf(value) } : {}),
    ...(isDjango(path) && AUTO.test(name) ? { isAuto: true as const } : {}),
    ...isIndexed(isDjango(path) && name === "SlugField"),
  };
}

/** A field of whatever class that says what it refers to, and what happens when that is deleted, is a foreign key. */
function relationOf({ path, named, args }: Made): "foreign key" | "many to many" | undefined {
  const name = lastOf(path);
  if (name.includes("ManyToMany")) return "many to many";
  if (/(?:^|[a-z])(?:ForeignKey|OneToOneField)$/.test(name) && !name.startsWith("Generic"))
    return "foreign key";
  return named.has("on_delete") && (named.has("to") || args.length > 0) ? "foreign key" : undefined;
}

function target(value: Value | undefined): Pick<DjangoField, "to"> {
  const to = modelRef(value);
  return to === undefined ? {} : { to };
}

/** `"app.Model"`, `"self"`, `settings.AUTH_USER_MODEL`. */
export function modelRef(value: Value | undefined): string | undefined {
  const text = textIn(value);
  if (text !== undefined) return text.toLowerCase();
  const setting = value?.k === "name" ? /settings\.([A-Z]\w*)$/.exec(value.path)?.[1] : undefined;
  if (setting !== undefined) return `$${setting}`;
  if (value?.k !== "made") return undefined;
  const { path, args } = value;
  if (lastOf(path) === "swappable_dependency") return modelRef(args[0]);
  // The package `swapper` names the model that a setting may replace.
  const [app, model] = args.map(textIn);
  const isSwapped = /^swapper\.(?:get_model_name|dependency)$/.test(path);
  return isSwapped && app !== undefined && model !== undefined ? `${app}.${model}`.toLowerCase() : undefined;
}

/** The type of a field's column; the full name of a class that nobody here knows. */
function typeOf(value: Made): TypeRef {
  const { path, args, named } = value;
  const name = lastOf(path);
  const vector = path.startsWith("pgvector.") ? VECTORS[name] : undefined;
  if (vector !== undefined) {
    const size = number(named.get("dimensions") ?? named.get("length") ?? args[0]);
    return ownType(vector, size === undefined ? [] : [size]);
  }
  if (!isDjango(path)) return { name: path, modifiers: [], dimensions: 0 };
  if (name === "ArrayField") {
    const base = named.get("base_field") ?? args[0];
    const of = base?.k === "made" ? typeOf(base) : ownType("unknown");
    return { ...of, dimensions: of.dimensions + 1 };
  }
  if (name === "GeneratedField") {
    const output = named.get("output_field");
    return output?.k === "made" ? typeOf(output) : ownType("unknown");
  }
  return columnType(name, sizesOf(value)) ?? { name: path, modifiers: [], dimensions: 0 };
}

function sizesOf({ named }: Made): Sizes {
  const sizes = { maxLength: "max_length", digits: "max_digits", places: "decimal_places" };
  return Object.fromEntries(
    Object.entries(sizes).flatMap(([key, name]) => {
      const size = number(named.get(name));
      return size === undefined ? [] : [[key, size]];
    }),
  );
}

function number(value: Value | undefined): number | undefined {
  return value?.k === "const" && typeof value.v === "number" ? value.v : undefined;
}
