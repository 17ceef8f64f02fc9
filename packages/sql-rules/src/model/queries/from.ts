import type { Alias, JoinExpr, Node } from "@pgsql/types";
import type { Expression } from "../expression.js";
import type { Condition, Derived, Source } from "../query.js";
import { derivedOf } from "./derived.js";
import type { StatementReader } from "./read.js";
import { sourceOf } from "./search.js";

/** What names mean at one level of a statement. */
export interface Scope {
  /** CTEs by name, with what they pass through if PostgreSQL merges them into the query that names them. */
  ctes: ReadonlyMap<string, { derived?: Derived }>;
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

  /** @returns the sources that came with the item */
  read(item: Node): readonly Source[] {
    const before = this.sources.length;
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
        ...(derived ? { derived } : {}),
      });
    } else if ("JoinExpr" in item) this.#join(item.JoinExpr);
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
    return this.sources.slice(before);
  }

  #side(item: Node | undefined, isNullable: boolean): readonly Source[] {
    const from = this.sources.length;
    if (item) this.read(item);
    if (isNullable) {
      for (let at = from; at < this.sources.length; at++)
        this.sources[at] = { ...this.sources[at]!, isNullable };
    }
    return this.sources.slice(from);
  }

  #join({ jointype, larg, rarg, quals, usingClause, isNatural }: JoinExpr): void {
    const kind = jointype ?? "JOIN_INNER";
    const left = this.#side(larg, kind === "JOIN_RIGHT" || kind === "JOIN_FULL");
    const right = this.#side(rarg, kind === "JOIN_LEFT" || kind === "JOIN_FULL");
    if (quals) {
      this.quals.push(quals);
      const restricts = RESTRICTED[kind]?.({ left, right });
      this.conditions.push(
        ...this.statement.conditions(
          quals,
          "on",
          restricts?.map(({ alias }) => alias),
        ),
      );
    }
    const [a, b] = [left[0], right[0]];
    if (isNatural || left.length !== 1 || right.length !== 1 || !a || !b) return;
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
}

/** The sources that a join's condition restricts: an outer join keeps every row of its outer side. */
const RESTRICTED: Record<
  string,
  (join: { left: readonly Source[]; right: readonly Source[] }) => readonly Source[] | undefined
> = {
  JOIN_INNER: () => undefined,
  JOIN_LEFT: ({ right }) => right,
  JOIN_RIGHT: ({ left }) => left,
  JOIN_FULL: () => [],
};

function functionSource(alias: Alias | undefined, functions: readonly Node[] | undefined): Source {
  const [first] = functions ?? [];
  const [call] = first && "List" in first ? (first.List.items ?? []) : [];
  const names = call && "FuncCall" in call ? call.FuncCall.funcname : undefined;
  const name = names?.at(-1);
  const table = name && "String" in name ? (name.String.sval ?? "") : "";
  return { table, alias: alias?.aliasname ?? table, kind: "function" };
}
