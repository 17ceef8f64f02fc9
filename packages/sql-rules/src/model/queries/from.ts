import type { Alias, JoinExpr, Node } from "@pgsql/types";
import type { Expression } from "../expression.js";
import type { Condition, Source } from "../query.js";
import { derivedOf } from "./derived.js";
import type { StatementReader } from "./read.js";
import { holdsColumn, isWhole, sourceOf } from "./search.js";

/** What names mean at one level of a statement. */
export interface Scope {
  /** CTEs by name, with what they pass through if PostgreSQL merges them into the query that names them. */
  ctes: ReadonlyMap<string, Pick<Source, "derived" | "isWhole">>;
  /** Sources of the enclosing levels, the nearest first. */
  outer: readonly (readonly Source[])[];
}

/** Reads a FROM clause. */
export class FromReader {
  readonly sources: Source[];
  readonly conditions: Condition[] = [];
  /** Join conditions and functions' arguments, for the sub-selects in them. */
  readonly quals: Node[] = [];

  /** @param depth - of sub-selects around this one; undefined where the levels inside are not to be read */
  constructor(
    readonly statement: StatementReader,
    readonly scope: Scope,
    first: readonly Source[],
    readonly depth?: number,
  ) {
    this.sources = [...first];
  }

  /** Reads an item and what is in it. */
  read(item: Node): void {
    if ("RangeVar" in item) {
      const source = sourceOf(item.RangeVar);
      const cte = source.schema === undefined ? this.scope.ctes.get(source.table) : undefined;
      this.sources.push(cte ? { ...source, kind: "query", ...cte } : source);
    } else if ("RangeSubselect" in item) {
      const { subquery, alias, lateral } = item.RangeSubselect;
      const outer = lateral ? [[...this.sources], ...this.scope.outer] : this.scope.outer;
      const inside = { ctes: this.scope.ctes, outer };
      const derived =
        lateral || alias?.colnames
          ? undefined
          : derivedOf(subquery, this.statement, inside, (this.depth ?? 0) + 1);
      if (this.depth === undefined) this.statement.statement(subquery, inside, derived !== undefined);
      this.sources.push({
        table: "",
        alias: alias?.aliasname ?? "",
        kind: "query",
        ...(derived ? { derived } : isWhole(subquery) ? { isWhole: true } : {}),
      });
    } else if ("JoinExpr" in item) this.#joins(item);
    else if ("RangeFunction" in item) {
      this.sources.push(functionSource(item.RangeFunction.alias, item.RangeFunction.functions));
      this.quals.push(...(item.RangeFunction.functions ?? []));
    } else {
      // XMLTABLE, JSON_TABLE, TABLESAMPLE: rows, but not by way of an index.
      const [fields] = Object.values(item) as { alias?: Alias; relation?: Node }[];
      const relation =
        fields?.relation && "RangeVar" in fields.relation ? fields.relation.RangeVar : undefined;
      const alias = fields?.alias?.aliasname ?? (relation ? sourceOf(relation).alias : "");
      this.sources.push({ table: "", alias, kind: "function" });
    }
  }

  /** Chains of joins lean to the left and may be long, so they are walked without recursion. */
  #joins(item: Node): void {
    const chain: JoinExpr[] = [];
    let first: Node | undefined = item;
    while (first && "JoinExpr" in first) {
      chain.push(first.JoinExpr);
      first = first.JoinExpr.larg;
    }
    const from = this.sources.length;
    if (first) this.read(first);
    for (const join of chain.reverse()) this.#join(join, from);
  }

  /** @param from - where the sources of the join's left side begin; they end with the last one read */
  #join({ jointype, rarg, quals, usingClause, isNatural }: JoinExpr, from: number): void {
    const kind = jointype ?? "JOIN_INNER";
    const middle = this.sources.length;
    if (rarg) this.read(rarg);
    if (kind === "JOIN_RIGHT" || kind === "JOIN_FULL") this.#markNullable(from, middle);
    if (kind === "JOIN_LEFT" || kind === "JOIN_FULL") this.#markNullable(middle, this.sources.length);
    if (quals) {
      this.quals.push(quals);
      const restricts = RESTRICTED[kind]?.(this.sources, from, middle);
      this.conditions.push(
        ...this.statement.conditions(
          quals,
          "on",
          restricts?.map(({ alias }) => alias),
        ),
      );
    }
    const [a, b] = [this.sources[from], this.sources[middle]];
    if (isNatural || middle - from !== 1 || this.sources.length - middle !== 1 || !a || !b) return;
    for (const column of usingClause ?? []) {
      const name = "String" in column ? (column.String.sval ?? "") : "";
      const expression: Expression = {
        kind: "operator",
        name: "=",
        left: { kind: "column", qualifier: a.alias, name },
        right: { kind: "column", qualifier: b.alias, name },
      };
      this.conditions.push({ expression, clause: "using", restricts: [], range: this.statement.range });
    }
  }

  #markNullable(from: number, to: number): void {
    for (let at = from; at < to; at++) this.sources[at] = { ...this.sources[at]!, isNullable: true };
  }
}

/** The sources that a join's condition restricts: an outer join keeps every row of its outer side. */
const RESTRICTED: Record<
  string,
  (sources: readonly Source[], from: number, middle: number) => readonly Source[] | undefined
> = {
  JOIN_INNER: () => undefined,
  JOIN_LEFT: (sources, _from, middle) => sources.slice(middle),
  JOIN_RIGHT: (sources, from, middle) => sources.slice(from, middle),
  JOIN_FULL: () => [],
};

function functionSource(alias: Alias | undefined, functions: readonly Node[] | undefined): Source {
  const [first] = functions ?? [];
  const [call] = first && "List" in first ? (first.List.items ?? []) : [];
  const names = call && "FuncCall" in call ? call.FuncCall.funcname : undefined;
  const name = names?.at(-1);
  const table = name && "String" in name ? (name.String.sval ?? "") : "";
  const ofRows = holdsColumn(functions);
  return { table, alias: alias?.aliasname ?? table, kind: "function", ...(ofRows && { isWhole: true }) };
}
