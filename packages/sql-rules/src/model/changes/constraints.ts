import type { Constraint } from "@pgsql/types";
import type { Statement } from "../../language/parse.js";
import type { ConstraintSpec } from "../changes.js";
import { expressionOf } from "../expressions/index.js";
import { keySpec } from "./indexes.js";
import { elementRange, nameOfRelation, strings } from "./names.js";

const NO_CONSTRAINTS = new Set(["CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED", "CONSTR_NULL"]);

/**
 * A constraint of a table, or of a column where `column` is given; undefined for what is none in the catalog (NULL,
 * DEFAULT, DEFERRABLE…).
 */
export function constraintSpec(
  constraint: Constraint,
  statement: Statement,
  column?: string,
): ConstraintSpec | undefined {
  // Most options of columns are none.
  if (NO_CONSTRAINTS.has(constraint.contype ?? "")) return undefined;
  const range = elementRange(statement, constraint.location);
  const base = constraint.conname === undefined ? { range } : { name: constraint.conname, range };
  const own = column === undefined ? undefined : [column];
  const notValid = constraint.skip_validation ? { isNotValid: true } : {};
  const noInherit = constraint.is_no_inherit ? { noInherit: true } : {};
  // Left out of the JSON where it is false, and where it does not apply.
  const notEnforced = constraint.is_enforced ? {} : { isNotEnforced: true };
  switch (constraint.contype) {
    case "CONSTR_NOTNULL": {
      const [name = column ?? ""] = strings(constraint.keys);
      return { kind: "not null", columns: [name], ...base, ...notValid, ...noInherit };
    }
    case "CONSTR_CHECK": {
      if (!constraint.raw_expr) return undefined;
      const expression = expressionOf(constraint.raw_expr, statement);
      return { kind: "check", expression, ...base, ...notValid, ...noInherit, ...notEnforced };
    }
    case "CONSTR_PRIMARY":
    case "CONSTR_UNIQUE":
      return {
        kind: constraint.contype === "CONSTR_PRIMARY" ? "primary key" : "unique",
        columns: own ?? strings(constraint.keys),
        ...base,
        ...(constraint.including && { include: strings(constraint.including) }),
        ...(constraint.indexname !== undefined && { index: constraint.indexname }),
        ...(constraint.nulls_not_distinct && { nullsNotDistinct: true }),
        ...(constraint.without_overlaps && { withoutOverlaps: true }),
      };
    case "CONSTR_EXCLUSION":
      return exclusion(constraint, statement, base);
    case "CONSTR_FOREIGN":
      return {
        kind: "foreign key",
        columns: own ?? strings(constraint.fk_attrs),
        references: nameOfRelation(constraint.pktable ?? {}),
        referenced: strings(constraint.pk_attrs),
        ...base,
        ...notValid,
        ...notEnforced,
      };
    default:
      return undefined;
  }
}

function exclusion(
  constraint: Constraint,
  statement: Statement,
  base: Pick<ConstraintSpec, "name" | "range">,
): ConstraintSpec {
  // Pairs of an index key and an operator.
  const keys = (constraint.exclusions ?? []).map((pair) => {
    const [element] = "List" in pair ? (pair.List.items ?? []) : [];
    return element && "IndexElem" in element ? keySpec(element.IndexElem, statement) : undefined;
  });
  return {
    kind: "exclude",
    method: constraint.access_method ?? "gist",
    keys: keys.filter((key) => key !== undefined),
    ...base,
    ...(constraint.including && { include: strings(constraint.including) }),
    ...(constraint.where_clause && { predicate: expressionOf(constraint.where_clause, statement) }),
  };
}
