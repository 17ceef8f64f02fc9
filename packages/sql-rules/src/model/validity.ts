import type { Catalog, Column, Index, Table } from "./catalog.js";
import type { Expression } from "./expression.js";
import { negated } from "./expressions/logic.js";
import { indexesOf } from "./indexes.js";
import { isNamed, wordsOf } from "./names.js";
import { columnsIn } from "./parts.js";

/** The columns by which a table says when each version of an entity was valid. */
export interface Validity {
  start?: Column;
  end?: Column;
  /** Start and end in one column of a range type. */
  range?: Column;
  /** A boolean that marks the current version. */
  flag?: Column;
}

/** Prefixes tools put before the names below (`dbt_valid_from`, `scd_valid_to`), and suffixes of style. */
const PREFIX = /^_?(?:dbt_|row_|record_|scd_|scd2_|sys_|system_)?/;
const SUFFIX = /(?:_(?:at|ts|time|timestamp|date|dt|datetime|utc|tz))?$/;

const named = (names: string) => new RegExp(`${PREFIX.source}(?:${names})${SUFFIX.source}`);
const START = named("(?:valid|effective|eff)_?(?:from|start|since|begin)");
const END = named("(?:valid|effective|eff)_?(?:to|until|end|till|thru|through)");
const RANGE = named(
  "validity|(?:valid|validity|effective|sys|system)_?(?:period|range|during|time|interval)",
);
const FLAG =
  /^(?:dbt_|scd_)?(?:is_?current|current_?(?:flag|ind|indicator)|is_?current_?(?:flag|record|row|version)|is_?latest)$/;

/** Names that say so only in a table that is called a dimension: elsewhere they are of contracts, jobs and holidays. */
const OF_DIMENSIONS = {
  start: /^(?:effective|start|from|begin)_?(?:date|at|time|ts)$/,
  end: /^(?:expir(?:y|ation)|end|to|until)_?(?:date|at|time|ts)$/,
  flag: /^active_?(?:flag|ind)$/,
};

/** And in one that is called SCD2: a dimension of films has a first and a last year as well, but not of its versions. */
const OF_VERSIONS = {
  start: /^(?:start|from|begin)_?(?:day|week|month|quarter|season|year)$/,
  end: /^(?:end|to|until)_?(?:day|week|month|quarter|season|year)$/,
};

/** A flag is a boolean, or a letter or number that stands for one. */
const FLAG_TYPES = new Set(["boolean", "character", "character varying", "text", "smallint", "integer"]);

const RANGE_TYPES = new Set(["tstzrange", "tsrange", "daterange"]);

/** PostgreSQL's name of a column's type, below all domains. */
export const typeName = ({ baseType, type }: Column): string => (baseType ?? type).name;

const validities = new WeakMap<Table, Validity>();

/** The validity columns of a table, told by their names and types. */
export function validityOf(table: Table): Validity {
  let validity = validities.get(table);
  if (!validity) validities.set(table, (validity = readValidity(table)));
  return validity;
}

function readValidity(table: Table): Validity {
  const validity: Validity = {};
  const ofDimension: Validity = {};
  const words = wordsOf(table.name);
  const isScd = words.includes("scd");
  for (const column of table.columns.values()) {
    const name = column.name.toLowerCase();
    const type = typeName(column);
    if (RANGE.test(name) && RANGE_TYPES.has(type)) validity.range ??= column;
    else if (START.test(name) || (isScd && OF_VERSIONS.start.test(name))) validity.start ??= column;
    else if (END.test(name) || (isScd && OF_VERSIONS.end.test(name))) validity.end ??= column;
    else if (FLAG.test(name) && FLAG_TYPES.has(type)) validity.flag ??= column;
    else if (OF_DIMENSIONS.start.test(name)) ofDimension.start ??= column;
    else if (OF_DIMENSIONS.end.test(name)) ofDimension.end ??= column;
    else if (OF_DIMENSIONS.flag.test(name) && FLAG_TYPES.has(type)) ofDimension.flag ??= column;
  }
  return isScd || words.includes("dim") ? { ...ofDimension, ...validity } : validity;
}

/** Words of a table's name that speak of versions of its rows. */
const VERSIONED = new Set(["history", "dim", "scd", "snapshot", "snapshots"]);
/** Tables that hold rows on their way elsewhere. */
const STAGING = new Set(["stg", "staging", "stage", "tmp", "temp", "backup", "bak", "old"]);

/** True for a name like `stg_customers`: a table whose rows are not kept. */
export function isStaging(words: readonly string[]): boolean {
  return words.some((word) => STAGING.has(word));
}

/**
 * Whether a table is a slowly changing dimension of type 2: every change of an entity is a row of its own with the time
 * from which, and until which, it was valid.
 *
 * Settings decide where they name such tables. Otherwise `scd` in the name suffices; a validity period alone does not,
 * because discounts, certificates and quotes have one as well, which is no version of anything. There has to be a
 * further sign: an open end together with a flag for the current row, a name like `dim_…` or `…_history`, or a key that
 * tells versions apart (a primary, unique or exclusion constraint with the start, a unique index over current rows).
 * What such a name does not say is no version where a key holds a single row for each entity: a coupon's code, the hash
 * of an API key.
 */
export function isScd2Table(
  table: Table,
  catalog: Catalog,
  { scd2Tables }: { scd2Tables?: readonly string[] },
): boolean {
  if (!isStored(table)) return false;
  if (scd2Tables) return isNamed(table, scd2Tables);
  const words = wordsOf(table.name);
  if (isStaging(words)) return false;
  if (words.includes("scd")) return true;
  const validity = validityOf(table);
  const { start, end, range, flag } = validity;
  if (!range && !start) return false;
  const isVersioned = words.some((word) => VERSIONED.has(word)) || holdsVersionsOf(table, words);
  const indexes = indexesOf(catalog, table);
  if (!isVersioned && indexes.some((index) => holdsOneRowEach(index, validity))) return false;
  if (!range && !end) return isVersioned || flag !== undefined;
  if (end && !isOpen(end)) return false;
  return (
    isVersioned ||
    flag !== undefined ||
    start?.name.startsWith("dbt_") === true ||
    indexes.some((index) => tellsVersionsApart(index, validity) || keepsOneCurrent(index, validity))
  );
}

/** `price_versions` with a `price_id`; the releases in `app_versions` are versions of no row. */
function holdsVersionsOf(table: Table, words: readonly string[]): boolean {
  if (words.at(-1) !== "versions") return false;
  const entity = words.at(-2);
  return [...table.columns.keys()].some((name) => {
    const parts = wordsOf(name);
    return (
      parts.length > 1 &&
      parts.at(-2) === entity &&
      /^(?:id|key|code|no|number|uuid|sk|bk)$/.test(parts.at(-1)!)
    );
  });
}

/** Columns that tell rows apart, not entities. */
const OF_ROW =
  /(?:^|_)(?:id|uuid|guid|sk|key|version|revision|rev|seq|sequence|hash|checksum|digest|no|num|number)$/i;

/** A unique index, the primary key aside, by which an entity has one row: nothing in it changes from version to version. */
function holdsOneRowEach(
  { isUnique, isValid, predicate, constraint, keys }: Index,
  validity: Validity,
): boolean {
  if (!isUnique || !isValid || predicate || constraint === "primary key") return false;
  const times = new Set(
    [validity.start, validity.end, validity.range, validity.flag].map((column) => column?.name),
  );
  return keys.every(
    ({ expression }) =>
      expression.kind === "column" && !times.has(expression.name) && !OF_ROW.test(expression.name),
  );
}

/** True for a table whose rows are kept under its own name; a partition's belong to the partitioned table. */
export function isStored(table: Table): boolean {
  return (
    table.kind !== "foreign" && table.persistence !== "temporary" && !table.isPartition && !table.isAssumed
  );
}

/** The version that is current has no end yet, or one beyond all time. */
function isOpen(end: Column): boolean {
  return !end.notNull || (end.default !== undefined && isForever(end.default));
}

/**
 * A constraint or unique index that forbids an entity's periods to overlap: an exclusion constraint over the period, or
 * a key WITHOUT OVERLAPS, which is a GiST index too.
 */
export function forbidsOverlap({ constraint, method, keys }: Index, { start, range }: Validity): boolean {
  if (constraint !== "exclude" && !(constraint && method === "gist")) return false;
  const names = new Set([start?.name, range?.name]);
  return keys.some(({ expression }) => columnsIn(expression).some(({ name }) => names.has(name)));
}

/** An index by which two versions of one entity are told apart in time. */
export function tellsVersionsApart(index: Index, validity: Validity): boolean {
  const { isUnique, isValid, predicate, keys } = index;
  if (forbidsOverlap(index, validity)) return true;
  const time = (validity.start ?? validity.range)?.name;
  return (
    isUnique &&
    isValid &&
    !predicate &&
    keys.some(({ expression }) => expression.kind === "column" && expression.name === time)
  );
}

/** A valid unique index over only the current rows, or one by whose keys there is a single open end. */
export function keepsOneCurrent(index: Index, validity: Validity): boolean {
  if (!index.isUnique || !index.isValid) return false;
  const keys = index.keys.map(({ expression }) =>
    expression.kind === "column" ? expression.name : undefined,
  );
  if (keys.includes(validity.start?.name ?? "")) return false;
  if (index.predicate) return selectsCurrent(index.predicate, validity);
  // By default nulls are distinct from each other, and then a key holds just one open end only where that is a value.
  const { end } = validity;
  if (!end || !keys.includes(end.name) || keys.length < 2) return false;
  return end.notNull || index.areNullsEqual === true;
}

/** Whether a condition holds for the current version of an entity only. */
export function selectsCurrent(condition: Expression, validity: Validity): boolean {
  const { range, flag } = validity;
  const expression = withoutCasts(condition);
  switch (expression.kind) {
    case "column":
      return isColumn(expression, flag);
    case "nullTest":
      return expression.isNull && isEnd(expression.arg, validity);
    case "call":
      return expression.name === "upper_inf" && isColumn(expression.args[0], range);
    case "boolean":
      if (expression.operator === "not") return selectsCurrentNot(expression.args[0], validity);
      return expression.operator === "and"
        ? expression.args.some((arg) => selectsCurrent(arg, validity))
        : expression.args.every((arg) => selectsCurrent(arg, validity));
    case "operator": {
      const { name, left, right } = expression;
      if (name === "is true" || name === "is not false") return isColumn(right, flag);
      // `valid_to > now()` also selects a current row whose end is known already.
      if (name === ">" || name === ">=") return left !== undefined && isEnd(left, validity);
      if (name === "<" || name === "<=") return left !== undefined && isEnd(right, validity);
      // The version of a range that holds the present moment.
      if (name === "@>") return isColumn(left, range) && isPresent(right);
      if (name === "<@") return isColumn(right, range) && left !== undefined && isPresent(left);
      if (!left) return false;
      if (name === "<>" || name === "is distinct from") {
        const [one, other] = [withoutCasts(left), withoutCasts(right)];
        return (
          (isColumn(one, flag) && isLiteral(other, false)) || (isColumn(other, flag) && isLiteral(one, false))
        );
      }
      if (name === "is not distinct from" && isNull(right)) return isEnd(left, validity);
      if (name !== "=" && name !== "is not distinct from") return false;
      return (
        (isColumn(withoutCasts(left), flag) && isLiteral(right, true)) ||
        (isColumn(left, flag) && isLiteral(right, true)) ||
        (isColumn(right, flag) && isLiteral(left, true)) ||
        (isEnd(left, validity) && isForever(right)) ||
        (isEnd(right, validity) && isForever(left))
      );
    }
    default:
      return false;
  }
}

/** NOT of a condition, pushed inwards: `NOT (valid_to IS NOT NULL OR is_current = false)`. */
function selectsCurrentNot(condition: Expression | undefined, validity: Validity): boolean {
  if (!condition) return false;
  const expression = negated(condition, condition);
  const isPushed = expression.kind !== "boolean" || expression.operator !== "not";
  return isPushed && selectsCurrent(expression, validity);
}

const isPresent = (expression: Expression): boolean => {
  const bare = withoutCasts(expression);
  return bare.kind === "call" && /^(?:now|current_(?:timestamp|date)|\w+_timestamp)$/.test(bare.name);
};

/** The end as a column, as `upper(…)` of the range, or either with a substitute for null. */
function isEnd(expression: Expression, validity: Validity): boolean {
  const bare = withoutCasts(expression);
  if (bare.kind !== "call") return isColumn(bare, validity.end);
  if (bare.name === "upper") return isColumn(bare.args[0], validity.range);
  return bare.name === "coalesce" && bare.args[0] !== undefined && isEnd(bare.args[0], validity);
}

/** `'infinity'`, or the last year people write instead. */
export function isForever(expression: Expression): boolean {
  const bare = withoutCasts(expression);
  return bare.kind === "literal" && /^(?:infinity|9999\b)/i.test(String(bare.value));
}

const isColumn = (expression: Expression | undefined, column: Column | undefined): boolean =>
  expression?.kind === "column" && expression.name === column?.name;

function isNull(expression: Expression): boolean {
  const bare = withoutCasts(expression);
  return bare.kind === "literal" && bare.value === null;
}

/** `true`, however it is spelled: a string is cast to the column's type. */
function isLiteral(expression: Expression, value: boolean): boolean {
  const bare = withoutCasts(expression);
  const spelled = value ? /^(?:t|true|y|yes|on|1)$/i : /^(?:f|false|n|no|off|0)$/i;
  return bare.kind === "literal" && spelled.test(String(bare.value));
}

export function withoutCasts(expression: Expression): Expression {
  let bare = expression;
  while (bare.kind === "cast") bare = bare.arg;
  return bare;
}
