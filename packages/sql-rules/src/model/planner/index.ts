import type { Catalog, Index, Table } from "../catalog.js";
import type { Expression } from "../expression.js";
import { indexesOf } from "../indexes.js";
import { columnsIn } from "../parts.js";
import type { Condition, Query } from "../query.js";
import { all, any, type Answer } from "./answer.js";
import { impliedBy } from "./equalities.js";
import { implies } from "./implies.js";
import { findsByAddress, isServedBy, keysOf, predicateOf, type Types } from "./match.js";
import { refusesNulls, withoutNeedlessOuterJoins } from "./outer-joins.js";
import { holdsUnknown, resolve, type Reference } from "./resolve.js";
import { viewsOf, type Own, type View } from "./views.js";

export { isServedBy, keysOf } from "./match.js";

/** What PostgreSQL could do about one condition on one table of a query. */
export interface PlannedCondition {
  condition: Condition;
  table: Table;
  /** The query reads it without the tables that inherit from it. */
  isOnly: boolean;
  /** Simplified; the table's columns have no qualifier, other sources' columns and none else have one. */
  expression: Expression;
  /** The types of the columns in `expression`. */
  types: Types;
  /**
   * Whether an index of the table can find the rows. `unknown`: names are ambiguous, the table is in doubt, or what
   * decides is not written here (a parameter, a function of the repository).
   */
  verdict: "served" | "unserved" | "unknown";
  /** All conditions of the query on the table, this one and those that follow from equalities among them. */
  conjuncts: readonly Expression[];
  /** Whether other conditions of the query let an index find the rows, so that only those few are tested. */
  isNarrowed: () => boolean;
}

/**
 * Which conditions of a query indexes serve: whether PostgreSQL could use one, not whether it would find it cheaper.
 * Conditions that no table of the catalog is restricted by are left out.
 */
export function planOf(catalog: Catalog, query: Query): PlannedCondition[] {
  const resolved = withoutNeedlessOuterJoins(resolve(catalog, query));
  const views = viewsOf(resolved);
  let narrowed: ReadonlySet<string> | undefined;
  return views.flatMap((view) => {
    const { reference, types, own, derived, conjuncts } = view;
    let leaders: readonly Own[] | undefined;
    return own.map((item): PlannedCondition => {
      const { condition, isUnknown } = item.resolved;
      const { table } = reference;
      const isNarrowed = () => {
        narrowed ??= narrowedReferences(catalog, views, resolved.given);
        leaders ??= own.filter((other) => narrows(catalog, other, view, narrowed!));
        return (
          view.isOpen ||
          leaders.some((other) => other.resolved.condition !== condition) ||
          isLed(catalog, view, narrowed)
        );
      };
      const verdict = [item.expression, ...impliedBy(item.expression, derived)]
        .map((expression) => verdictOf(catalog, reference, expression, conjuncts, types, isUnknown))
        .reduce((best, other) => (best === "served" || other === "unserved" ? best : other));
      return {
        condition,
        table,
        isOnly: reference.isOnly,
        expression: item.expression,
        types,
        conjuncts,
        verdict,
        isNarrowed,
      };
    });
  });
}

function verdictOf(
  catalog: Catalog,
  { table, isNullable, isOnly }: Reference,
  expression: Expression,
  conjuncts: readonly Expression[],
  types: Types,
  isUnknown: boolean,
): PlannedCondition["verdict"] {
  if (table.kind === "foreign" || table.persistence === "temporary") return "unknown";
  // Above an outer join, only what a null cannot pass is pushed down to the table.
  if (isNullable && !refusesNulls(expression)) return "unknown";
  const leaves = leavesOf(catalog, table, isOnly);
  const answer = servedEverywhere(catalog, { table, isOnly, conjuncts, types }, expression);
  if (answer === "yes") return "served";
  if (answer === "maybe" || isUnknown) return "unknown";
  const columns = columnsIn(expression).flatMap(({ name, qualifier }) =>
    qualifier === undefined ? [name] : [],
  );
  // Of an assumed table there is more than what this history says.
  const isDoubtful = leaves.some(
    (leaf) =>
      leaf.isAssumed === true ||
      leaf.doubt !== undefined ||
      columns.some((name) => leaf.columns.get(name)?.doubt !== undefined),
  );
  return isDoubtful || leaves.some((leaf) => mayBeInlined(catalog, leaf, columns)) ? "unknown" : "unserved";
}

/** What PostgreSQL has under these names is no function of SQL that it would put its body in the place of. */
const BUILT_IN =
  /^(?:lower|upper|initcap|[lr]?trim|btrim|left|right|substr(?:ing)?|replace|regexp_\w+|split_part|concat(?:_ws)?|length|char_length|md5|sha\d+|digest|encode|decode|coalesce|nullif|greatest|least|abs|round|ceil|floor|trunc|mod|sign|date_(?:trunc|part|bin)|extract|timezone|to_(?:tsvector|char|date|number|timestamp|jsonb?)|setweight|jsonb?_\w+|array_\w+|string_to_array|st_\w+|hash\w+|similarity|box|point|int4range|int8range|numrange|daterange|tsrange|tstzrange|uuid\w*)$/;

/** Whether an index is on a function of the repository's over some of the columns, which may stand for the condition. */
function mayBeInlined(catalog: Catalog, table: Table, columns: readonly string[]): boolean {
  return indexesOf(catalog, table).some((index) =>
    keysOf(index, table).some(
      ({ expression }) =>
        expression.kind === "call" &&
        !BUILT_IN.test(expression.name) &&
        columnsIn(expression).some(({ name }) => columns.includes(name)),
    ),
  );
}

const childrenKnown = new WeakMap<Catalog, Map<string, Table[]>>();

function childrenOf(catalog: Catalog, { schema, name }: Table): readonly Table[] {
  let children = childrenKnown.get(catalog);
  if (!children) {
    children = new Map();
    for (const table of catalog.tables.values()) {
      for (const parent of table.parents) {
        const list = children.get(parent);
        if (list) list.push(table);
        else children.set(parent, [table]);
      }
    }
    childrenKnown.set(catalog, children);
  }
  return children.get(`${schema}.${name}`) ?? [];
}

/**
 * The tables that hold a table's rows: its partitions, or itself with the tables that inherit from it.
 *
 * @param isOnly - without those
 */
export function leavesOf(catalog: Catalog, table: Table, isOnly = false): readonly Table[] {
  if (isOnly) return [table];
  // A table may inherit from another in many ways.
  const all = new Set([table]);
  for (const one of all) for (const child of childrenOf(catalog, one)) all.add(child);
  return [...all].filter((one) => one.kind !== "partitioned" || childrenOf(catalog, one).length === 0);
}

/**
 * Whether indexes of a table can find the rows of an expression: each arm of an OR by some index, one part of an AND.
 *
 * @param conjuncts - all conditions of the query on the table, for partial indexes
 */
export function served(
  expression: Expression,
  indexes: readonly Index[],
  table: Table,
  conjuncts: readonly Expression[],
  types: Types,
  isLeading = false,
): Answer {
  const inner = (part: Expression, more: readonly Expression[]) =>
    served(part, indexes, table, more, types, isLeading);
  if (findsByAddress(expression)) return "yes";
  // What is put in whole at run time may be any condition.
  if (expression.kind === "parameter") return "maybe";
  // A whole OR may be an index's key or predicate, too.
  const whole = any(indexes, (index) => usable(expression, index, table, conjuncts, types, isLeading));
  if (whole === "yes" || expression.kind !== "boolean" || expression.operator === "not") return whole;
  const { operator, args } = expression;
  const parts =
    operator === "or"
      ? all(args, (arm) => any(lookedUp(arm), (part) => inner(part, [...conjuncts, arm])))
      : any(args, (part) => inner(part, [...conjuncts, ...args]));
  return parts === "no" ? whole : parts;
}

/** What an arm of an OR, or a part of it, gives an index to look for: one expression, or none. */
export function lookedUp(arm: Expression): readonly Expression[] {
  if (arm.kind !== "boolean" || arm.operator !== "and") return asksQuery(arm) ? [] : [arm];
  const args = arm.args.filter((arg) => !asksQuery(arg));
  return args.length > 0 ? [{ ...arm, args }] : [];
}

/** Whether a comparison is one with the rows of a sub-select: a join, but below OR it is tested row by row. */
function asksQuery(expression: Expression): boolean {
  return expression.kind === "operator" && expression.right.kind === "opaque" && !!expression.right.isQuery;
}

/** As `served`, of a table with all its partitions and the tables that inherit from it. */
export function servedEverywhere(
  catalog: Catalog,
  { table, isOnly, conjuncts, types }: Pick<PlannedCondition, "table" | "isOnly" | "conjuncts" | "types">,
  expression: Expression,
  more: readonly Index[] = [],
): Answer {
  return all(leavesOf(catalog, table, isOnly), (leaf) =>
    served(expression, [...indexesOf(catalog, leaf), ...more], leaf, conjuncts, types),
  );
}

function usable(
  atom: Expression,
  index: Index,
  table: Table,
  conjuncts: readonly Expression[],
  types: Types,
  isLeading: boolean,
): Answer {
  if (!index.isValid) return index.doubt === undefined ? "no" : "maybe";
  const predicate = predicateOf(index, table);
  const holds = predicate ? holdsFor(conjuncts, index, predicate) : "yes";
  if (holds === "no") return "no";
  // A partial index is smaller than the table: PostgreSQL may read it as a whole. A hash index it can only ask.
  const isSmaller = predicate !== undefined && index.method !== "hash";
  const answer = isSmaller ? "yes" : isServedBy(atom, index, table, types, isLeading);
  return answer === "yes" && (holds === "maybe" || index.doubt !== undefined) ? "maybe" : answer;
}

const holdsKnown = new WeakMap<readonly Expression[], Map<Index, Answer>>();

/** Whether a partial index holds all rows of some conditions; asked once for each condition, so remembered. */
function holdsFor(conjuncts: readonly Expression[], index: Index, predicate: Expression): Answer {
  let answers = holdsKnown.get(conjuncts);
  if (!answers) holdsKnown.set(conjuncts, (answers = new Map<Index, Answer>()));
  let answer = answers.get(index);
  if (!answer) answers.set(index, (answer = implies(conjuncts, predicate)));
  return answer;
}

const leadsKnown = new WeakMap<Own, boolean>();

/** Whether a condition finds rows by an index, given only constants and rows found before. */
function narrows(catalog: Catalog, item: Own, view: View, narrowed: ReadonlySet<string>): boolean {
  const { resolved, expression } = item;
  if (holdsUnknown(resolved.expression) || expression.kind === "nullTest") return false;
  if (findsByAddress(expression)) return true;
  if (!isGiven(expression, narrowed)) return false;
  let leads = leadsKnown.get(item);
  if (leads === undefined) leadsKnown.set(item, (leads = findsByKey(catalog, expression, view)));
  return leads;
}

function isGiven(expression: Expression, narrowed: ReadonlySet<string>): boolean {
  return columnsIn(expression).every(({ qualifier }) => qualifier === undefined || narrowed.has(qualifier));
}

/** Whether what follows from the conditions finds rows by an index, as `narrows`. */
function isLed(catalog: Catalog, view: View, narrowed: ReadonlySet<string>): boolean {
  return view.derived.some(
    (expression) => isGiven(expression, narrowed) && findsByKey(catalog, expression, view),
  );
}

/** Whether an index's leading key finds the rows of a condition; also where that is only possible. */
function findsByKey(
  catalog: Catalog,
  expression: Expression,
  { reference, types, conjuncts }: View,
): boolean {
  const answer = all(leavesOf(catalog, reference.table, reference.isOnly), (leaf) =>
    served(expression, indexesOf(catalog, leaf), leaf, conjuncts, types, true),
  );
  return answer !== "no";
}

/**
 * The references whose rows are found by an index, directly or by way of rows found before.
 *
 * @param given - other sources that may have few rows
 */
function narrowedReferences(
  catalog: Catalog,
  views: readonly View[],
  given: readonly string[],
): ReadonlySet<string> {
  const narrowed = new Set(given);
  for (let size = -1; size < narrowed.size;) {
    size = narrowed.size;
    for (const view of views) {
      const { id } = view.reference;
      if (
        !narrowed.has(id) &&
        (view.isOpen ||
          view.own.some((item) => narrows(catalog, item, view, narrowed)) ||
          isLed(catalog, view, narrowed))
      )
        narrowed.add(id);
    }
  }
  return narrowed;
}
