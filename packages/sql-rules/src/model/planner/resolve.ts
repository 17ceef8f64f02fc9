import type { Catalog, Table } from "../catalog.js";
import type { Expression, ExpressionOf } from "../expression.js";
import { columnsIn, partsOf } from "../parts.js";
import type { Condition, Query, Source } from "../query.js";
import { tableFinder } from "../relations.js";

/** A table as one query reads it. */
export interface Reference {
  /** Unique in the query; what columns of the table are qualified with after resolution. */
  id: string;
  table: Table;
  /** It may be filled up with nulls by an outer join. */
  isNullable: boolean;
  /** Tables that inherit from it are not read. */
  isOnly: boolean;
}

/** A condition whose columns have been found. */
export interface ResolvedCondition {
  condition: Condition;
  /** Each column qualified with the `id` of its reference; of what is no table in the catalog, with its own alias. */
  expression: Expression;
  /** References whose rows the condition can restrict; undefined for all. */
  restricts?: readonly string[];
  /** Some name could not be told, or is of a statement around this one: what serves the condition is not known. */
  isUnknown: boolean;
  /** It stands at the level itself, not in a sub-select that is merged into it. */
  isTop: boolean;
}

export interface ResolvedQuery {
  references: ReadonlyMap<string, Reference>;
  /** Ids of sources that are no tables and may have few rows: PostgreSQL may begin with these. */
  given: readonly string[];
  conditions: readonly ResolvedCondition[];
}

/** A source with what stands behind it. */
interface Place {
  id: string;
  source: Source;
  table?: Table;
  inner?: readonly Place[];
}

type Found = Expression | "ambiguous" | undefined;

/** Stands for a name that cannot be told. */
const UNKNOWN: ExpressionOf<"opaque"> = { kind: "opaque", text: "?" };

/** PostgreSQL's own columns of every table. */
const SYSTEM_COLUMNS = new Set(["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]);

/**
 * Finds the table behind each name of a query's conditions. Sub-selects that PostgreSQL merges into the query are seen
 * through, and their conditions are part of it.
 */
export function resolve(catalog: Catalog, query: Query): ResolvedQuery {
  const references = new Map<string, Reference>();
  const conditions: ResolvedCondition[] = [];
  const given: string[] = [];
  const isBody = query.role === "function" || query.role === "backfill";
  const outer = (query.outer ?? []).map((level, i) => placesOf(level, `outer${i}.`));

  function placesOf(sources: readonly Source[], prefix: string, isNullable = false): Place[] {
    return sources.map((source, i): Place => {
      const id = `${prefix}${i}`;
      const nullable = isNullable || source.isNullable === true;
      if (source.derived) return { id, source, inner: placesOf(source.derived.sources, `${id}.`, nullable) };
      const table = source.kind ? undefined : tableOf(catalog, source);
      if (!table) {
        if (!source.isWhole) given.push(id);
        return { id, source };
      }
      references.set(id, { id, table, isNullable: nullable, isOnly: source.isOnly === true });
      return { id, source, table };
    });
  }

  function read(list: readonly Condition[], places: readonly Place[]): void {
    for (const condition of list) {
      const isPart = columnsIn(condition.expression).some((column) => isElsewhere(column, places));
      const expression = mapColumns(condition.expression, (column) => {
        const found = findColumn(column, places) ?? findOuter(column);
        if (found !== undefined && found !== "ambiguous") return found;
        return isElsewhere(column, places) ? { kind: "parameter" } : UNKNOWN;
      });
      const isUnknown = isPart || holdsUnknown(expression);
      const ids = condition.restricts?.flatMap((alias) =>
        places.filter(({ source }) => source.alias === alias).map(({ id }) => id),
      );
      const isTop = list === query.conditions;
      conditions.push({ condition, expression, isUnknown, isTop, ...(ids ? { restricts: ids } : {}) });
    }
    for (const { source, inner } of places)
      if (source.derived && inner) read(source.derived.conditions, inner);
  }

  /** A column of an enclosing level, or a variable of the body, is a constant to this level. */
  function findOuter(column: ExpressionOf<"column">): Found {
    for (const places of outer) {
      const found = findColumn(column, places);
      if (found === "ambiguous") return found;
      if (found) return { kind: "parameter" };
    }
    return isBody ? { kind: "parameter" } : undefined;
  }

  /** Whether a column is of a statement that this one is put into: no source here has the name it is qualified with. */
  function isElsewhere({ qualifier }: ExpressionOf<"column">, places: readonly Place[]): boolean {
    return (
      !isBody &&
      qualifier !== undefined &&
      [places, ...outer].every((level) => level.every(({ source }) => !isCalled(source, qualifier)))
    );
  }

  const places = placesOf(query.sources, "");
  read(query.conditions, places);
  for (const id of references.keys()) if (id.startsWith("outer")) references.delete(id);
  return { references, given, conditions };
}

const finders = new WeakMap<Catalog, ReturnType<typeof tableFinder>>();

function tableOf(catalog: Catalog, source: Source): Table | undefined {
  let find = finders.get(catalog);
  if (!find) finders.set(catalog, (find = tableFinder(catalog)));
  return find(source);
}

function findColumn(column: ExpressionOf<"column">, places: readonly Place[]): Found {
  const { qualifier } = column;
  if (qualifier !== undefined) {
    const named = places.filter(({ source }) => isCalled(source, qualifier));
    if (named.length !== 1) return named.length > 1 ? "ambiguous" : undefined;
    return columnOf(column, named[0]!) ?? "ambiguous";
  }
  const found = places.map((place) => columnOf(column, place));
  const sure = found.filter((item) => item !== undefined && item !== "ambiguous");
  // A source that is not known may have the column only if no other has it.
  if (sure.length === 1) return sure[0];
  return sure.length > 1 || found.includes("ambiguous") ? "ambiguous" : undefined;
}

function isCalled({ alias, schema, table }: Source, qualifier: string): boolean {
  return alias === qualifier || (schema !== undefined && `${schema}.${table}` === qualifier);
}

/** A column of one source; undefined where it has none of the name, `ambiguous` where it may have. */
function columnOf(column: ExpressionOf<"column">, { id, source, table, inner }: Place): Found {
  const { name } = column;
  if (source.columns) return "ambiguous";
  if (table) {
    if (!table.columns.has(name) && !SYSTEM_COLUMNS.has(name)) return undefined;
    return { ...column, qualifier: id };
  }
  // `elem` of `jsonb_array_elements(…) elem` is a value of its own, as is `elem.value`.
  if (source.kind === "function") {
    return name === source.alias || column.qualifier !== undefined
      ? { ...column, qualifier: id }
      : "ambiguous";
  }
  if (!source.derived || !inner)
    return column.qualifier === undefined ? "ambiguous" : { ...column, qualifier: id };
  const candidates: Found[] = [];
  for (const output of source.derived.outputs) {
    if (output.kind === "column") {
      if (output.name !== name) continue;
      const expression = mapColumns(output.expression, (part) => {
        const found = findColumn(part, inner);
        return found === undefined || found === "ambiguous" ? UNKNOWN : found;
      });
      candidates.push({ ...expression, ...(column.range ? { range: column.range } : {}) });
    } else {
      const { qualifier } = output;
      const among =
        qualifier === undefined ? inner : inner.filter(({ source: { alias } }) => alias === qualifier);
      candidates.push(
        ...among.map((place) =>
          columnOf({ kind: "column", name, ...(column.range ? { range: column.range } : {}) }, place),
        ),
      );
    }
  }
  const found = candidates.filter((item) => item !== undefined);
  return found.length > 1 ? "ambiguous" : found[0];
}

/** Whether a name in it could not be told. */
export function holdsUnknown(expression: Expression): boolean {
  const isUnknown = expression.kind === "opaque" && expression.text === UNKNOWN.text;
  return isUnknown || partsOf(expression).some(holdsUnknown);
}

/** The expression with each column replaced. */
export function mapColumns(
  expression: Expression,
  map: (column: ExpressionOf<"column">) => Expression,
): Expression {
  const inner = (part: Expression) => mapColumns(part, map);
  switch (expression.kind) {
    case "column":
      return map(expression);
    case "operator":
      return {
        ...expression,
        ...(expression.left ? { left: inner(expression.left) } : {}),
        right: inner(expression.right),
      };
    case "cast":
    case "collate":
    case "nullTest":
      return { ...expression, arg: inner(expression.arg) };
    case "call":
    case "boolean":
      return { ...expression, args: expression.args.map(inner) };
    case "subscript":
      return { ...expression, arg: inner(expression.arg), indices: expression.indices.map(inner) };
    case "list":
      return { ...expression, items: expression.items.map(inner) };
    default:
      return expression;
  }
}
