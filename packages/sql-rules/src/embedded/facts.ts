import type { Range } from "../language/split.js";
import { parseSql } from "../language/parse.js";
import { factsOf, noFacts, type FileFacts } from "../model/facts.js";
import { applied } from "./foreign.js";
import { findSql, type Source } from "./find.js";
import type { Condition, Query } from "../model/query.js";
import { columnsIn } from "../model/parts.js";
import { migrationOf } from "./migration.js";
import { readPieces, type ReadText } from "./reading.js";
import { isVersioned } from "../model/sources/versions.js";
import { assemble, UNKNOWN, type EmbeddedText, type Piece } from "./text.js";

/**
 * The facts of the SQL in a source, with ranges of the source. What cannot be read as PostgreSQL's SQL is left out: a
 * string may be anything. Facts that hang on what is known only at run time are left out too.
 *
 * @param path - its absolute path
 */
export function factsOfSource(source: Source, path: string): FileFacts {
  const { found, tooLong } = findSql(source, path);
  const facts = merged(
    noFacts(path),
    found.map((embedded) => inFile(embedded, path)),
  );
  const unread = tooLong.map((range) => ({
    range,
    error: "the SQL that is put together here is too long to be read",
  }));
  switch (migrationOf(source.ast, path)) {
    case "sql":
      return { ...facts, unread };
    case "calls": {
      const error = "it changes the schema by calls of a query builder";
      return { ...facts, unread: [{ range: [0, 0], error }, ...unread], isUnread: true };
    }
    case "none":
      // An application that creates a table at its start is no step of a history.
      return { ...withoutChanges(facts, path), unread };
  }
}

/**
 * The facts of statements that an application in another language holds. What cannot be read as PostgreSQL's SQL is left
 * out, and what changes the schema: an application is no step of a history.
 *
 * @param statements - each with the places of its parts
 */
export function factsOfStatements(statements: readonly (readonly Piece[])[], path: string): FileFacts {
  const texts = statements.flatMap((pieces) => readPieces(pieces, { kind: "statement" }, path) ?? []);
  const facts = merged(
    noFacts(path),
    texts.map((text) => inFile(text, path)),
  );
  return withoutChanges(facts, path);
}

/** What a file that is no step of a history says: of what it changes, only that it may. */
function withoutChanges(facts: FileFacts, path: string): FileFacts {
  const mayChange = applied(facts.changes, path);
  const isForeign = isVersioned(path);
  return {
    ...facts,
    changes: [],
    ...(isForeign ? { isForeign } : {}),
    ...(mayChange.length > 0 ? { mayChange } : {}),
  };
}

/** Facts of one text in the file's coordinates. */
function inFile({ program, source, open }: ReadText, path: string): FileFacts {
  const facts = factsOf(program, path);
  const putIn = open.map((range): Condition => ({
    expression: { kind: "parameter" },
    clause: "where",
    range,
  }));
  const known: FileFacts = {
    ...facts,
    dialect: "postgresql",
    queries: facts.queries.map((query) => withConditions(withUnknowns(query), putIn, program.text)),
    // What an assignment of an unknown column does cannot be judged.
    writes: facts.writes.filter(({ sets }) => !sets.some(({ column }) => column.includes(UNKNOWN))),
    unread: [],
  };
  const whole = source.toFile([0, source.text.length]) ?? [0, 0];
  return located(known, source, whole) as FileFacts;
}

/**
 * The facts of SQL that a migration in another language stands for, with ranges of the file.
 *
 * @param pieces - the SQL, with the place of each part
 * @param whole - the place of what stands nowhere
 */
export function factsOfPieces(pieces: readonly Piece[], path: string, whole: Range): FileFacts {
  const source = assemble(pieces);
  return located(factsOf(parseSql(source.text), path), source, whole) as FileFacts;
}

/** The query with what is asked of a column that is named at run time as something that may be asked of any. */
function withUnknowns(query: Query): Query {
  const isUnknown = ({ expression }: Condition) => {
    const columns = columnsIn(expression);
    // Of `${name} = $1` the left side was read as a value.
    const isOfValues =
      columns.length === 0 && expression.kind === "operator" && expression.right.kind === "parameter";
    return isOfValues || columns.some(({ name }) => name.includes(UNKNOWN));
  };
  if (!query.conditions.some(isUnknown)) return query;
  const conditions = query.conditions.map((condition): Condition =>
    isUnknown(condition) ? { ...condition, expression: { kind: "parameter" } } : condition,
  );
  return { ...query, conditions };
}

/** The query with the conditions of its statement that are put in at run time. */
function withConditions(query: Query, putIn: readonly Condition[], text: string): Query {
  if (putIn.length === 0) return query;
  const [start, end] = query.range;
  // What is put in at the end of a statement stands behind it.
  const own = putIn.filter(({ range: [at] }) => at >= start && !text.slice(end, at).includes(";"));
  return own.length > 0 ? { ...query, conditions: [...query.conditions, ...own] } : query;
}

/** Lists of facts joined, whichever kinds of facts there are; what is true of one text is true of the file. */
function merged(empty: FileFacts, all: readonly FileFacts[]): FileFacts {
  const joined: Record<string, unknown> = { ...empty };
  for (const [key, value] of all.flatMap((facts) => Object.entries(facts) as [string, unknown][])) {
    if (value === true) joined[key] = true;
    if (!Array.isArray(value)) continue;
    const list = (joined[key] ?? []) as unknown[];
    for (const item of value as unknown[]) list.push(item);
    joined[key] = list;
  }
  return joined as unknown as FileFacts;
}

/**
 * A copy of facts with every range, whatever it is a range of, moved into the file, and with text that is partly
 * unknown taken for a value that is not known. Facts are plain data in which a range is called `range` or `…Range`.
 */
function located(value: unknown, source: EmbeddedText, whole: Range): unknown {
  if (Array.isArray(value)) return (value as unknown[]).map((item) => located(item, source, whole));
  if (typeof value !== "object" || value === null) return value;
  const entries = (Object.entries(value) as [string, unknown][]).map(([key, item]): [string, unknown] => [
    key,
    /^range$|Range$/.test(key) && isRange(item)
      ? (source.toFile(item) ?? whole)
      : located(item, source, whole),
  ]);
  const copy = Object.fromEntries(entries);
  const isUnknownText =
    copy.kind === "literal" && typeof copy.value === "string" && copy.value.includes(UNKNOWN);
  return isUnknownText ? { kind: "parameter", ...("range" in copy ? { range: copy.range } : {}) } : copy;
}

function isRange(value: unknown): value is Range {
  return Array.isArray(value) && value.length === 2 && value.every((item) => typeof item === "number");
}
