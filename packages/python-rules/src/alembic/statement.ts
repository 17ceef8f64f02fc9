import type { Piece } from "@orchestrator-lint/sql-rules/generated";
import type { Range } from "@orchestrator-lint/sql-rules/shared";

/** SQL that a migration runs, or that Alembic would make of a call, with the places its parts come from. */
export interface Statement {
  k: "statement";
  pieces: readonly Piece[];
  /** Of the call. */
  at: Range;
  /** Why what it makes may look otherwise. */
  doubt?: string;
}

/** Statements that run only under a condition. */
export interface Branch {
  k: "branch";
  items: readonly Item[];
  at: Range;
  /** Why it is not known whether they run; without one they do where they can: what is there already decides. */
  doubt?: string;
}

/** A call that could not be read, with the names it mentions. */
export interface Unread {
  k: "unread";
  error: string;
  at: Range;
  words: readonly string[];
  /** Whether any table may be meant. */
  isAnything?: true;
}

export type Item = Statement | Branch | Unread;

/** Joins pieces of SQL; text that stands for itself is written nowhere in the file. */
export function sql(...parts: readonly (string | readonly Piece[])[]): Piece[] {
  return parts.flatMap((part): readonly Piece[] =>
    typeof part === "string" ? (part === "" ? [] : [{ kind: "added", text: part }]) : part,
  );
}

/** Text that stands in other words in the file. */
export function written(text: string, range: Range): Piece[] {
  return [{ kind: "written", text, range }];
}

/** Pieces with commas between. */
export function list(all: readonly (readonly Piece[])[]): Piece[] {
  return all.flatMap((pieces, i) => (i === 0 ? [...pieces] : sql(", ", pieces)));
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
