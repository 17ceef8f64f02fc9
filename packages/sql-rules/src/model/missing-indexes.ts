import type { Catalog, Index, Table } from "./catalog.js";
import type { Expression } from "./expression.js";
import { sqlOf } from "./expressions/sql.js";
import { atomsOf, comparedOperand, documentSource, searchOf } from "./filters.js";
import { partsOf } from "./parts.js";
import type { Answer } from "./planner/answer.js";
import { lookedUp, servedEverywhere, type PlannedCondition } from "./planner/index.js";
import { prefixOf } from "./planner/patterns.js";

/** What indexes lack to find the rows of a condition. */
export interface Lack {
  missing: readonly Missing[];
  /** Whether PostgreSQL would use them all; `maybe` where a function or a sub-select decides. */
  serves: Exclude<Answer, "no">;
}

/** A comparison that no index serves, with what would. */
export interface Missing {
  atom: Expression;
  /** The index that would serve it; undefined where it is to be written in another way, and needs none. */
  index?: NewIndex;
}

/** An index that could be made. */
export interface NewIndex {
  /** `a B-tree index on ((data ->> 'x'))` */
  words: string;
  definition: Index;
}

/**
 * What is missing for indexes to find the rows of a condition: something for each arm of an OR that has none, for one
 * part of an AND.
 *
 * @param isMended - comparisons that need no index once they are written in another way
 * @returns undefined where no indexes suffice: an arm asks nothing of the table, or asks for what is different. An index
 *   finds nulls and truth values as well, but most rows may be those, so none is missing for them.
 */
export function lackOf(
  catalog: Catalog,
  planned: PlannedCondition,
  expression: Expression,
  isMended: (atom: Expression) => boolean = () => false,
): Lack | undefined {
  const served = servedEverywhere(catalog, planned, expression);
  if (served !== "no") return { missing: [], serves: served };
  if (expression.kind !== "boolean") {
    if (isMended(expression)) return { missing: [{ atom: expression }], serves: "yes" };
    const index = newIndexFor(planned, expression);
    const serves = index ? servedEverywhere(catalog, planned, expression, [index.definition]) : "no";
    return index && serves !== "no" ? { missing: [{ atom: expression, index }], serves } : undefined;
  }
  const { operator, args } = expression;
  if (operator === "not") return undefined;
  const lacks = args.map((arg) => {
    const [part] = lookedUp(arg);
    const conjuncts = [...planned.conjuncts, ...(operator === "or" ? [arg] : args)];
    return part && lackOf(catalog, { ...planned, conjuncts }, part, isMended);
  });
  const known = lacks.filter((lack) => lack !== undefined);
  if (operator === "and") return known.toSorted((a, b) => a.missing.length - b.missing.length)[0];
  if (known.length < args.length) return undefined;
  return {
    missing: known.flatMap(({ missing }) => missing),
    serves: known.every(({ serves }) => serves === "yes") ? "yes" : "maybe",
  };
}

/**
 * Whether GIN indexes are all that keeps an index from finding the rows of a search: an arm of an OR beside one that no
 * index can serve is not worth one.
 */
export function isServedByGin(
  catalog: Catalog,
  planned: PlannedCondition,
  search: Expression,
  isMended?: (atom: Expression) => boolean,
): boolean {
  const { expression } = planned;
  const parts =
    expression.kind === "boolean" && expression.operator === "and" ? expression.args : [expression];
  const part = parts.find((one) => atomsOf(one).includes(search));
  if (part?.kind !== "boolean") return true;
  return servedByGin(catalog, planned, part, isMended).has(search);
}

type IsMended = (atom: Expression) => boolean;

const knownByGin = new WeakMap<
  PlannedCondition,
  { part: Expression; isMended: IsMended | undefined; atoms: ReadonlySet<Expression> }
>();

/** The searches among the arms of an OR, asked for one after the other: an OR may have thousands. */
function servedByGin(
  catalog: Catalog,
  planned: PlannedCondition,
  part: Expression,
  isMended: IsMended | undefined,
): ReadonlySet<Expression> {
  const known = knownByGin.get(planned);
  if (known?.part === part && known.isMended === isMended) return known.atoms;
  const { missing = [] } = lackOf(catalog, planned, part, isMended) ?? {};
  const isGin = missing.every(({ index }) => index === undefined || index.definition.method === "gin");
  const atoms = new Set(isGin ? missing.map(({ atom }) => atom) : []);
  knownByGin.set(planned, { part, isMended, atoms });
  return atoms;
}

/** An index that could serve a comparison, as far as its operator and its operand tell. */
export function newIndexFor(planned: PlannedCondition, atom: Expression): NewIndex | undefined {
  return comparisonIndex(planned, atom) ?? searchIndex(planned, atom);
}

/** For `=`, `<`, LIKE and their kin, and for a truth value that is cast from text. */
function comparisonIndex({ table }: PlannedCondition, atom: Expression): NewIndex | undefined {
  const isFlag = atom.kind === "cast" && atom.type.name === "boolean";
  const compared = isFlag ? { operand: atom, operator: "=", other: undefined } : comparedOperand(atom);
  if (!compared || !isImmutable(compared.operand)) return undefined;
  const { operand, operator, other } = compared;
  const key = operand.kind === "column" ? sqlOf(operand) : `(${sqlOf(operand)})`;
  const made = (words: string, method: string, operatorClass: string): NewIndex => ({
    words,
    definition: definitionOf(table, operand, method, operatorClass),
  });
  if (!/^(?:~~?\*?|\^@)$/.test(operator)) return made(`a B-tree index on (${key})`, "btree", "default");
  const pattern = other?.kind === "literal" && typeof other.value === "string" ? other.value : undefined;
  return pattern !== undefined && prefixOf(operator, pattern) === "prefix"
    ? made(`a B-tree index on (${key} text_pattern_ops)`, "btree", "text_pattern_ops")
    : made(`a trigram index, gin (${key} gin_trgm_ops),`, "gin", "gin_trgm_ops");
}

/** For `@>`, `?` and their kin. */
function searchIndex({ table, types }: PlannedCondition, atom: Expression): NewIndex | undefined {
  const search = searchOf(atom);
  const column = search && documentSource(search.operand, types);
  if (!column || types(column)?.name !== "jsonb" || !isImmutable(search.operand)) return undefined;
  const key = search.operand.kind === "column" ? sqlOf(column) : `(${sqlOf(search.operand)})`;
  return {
    words: `a GIN index on (${key})`,
    definition: definitionOf(table, search.operand, "gin", "jsonb_ops"),
  };
}

function definitionOf(table: Table, expression: Expression, method: string, operatorClass: string): Index {
  const key = { expression, operatorClass, isDescending: false, areNullsFirst: false };
  const { schema, name, origin } = table;
  return {
    schema,
    name: "",
    table: `${schema}.${name}`,
    method,
    keys: [key],
    include: [],
    isUnique: false,
    isValid: true,
    place: origin,
  };
}

/** Types to which a cast from text depends on nothing else: an index can hold the result. */
const STABLE_TYPE =
  /^(?:bool|boolean|"?char"?|character|varchar|text|name|citext|uuid|bytea|smallint|integer|bigint|int[248]?|numeric|decimal|real|double precision|float[48]?|jsonb?|inet|cidr|macaddr8?|bit|varbit|character varying|bit varying)$/;
const IMMUTABLE_CALL =
  /^(?:lower|upper|btrim|ltrim|rtrim|coalesce|nullif|md5|length|replace|left|right|substr|jsonb?_extract_path(?:_text)?|jsonb?_array_length|greatest|least)$/;

function isImmutable(expression: Expression): boolean {
  if (expression.kind === "cast" && !STABLE_TYPE.test(expression.type.name)) return false;
  if (expression.kind === "call" && !IMMUTABLE_CALL.test(expression.name)) return false;
  if (expression.kind === "opaque" || expression.kind === "parameter") return false;
  return partsOf(expression).every(isImmutable);
}
