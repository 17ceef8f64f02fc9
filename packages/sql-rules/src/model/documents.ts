import type { Node } from "@pgsql/types";
import { bodyOf } from "../language/bodies.js";
import { isTemplated } from "../language/mask.js";
import { parseSql, type Program, type Statement } from "../language/parse.js";
import type { Range } from "../language/split.js";
import { expressionOf } from "./expressions/index.js";
import { depthOf, literalSteps, pathOf, type Step } from "./json-paths.js";
import type { Source } from "./query.js";

/**
 * A JSON document that a statement reads from deep inside, or writes out. Only what is two levels deep or deeper is
 * kept.
 */
export interface DocumentUse {
  /** `path`: levels that are read; `literal`: the deepest path of a document that is written out. */
  kind: "path" | "literal";
  /**
   * Where it stands: in a query (a view, policy or body among them), in a write of rows, in a column's default, in a
   * CHECK or an index of a table.
   */
  use: "query" | "write" | "default" | "check" | "index";
  steps: readonly Step[];
  /** The column that holds the document, if it is one and it is known here. */
  column?: { qualifier?: string; name: string };
  /** The whole column is searched by an operator of GIN's: `meta @> '{…}'`. */
  isSearched?: true;
  /** Relations of the statement, one of which the column is of. */
  sources: readonly Source[];
  /** Set where the statement reads a CTE, too, of which the column may be. */
  readsCte?: true;
  /** Set where a query stands by itself, in no view, policy or function. */
  isStatement?: true;
  range: Range;
}

/** What may lead two levels down: two arrows, an operator or function that takes a path, a text with two brackets. */
const WORTH_A_LOOK =
  /->[^]*->|#>|#-|@[?@]|@>|\bjsonb?_(?:build|extract|insert|path|set)|\[\s*'[^]*\[\s*'|'\s*[[{][^']*[[{]/i;

/**
 * The documents a script reads or writes, two levels deep or deeper.
 *
 * Values that a statement takes out of a document into a column of its own are left out: an UPDATE's SET, the select list
 * of INSERT, CREATE TABLE AS, a materialized view and a dbt model, a generated column and the USING clause of ALTER
 * COLUMN … TYPE. That is how a nested document is taken apart.
 *
 * @param program - the parsed script
 */
export function documentsOf(program: Program): DocumentUse[] {
  const isModel = isTemplated(program.text);
  return program.body.flatMap((statement) =>
    statement.type === "Statement" ? documentsOfStatement(statement, isModel) : [],
  );
}

function documentsOfStatement(statement: Statement, isModel: boolean): DocumentUse[] {
  if (!WORTH_A_LOOK.test(statement.text)) return [];
  const { tree } = statement;
  const walk = new Walk(statement);
  walk.visit(tree, { use: "query", ...(isModel ? { isModel } : {}) });
  // A DO block runs once; a function is asked again and again.
  const body = "CreateFunctionStmt" in tree ? bodyOf(statement, tree.CreateFunctionStmt) : undefined;
  const pieces = (body?.pieces ?? []).filter(({ sql }) => WORTH_A_LOOK.test(sql));
  const inner = pieces.flatMap(({ sql, place }) =>
    documentsOf(parseSql(sql)).map(({ range: [from, to], isStatement: _, ...use }): DocumentUse => ({
      ...use,
      range: [place(from), place(to)],
    })),
  );
  const found = walk.found();
  const own = "SelectStmt" in tree ? found.map((use) => ({ ...use, isStatement: true as const })) : found;
  return [...own, ...inner];
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What is known on the way down. */
interface Context {
  use: DocumentUse["use"];
  /** The column a value is written to. */
  column?: string;
  /** Its documents are taken apart here: their paths are no finding. */
  takesApart?: boolean;
  /** In a dbt model, whose select lists end as the columns of a table, most by way of a CTE. */
  isModel?: boolean;
}

/** Operators, functions and casts that may stand at the top of a path. */
const PATH_NODES = new Set(["A_Expr", "FuncCall", "A_Indirection"]);

class Walk {
  readonly #statement: Parameters<typeof expressionOf>[1];
  readonly #uses: Omit<DocumentUse, "sources">[] = [];
  readonly #sources: Source[] = [];
  readonly #ctes = new Set<string>();

  constructor(statement: Parameters<typeof expressionOf>[1]) {
    this.#statement = statement;
  }

  found(): DocumentUse[] {
    // A CTE hides the table of its name.
    const sources = this.#sources.filter(
      ({ schema, table }) => schema !== undefined || !this.#ctes.has(table),
    );
    const cte = sources.length < this.#sources.length ? { readsCte: true as const } : {};
    return this.#uses.map((use) => ({ ...use, sources, ...cte }));
  }

  /** No recursion: a statement may nest deeper than the call stack. */
  visit(tree: Node, context: Context): void {
    const pending: { value: unknown; context: Context }[] = [{ value: tree, context }];
    for (let item = pending.pop(); item; item = pending.pop()) {
      const { value } = item;
      if (Array.isArray(value))
        for (const inner of value) pending.push({ value: inner, context: item.context });
      if (!isObject(value)) continue;
      for (const name of Object.keys(value)) {
        const inner = value[name];
        if (typeof inner !== "object" || inner === null) continue;
        for (const next of this.#step(name, inner, value, item.context)) pending.push(next);
      }
    }
  }

  /** What to visit below a field or node called `name`. */
  #step(name: string, inner: unknown, node: Json, context: Context): { value: unknown; context: Context }[] {
    const below = [{ value: inner, context }];
    if (name === "targetList" && context.isModel)
      return [{ value: inner, context: { ...context, takesApart: true } }];
    if (!isObject(inner)) return below;
    switch (name) {
      case "relation":
      case "RangeVar":
        this.#source(inner);
        return [];
      case "CommonTableExpr":
        if (typeof inner.ctename === "string") this.#ctes.add(inner.ctename);
        return below;
      case "InsertStmt":
        return this.#insert(inner, context);
      case "UpdateStmt":
      case "onConflictClause":
      case "OnConflictClause":
      case "MergeWhenClause":
        return this.#sets(inner, context);
      case "CreateTableAsStmt":
        return this.#takenApart(inner, "query", context);
      case "ColumnDef": {
        const column = { ...(typeof inner.colname === "string" ? { column: inner.colname } : {}) };
        return [{ value: inner.constraints, context: { use: "default", ...column } }];
      }
      case "Constraint":
        return constraint(inner, context);
      case "AlterTableCmd": {
        const column = { ...(typeof inner.name === "string" ? { column: inner.name } : {}) };
        if (inner.subtype === "AT_AlterColumnType" || inner.subtype === "AT_SetExpression") return [];
        return [{ value: inner.def, context: { use: "default", ...column } }];
      }
      case "IndexStmt":
        return [{ value: inner, context: { use: "index" } }];
      case "DeleteStmt":
        return [{ value: inner, context: { use: "write" } }];
      case "TypeCast":
      case "A_Const":
        return this.#literal({ [name]: inner } as unknown as Node, inner, context) ? [] : below;
      default:
        if (!PATH_NODES.has(name) || Object.keys(node).length !== 1) return below;
        return this.#path(node as unknown as Node, inner, context);
    }
  }

  #source({ schemaname, relname, alias }: Json): void {
    if (typeof relname !== "string") return;
    const other = isObject(alias) && typeof alias.aliasname === "string" ? alias.aliasname : relname;
    this.#sources.push({
      ...(typeof schemaname === "string" ? { schema: schemaname } : {}),
      table: relname,
      alias: other,
    });
  }

  /** The select list's paths are taken apart; a row of VALUES is data of the columns, by position. */
  #insert(insert: Json, context: Context): { value: unknown; context: Context }[] {
    const { selectStmt, cols, ...rest } = insert;
    const names = (Array.isArray(cols) ? cols : []).map((item: unknown) =>
      isObject(item) && isObject(item.ResTarget) ? (item.ResTarget.name as string) : "",
    );
    const select =
      isObject(selectStmt) && isObject(selectStmt.SelectStmt) ? selectStmt.SelectStmt : undefined;
    const rows = Array.isArray(select?.valuesLists) ? (select.valuesLists as unknown[]) : [];
    if (!select || rows.length === 0) {
      return [{ value: rest, context }, ...this.#takenApart({ query: selectStmt }, "write", context)];
    }
    const values = rows.flatMap((row) => {
      const items =
        isObject(row) && isObject(row.List) && Array.isArray(row.List.items) ? row.List.items : [];
      return items.map((value: unknown, i) => ({
        value,
        context: { use: "write" as const, ...(names[i] ? { column: names[i] } : {}) },
      }));
    });
    return [{ value: rest, context }, ...values];
  }

  #sets(update: Json, context: Context): { value: unknown; context: Context }[] {
    const { targetList, ...rest } = update;
    const sets = (Array.isArray(targetList) ? targetList : []).map((item: unknown) => {
      const target = isObject(item) && isObject(item.ResTarget) ? item.ResTarget : {};
      const column = typeof target.name === "string" ? { column: target.name } : {};
      return { value: target.val, context: { use: "write" as const, takesApart: true, ...column } };
    });
    return [{ value: rest, context: { ...context, use: "write" } }, ...sets];
  }

  /** A query whose outermost select lists become columns. */
  #takenApart(
    { query }: Json,
    use: "query" | "write",
    context: Context,
  ): { value: unknown; context: Context }[] {
    const select = isObject(query) && isObject(query.SelectStmt) ? query.SelectStmt : undefined;
    if (!select) return [{ value: query, context }];
    const { targetList, larg, rarg, ...rest } = select;
    const arms = [larg, rarg].flatMap((arm) =>
      isObject(arm) ? this.#takenApart({ query: { SelectStmt: arm } }, use, context) : [],
    );
    return [
      { value: rest, context: { ...context, use } },
      { value: targetList, context: { ...context, use, takesApart: true } },
      ...arms,
    ];
  }

  /** Records a path and goes on below what it is applied to, and in the operands. */
  #path(node: Node, fields: Json, context: Context): { value: unknown; context: Context }[] {
    const expression = expressionOf(node, this.#statement);
    const path = pathOf(expression);
    const { range } = expression;
    if (!path || !range) {
      const steps = literalSteps(expression);
      if (!steps || !range) return [{ value: fields, context }];
      this.#record({ kind: "literal", steps, range }, context);
      return [];
    }
    // `SET data = jsonb_set(data, '{a,b}', …)` reaches into the document; `SET city = data -> 'a'` takes it apart.
    const isChange = expression.kind === "call" && /^jsonb_(?:set|set_lax|insert)$/.test(expression.name);
    const isMinus = expression.kind === "operator" && expression.name === "#-";
    if (path.base.kind === "column" && (context.takesApart !== true || isChange || isMinus)) {
      const { name, qualifier } = path.base;
      const column = { name, ...(qualifier === undefined ? {} : { qualifier }) };
      const isSearched =
        expression.kind === "operator" &&
        /^@[>?@]$/.test(expression.name) &&
        expression.left?.kind === "column";
      this.#record(
        { kind: "path", steps: path.steps, range, column, ...(isSearched ? { isSearched } : {}) },
        context,
      );
    }
    return baseAndOperands(fields).map((value) => ({ value, context }));
  }

  /** @returns whether the node is a text that is written out here, cast or not */
  #literal(node: Node, fields: Json, context: Context): boolean {
    const constant = isObject(fields.arg) ? fields.arg.A_Const : fields;
    const text = isObject(constant) && isObject(constant.sval) ? constant.sval.sval : undefined;
    if (typeof text !== "string" || !/^\s*[[{]/.test(text)) return false;
    const expression = expressionOf(node, this.#statement);
    const isDocument =
      expression.kind === "cast" ? /^jsonb?$/.test(expression.type.name) : context.column !== undefined;
    const steps = isDocument ? literalSteps(expression) : undefined;
    if (steps && expression.range) this.#record({ kind: "literal", steps, range: expression.range }, context);
    return true;
  }

  #record(use: Omit<DocumentUse, "sources" | "use">, context: Context): void {
    if (depthOf(use.steps) < 2) return;
    const column = use.column ?? (context.column === undefined ? undefined : { name: context.column });
    this.#uses.push({ ...use, use: context.use, ...(column ? { column } : {}) });
  }
}

function constraint(fields: Json, context: Context): { value: unknown; context: Context }[] {
  if (fields.contype === "CONSTR_GENERATED") return [];
  if (fields.contype === "CONSTR_CHECK") return [{ value: fields, context: { use: "check" } }];
  return [{ value: fields, context }];
}

/** Below a chain of operators: what it begins with, and the other operands, which may hold paths of their own. */
function baseAndOperands(fields: Json): unknown[] {
  const operands: unknown[] = [];
  let spine: Json | undefined = fields;
  while (spine) {
    const { name: operator, lexpr, rexpr, arg, args }: Json = spine;
    const list: unknown[] = Array.isArray(args) ? (args as unknown[]) : [];
    operands.push(...list.slice(1));
    // A document to contain is part of the path.
    if (!JSON.stringify(operator ?? "").includes('"@>"')) operands.push(rexpr);
    const next: unknown = lexpr ?? arg ?? list[0];
    const [name, inner]: [string?, unknown?] = isObject(next) ? Object.entries(next)[0]! : [];
    const isLink = name !== undefined && (PATH_NODES.has(name) || name === "TypeCast");
    if (!isLink) operands.push(next);
    spine = isLink && isObject(inner) ? inner : undefined;
  }
  return operands;
}
