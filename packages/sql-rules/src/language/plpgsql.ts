import { parsePlPgSQLSync } from "libpg-query";

/** A statement of a PL/pgSQL body, as far as it leads to SQL. Queries and expressions are as written in the body. */
export type PlStatement =
  /** `sets` are the variables that INTO fills. */
  | { kind: "sql"; query: string; sets?: string[] }
  /** EXECUTE of an expression that yields a statement. */
  | { kind: "execute"; expression: string }
  | { kind: "assign"; variable: string; expression: string }
  /** IF, ELSIF, CASE: `condition` is undefined for CASE. */
  | { kind: "branch"; condition?: string; then: PlStatement[]; otherwise: PlStatement[] }
  /** `each` is the array a FOREACH walks. */
  | { kind: "loop"; body: PlStatement[]; variable?: string; each?: string; query?: string }
  | { kind: "block"; body: PlStatement[]; handlers?: PlStatement[] }
  /** RETURN: what follows is not run. */
  | { kind: "return" };

export interface PlBody {
  statements: PlStatement[];
  /** Variables with the expression they are declared with. */
  variables: ReadonlyMap<string, string>;
}

/** The limit of one body, in UTF-16 units: its tree takes some hundred times that. */
const MAX_BODY = 512 * 1024;

/**
 * Reads the body of a DO block or a CREATE FUNCTION statement; undefined where PL/pgSQL's own parser refuses it, or it
 * is in another language.
 *
 * @param statement - the whole statement
 */
export function parsePlpgsql(statement: string): PlBody | undefined {
  if (statement.length > MAX_BODY) return undefined;
  let parsed: unknown;
  try {
    parsed = parsePlPgSQLSync(statement);
  } catch {
    return undefined;
  }
  const body = (parsed as { plpgsql_funcs?: { PLpgSQL_function?: PlFunction }[] }).plpgsql_funcs?.[0];
  const { datums = [], action } = body?.PLpgSQL_function ?? {};
  if (!action) return undefined;
  const names: string[] = [];
  const variables = new Map<string, string>();
  for (const [i, datum] of datums.entries()) {
    const { refname = "", default_val: value } = Object.values(datum)[0] ?? {};
    names[i] = refname;
    const query = queryOf(value);
    if (query !== undefined) variables.set(refname, query);
  }
  return { statements: readAll([action], names), variables };
}

interface PlFunction {
  datums?: Record<string, { refname?: string; default_val?: unknown }>[];
  action?: PlNode;
}

/** PL/pgSQL's tree as libpg-query prints it: an object with the node's name for its one key. */
type PlNode = Record<string, PlFields>;

interface PlFields {
  body?: PlNode[];
  then_body?: PlNode[];
  else_body?: PlNode[];
  elsif_list?: PlNode[];
  stmts?: PlNode[];
  case_when_list?: PlNode[];
  else_stmts?: PlNode[];
  exceptions?: { PLpgSQL_exception_block?: { exc_list?: { PLpgSQL_exception?: { action?: PlNode[] } }[] } };
  cond?: unknown;
  expr?: unknown;
  query?: unknown;
  sqlstmt?: unknown;
  varno?: number;
  target?: { PLpgSQL_row?: { fields?: { name?: string }[] }; PLpgSQL_rec?: { refname?: string } };
  var?: Record<string, { refname?: string }>;
}

function queryOf(expression: unknown): string | undefined {
  return (expression as { PLpgSQL_expr?: { query?: string } } | undefined)?.PLpgSQL_expr?.query;
}

function readAll(nodes: readonly PlNode[] | undefined, names: readonly string[]): PlStatement[] {
  return (nodes ?? []).flatMap((node) => {
    const [kind = "", fields = {}] = Object.entries(node)[0] ?? [];
    return READERS[kind]?.(fields, names) ?? [];
  });
}

type Reader = (fields: PlFields, names: readonly string[]) => PlStatement[];

const loop: Reader = ({ body, query, var: variable }, names) => {
  const name = Object.values(variable ?? {})[0]?.refname;
  const over = queryOf(query);
  return [
    {
      kind: "loop",
      body: readAll(body, names),
      ...(name !== undefined && { variable: name }),
      ...(over !== undefined && { query: over }),
    },
  ];
};
const READERS: Readonly<Record<string, Reader>> = {
  PLpgSQL_stmt_execsql: ({ sqlstmt, target }) => {
    const fields = target?.PLpgSQL_row?.fields ?? [];
    const sets = [...fields.map(({ name = "" }) => name), target?.PLpgSQL_rec?.refname ?? ""].filter(Boolean);
    return [{ kind: "sql", query: queryOf(sqlstmt) ?? "", ...(sets.length > 0 && { sets }) }];
  },
  PLpgSQL_stmt_perform: ({ expr }) => [{ kind: "sql", query: queryOf(expr) ?? "" }],
  PLpgSQL_stmt_dynexecute: ({ query }) => [{ kind: "execute", expression: queryOf(query) ?? "" }],
  PLpgSQL_stmt_assign: ({ varno, expr }, names) => {
    const text = queryOf(expr) ?? "";
    const at = /:?=/.exec(text);
    const expression = at ? text.slice(at.index + at[0].length) : "";
    return [{ kind: "assign", variable: names[varno ?? 0] ?? "", expression }];
  },
  PLpgSQL_stmt_if: ({ cond, then_body: then, elsif_list: elsifs = [], else_body: last }, names) => {
    let otherwise = readAll(last, names);
    for (const elsif of [...elsifs].reverse()) {
      const { cond: condition, stmts } = elsif.PLpgSQL_if_elsif ?? {};
      otherwise = [
        { kind: "branch", condition: queryOf(condition) ?? "", then: readAll(stmts, names), otherwise },
      ];
    }
    return [{ kind: "branch", condition: queryOf(cond) ?? "", then: readAll(then, names), otherwise }];
  },
  PLpgSQL_stmt_case: ({ case_when_list: whens = [], else_stmts: last }, names) => {
    const otherwise = readAll(last, names);
    const then = whens.flatMap((when) => readAll(when.PLpgSQL_case_when?.stmts, names));
    return [{ kind: "branch", then, otherwise }];
  },
  PLpgSQL_stmt_foreach_a: ({ varno, expr, body }, names) => [
    {
      kind: "loop",
      body: readAll(body, names),
      variable: names[varno ?? 0] ?? "",
      each: queryOf(expr) ?? "",
    },
  ],
  PLpgSQL_stmt_loop: loop,
  PLpgSQL_stmt_while: loop,
  PLpgSQL_stmt_fori: loop,
  PLpgSQL_stmt_fors: loop,
  PLpgSQL_stmt_forc: loop,
  PLpgSQL_stmt_dynfors: loop,
  PLpgSQL_stmt_return: () => [{ kind: "return" }],
  PLpgSQL_stmt_block: ({ body, exceptions }, names) => {
    const list = exceptions?.PLpgSQL_exception_block?.exc_list;
    const handlers = list?.flatMap((item) => readAll(item.PLpgSQL_exception?.action, names));
    return [{ kind: "block", body: readAll(body, names), ...(handlers && { handlers }) }];
  },
};
