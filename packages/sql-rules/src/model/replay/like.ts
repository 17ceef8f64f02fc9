import type { LikeSpec } from "../changes.js";
import { ownedSequence } from "./columns.js";
import { addKeyIndex, mergeOrPut } from "./constraints.js";
import { addIndex, type IndexSpec } from "./indexes.js";
import type { Session } from "./session.js";
import {
  NEVER_CHANGED,
  plainColumn,
  Refusal,
  type ColumnState,
  type IndexState,
  type Oid,
  type TableState,
} from "./state.js";

/** A table, a view or a composite type that LIKE copies. */
export type LikeSource = Pick<TableState, "name" | "oid" | "columns" | "areColumnsKnown">;
export type LikeSources = Map<LikeSpec, LikeSource>;

/** The columns a LIKE clause brings. */
export function copiedColumns(
  session: Session,
  table: TableState,
  { including, range }: LikeSpec,
  source: LikeSource | undefined,
): ColumnState[] {
  const place = session.placeOf(range);
  return (source?.columns ?? []).map((original) => {
    const { generated } = original;
    if (including.identity && original.identity) ownedSequence(session, table, original.name, true);
    const hasDefault = including.defaults && !generated;
    return {
      ...original,
      default: hasDefault ? original.default : undefined,
      sequence: hasDefault ? original.sequence : undefined,
      generated: including.generated ? generated : undefined,
      identity: including.identity ? original.identity : undefined,
      notNullName: undefined,
      doubt: undefined,
      origin: place,
      typePlace: place,
      history: NEVER_CHANGED,
      isNotNullLocal: original.notNull,
      inherited: 0,
      isLocal: true,
    };
  });
}

/** LIKE takes views, too, and composite types. */
export function likeSource(session: Session, { table }: LikeSpec): LikeSource {
  const relation = session.find(table);
  if (relation && "columns" in relation) return relation;
  const type = relation ? undefined : session.findType(table);
  if (type?.kind === "type" && type.attributes) {
    const place = session.place;
    const columns = type.attributes.map((attribute) => plainColumn(attribute.name, attribute, place));
    return { name: type.name, oid: type.oid, columns, areColumnsKnown: true };
  }
  if (session.isSystem(table)) return { name: table.name, oid: -1, columns: [], areColumnsKnown: false };
  return session.requireTable(table);
}

/** What LIKE brings beside columns: checks, indexes and their constraints, under names of their own. */
export function copyRest(session: Session, oid: Oid, like: LikeSpec, source: LikeSource | undefined): void {
  const table = session.state.table(source?.oid);
  if (!table) return;
  if (like.including.constraints) {
    for (const constraint of table.constraints) {
      if (constraint.kind !== "check") continue;
      const copy = {
        ...constraint,
        isValid: constraint.isEnforced,
        inherited: 0,
        isLocal: true,
        place: session.place,
      };
      mergeOrPut(session, oid, copy, false);
    }
  }
  if (!like.including.indexes) return;
  for (const index of session.state.indexesOf(table.oid)) {
    const spec = clonedIndex(index);
    if (index.constraint === "primary key" && hasPrimaryKey(session.tableOf(oid)))
      throw new Refusal("refused", "multiple primary keys are not allowed");
    if (spec.constraint) addKeyIndex(session, oid, spec);
    else addIndex(session, session.tableOf(oid), spec);
  }
}

function hasPrimaryKey({ constraints }: TableState): boolean {
  return constraints.some(({ kind }) => kind === "primary key");
}

/** An index as a specification for another table with the same columns, which names it anew. */
export function clonedIndex(index: IndexState): IndexSpec {
  return {
    method: index.method,
    keys: index.keys.map((key) => ({
      expression: key.expression,
      label: key.label,
      ...(!key.isDefaultClass && key.operatorClass !== undefined && { operatorClass: key.operatorClass }),
      ...(key.collation !== undefined && { collation: key.collation }),
      ...(key.isDescending && { isDescending: true }),
      ...(key.areNullsFirst !== key.isDescending && {
        nulls: key.areNullsFirst ? ("first" as const) : ("last" as const),
      }),
    })),
    include: index.include,
    predicate: index.predicate,
    isUnique: index.isUnique,
    nullsNotDistinct: index.nullsNotDistinct,
    constraint: index.constraint,
  };
}
