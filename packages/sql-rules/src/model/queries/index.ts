import { bodyOf } from "../../language/bodies.js";
import { parseSql, type Program, type Statement } from "../../language/parse.js";
import type { Range } from "../../language/split.js";
import type { Query, Write } from "../query.js";
import { MAX_LEVELS, readStatement } from "./read.js";
import { QUERY_KINDS } from "./kinds.js";

/** What the statements of one script ask and change. */
export interface QueryFacts {
  queries: Query[];
  writes: Write[];
  /** What could not be read of function bodies, DO blocks and statements that nest too deep. */
  unread: { range: Range; error: string }[];
}

/** The queries of a script, in order: those of function bodies, DO blocks, views and policies among them. */
export function queriesOf(program: Program): Query[] {
  return queryFactsOf(program).queries;
}

/** The statements of a script that change rows, in order: those in function bodies and CTEs among them. */
export function writesOf(program: Program): Write[] {
  return queryFactsOf(program).writes;
}

/** The queries and writes of a script, with what could not be read. */
export function queryFactsOf(program: Program): QueryFacts {
  const facts: QueryFacts = { queries: [], writes: [], unread: [] };
  for (const statement of program.body) {
    if (statement.type === "Statement") read(statement, "query", facts, inPlace);
  }
  return facts;
}

/** What stands in the file itself. */
const inPlace = (range: Range): Range => range;

/** Bodies in bodies in bodies are none. */
const MAX_BODIES = 3;

function read(
  statement: Statement,
  role: Query["role"],
  facts: QueryFacts,
  place: (range: Range) => Range,
  depth = 0,
  isQuoted = false,
): void {
  if (!QUERY_KINDS.has(statement.kind)) return;
  const { tree } = statement;
  const own = readStatement(tree, statement, role);
  if (own.isCut) {
    const error = `the statement has more than ${MAX_LEVELS} levels of queries`;
    facts.unread.push({ range: place(statement.range), error });
  }
  const queries = relocated(own.queries, place);
  facts.queries.push(...(isQuoted ? queries.map((query): Query => ({ ...query, isQuoted })) : queries));
  facts.writes.push(...relocated(own.writes, place));

  const definition =
    "CreateFunctionStmt" in tree ? tree.CreateFunctionStmt : "DoStmt" in tree ? tree.DoStmt : undefined;
  if (!definition || depth >= MAX_BODIES) return;
  const body = bodyOf(statement, definition);
  if (body?.unread) facts.unread.push({ ...body.unread, range: place(body.unread.range) });
  const inner: Query["role"] = "DoStmt" in tree ? "backfill" : "function";
  for (const piece of body?.pieces ?? []) {
    const toFile = ([from, to]: Range): Range => place([piece.place(from), piece.place(to)]);
    for (const item of parseSql(piece.sql).body) {
      if (item.type === "Statement") read(item, inner, facts, toFile, depth + 1, isQuoted || piece.isQuoted);
      else
        facts.unread.push({
          range: toFile(item.type === "UnparsedStatement" ? item.errorRange : item.range),
          error: item.type === "UnparsedStatement" ? item.error : "PostgreSQL's parser refuses it",
        });
    }
  }
}

/** The same value with every `range` in it moved. */
function relocated<T>(value: T, place: (range: Range) => Range): T {
  if (place === inPlace) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => relocated(item, place)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      key === "range" ? place(item as Range) : relocated(item, place),
    ]),
  ) as T;
}
