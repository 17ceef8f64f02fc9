import type { Session } from "./session.js";
import type { IndexState, ObjectState, TableState } from "./state.js";

/** Marks the tables that were changed since `mark`: by statements that may not run. */
export function markDoubtful(session: Session, mark: number, doubt: string): void {
  for (const object of session.state.touchedSince(mark)) {
    const now = session.state.get(object.oid);
    if (now) putDoubt(session, now, doubt);
    else if (object.kind === "index") {
      const table = session.state.table(object.table);
      if (table) putDoubt(session, table, doubt);
    } else if ("columns" in object) session.state.put<TableState>({ ...object, doubt });
  }
}

/** Marks the tables and indexes that are called by one of the words. */
export function markWords(session: Session, words: ReadonlySet<string>, doubt: string): void {
  for (const object of [...session.state.objects()]) {
    if (words.has(object.name.toLowerCase())) putDoubt(session, object, doubt);
  }
}

function putDoubt(session: Session, object: ObjectState, doubt: string): void {
  if (object.kind === "index") {
    session.state.put<IndexState>({ ...object, doubt });
    const table = session.state.table(object.table);
    if (table) session.state.put<TableState>({ ...table, doubt });
  } else if ("columns" in object) session.state.put<TableState>({ ...object, doubt });
}
