import type { Session } from "./session.js";
import type { ConstraintState, IndexState, ObjectState, TableState } from "./state.js";

/** Where a database stood before statements that may not run. */
export interface Before {
  mark: number;
  droppedIndexes: number;
}

export function beforeDoubt({ state }: Session): Before {
  return { mark: state.mark(), droppedIndexes: state.droppedIndexes.length };
}

/**
 * Marks what was made or changed since: a table, a column, an index. What was taken away is put back, in doubt: a rule
 * that asks for something is answered by what may be there, and the rest of a table stays as certain as it was.
 */
export function markDoubtful(session: Session, { mark, droppedIndexes }: Before, doubt: string): void {
  const { state } = session;
  // Tables are older than what stands on them.
  for (const { before, after } of state.changedSince(mark).sort((a, b) => oidOf(a) - oidOf(b))) {
    if (after) state.put<ObjectState>(changed(before, after, doubt));
    else if (before) putBack(session, before, doubt);
  }
  for (let i = droppedIndexes; i < state.droppedIndexes.length; i++) {
    const dropped = state.droppedIndexes[i]!;
    state.droppedIndexes[i] = { ...dropped, index: { ...dropped.index, doubt } };
  }
}

const oidOf = ({ before, after }: { before?: ObjectState; after?: ObjectState }): number =>
  (after ?? before)?.oid ?? 0;

function changed(before: ObjectState | undefined, after: ObjectState, doubt: string): ObjectState {
  if (isSame(before, after)) return after;
  if (after.kind === "index") return { ...after, doubt };
  if (!("columns" in after)) return after;
  if (!before || !("columns" in before)) return { ...after, doubt };
  const old = new Map(before.columns.map((column) => [column.name, column]));
  const names = new Set(after.columns.map(({ name }) => name));
  return {
    ...after,
    columns: [
      ...after.columns.map((column) =>
        isSame(old.get(column.name), column) ? column : { ...column, doubt },
      ),
      ...before.columns.filter(({ name }) => !names.has(name)).map((column) => ({ ...column, doubt })),
    ],
    constraints: either(before.constraints, after.constraints),
    ...(isOtherwiseSame(before, after) ? {} : { doubt }),
  };
}

/** Many a change makes anew what it leaves as it was. */
const isSame = (before: unknown, after: unknown): boolean =>
  before === after || JSON.stringify(before) === JSON.stringify(after);

function either(
  before: readonly ConstraintState[],
  after: readonly ConstraintState[],
): readonly ConstraintState[] {
  const names = new Set(after.map(({ name }) => name));
  const gone = before.filter(({ name }) => !names.has(name));
  return gone.length > 0 ? [...after, ...gone] : after;
}

function isOtherwiseSame(before: TableState, after: TableState): boolean {
  return (Object.keys(after) as (keyof TableState)[]).every(
    (key) => key === "columns" || key === "constraints" || isSame(before[key], after[key]),
  );
}

/** Under its name, unless something else has that by now: then its table is in doubt as a whole. */
function putBack({ state }: Session, object: ObjectState, doubt: string): void {
  const { schema, name, kind } = object;
  const isFree = (kind === "type" ? state.type(schema, name) : state.relation(schema, name)) === undefined;
  const table = kind === "index" ? state.table(object.table) : undefined;
  if (isFree && (kind !== "index" || table)) {
    state.put<ObjectState>(kind === "index" || "columns" in object ? { ...object, doubt } : object);
  } else if (table) state.put<TableState>({ ...table, doubt });
}

/** Marks the tables and indexes that are called by one of the words; all without words. */
export function markWords(session: Session, words: ReadonlySet<string> | undefined, doubt: string): void {
  for (const object of [...session.state.objects()]) {
    if (!words || words.has(object.name.toLowerCase())) putDoubt(session, object, doubt);
  }
}

function putDoubt(session: Session, object: ObjectState, doubt: string): void {
  if (object.kind === "index") {
    session.state.put<IndexState>({ ...object, doubt });
    const table = session.state.table(object.table);
    if (table) session.state.put<TableState>({ ...table, doubt });
  } else if ("columns" in object) session.state.put<TableState>({ ...object, doubt });
}
