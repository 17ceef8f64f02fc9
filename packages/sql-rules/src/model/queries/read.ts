import type { CommonTableExpr, Node, RangeVar, SelectStmt, WithClause } from "@pgsql/types";
import type { Range } from "../../language/split.js";
import type { Expression } from "../expression.js";
import { expressionOf, type Located } from "../expressions/index.js";
import type { Condition, Query, Source, Write } from "../query.js";
import { FromReader, type Scope } from "./from.js";
import { derivedOf } from "./derived.js";
import { isWhole, limitingExists, namesCounted, sourceOf, subSelects } from "./search.js";
import { readWrites } from "./writes.js";

/** What one statement asks and changes, nested levels first where they come first. */
export interface StatementFacts {
  queries: Query[];
  writes: Write[];
  /** Set where some levels are too deep to be read. */
  isCut?: true;
}

/** Levels in levels beyond this are not read; every one repeats what is around it. */
export const MAX_LEVELS = 50;

/**
 * Reads a statement's queries and writes.
 *
 * @param tree - PostgreSQL's tree of it
 * @param statement - for positions
 * @param role - what it is where it stands by itself
 */
export function readStatement(tree: Node, statement: Located, role: Query["role"]): StatementFacts {
  const reader = new StatementReader(statement, role, tree);
  reader.statement(tree);
  return reader.facts;
}

/** What a query may begin with; one that begins with WITH has one of these as well. */
const QUERY_WORD = /\b(?:select|values|table)\b/gi;

const TOP: Scope = { ctes: new Map(), outer: [] };

/** Walks the levels of one statement. */
export class StatementReader {
  readonly facts: StatementFacts = { queries: [], writes: [] };

  /** How many levels are being read. */
  #depth = 0;
  /** Whether the statement may have sub-selects outside FROM, by its words. */
  readonly #mayNest: boolean;
  /** How often each relation is named in the statement. */
  #named: Map<string, number> | undefined;

  constructor(
    readonly located: Located,
    readonly role: Query["role"],
    /** The whole statement. */
    readonly tree: Node,
  ) {
    const own = "SelectStmt" in tree || "InsertStmt" in tree ? 1 : 0;
    this.#mayNest = (located.text.match(QUERY_WORD)?.length ?? 0) > own;
  }

  /**
   * @param scope - CTEs and sources of the levels around it
   * @param isMerged - whether it is a source of the level around it, which is planned with it
   */
  statement(node: Node | undefined, scope = TOP, isMerged = false): void {
    if (!node) return;
    if ("SelectStmt" in node) {
      if (this.#depth >= MAX_LEVELS) this.facts.isCut = true;
      else {
        this.#depth++;
        this.select(node.SelectStmt, scope, isMerged);
        this.#depth--;
      }
    } else if ("PrepareStmt" in node) this.statement(node.PrepareStmt.query, scope);
    else if ("ExplainStmt" in node) this.statement(node.ExplainStmt.query, scope);
    else if ("DeclareCursorStmt" in node) this.statement(node.DeclareCursorStmt.query, scope);
    else if ("CopyStmt" in node) this.statement(node.CopyStmt.query, scope);
    else if ("ViewStmt" in node) this.#as("view").statement(node.ViewStmt.query, scope);
    else if ("CreateTableAsStmt" in node) {
      const isView = node.CreateTableAsStmt.objtype === "OBJECT_MATVIEW";
      this.#as(isView ? "view" : this.role).statement(node.CreateTableAsStmt.query, scope);
    } else if ("CreatePolicyStmt" in node) this.#policy(node.CreatePolicyStmt);
    else if ("AlterPolicyStmt" in node) this.#policy(node.AlterPolicyStmt);
    else if ("CreateFunctionStmt" in node) {
      // BEGIN ATOMIC … END and RETURN are trees; bodies in strings are read elsewhere.
      const reader = this.#as("function");
      const body = node.CreateFunctionStmt.sql_body;
      for (const inner of body ? flattened(body) : []) reader.statement(inner, scope);
    } else if ("ReturnStmt" in node) this.searched([node.ReturnStmt.returnval], scope);
    else readWrites(this, node, scope);
  }

  #as(role: Query["role"]): StatementReader {
    const reader = new StatementReader(this.located, role, this.tree);
    Object.assign(reader, { facts: this.facts });
    return reader;
  }

  select(select: SelectStmt, around: Scope, isMerged = false): void {
    const scope = this.withCtes(select.withClause, around);
    if (select.op !== undefined && select.op !== "SETOP_NONE") {
      if (select.larg) this.select(select.larg, scope);
      if (select.rarg) this.select(select.rarg, scope);
      this.searched([select.sortClause, select.limitCount], scope);
      return;
    }
    const level = this.level(
      select.fromClause,
      scope,
      [
        [select.whereClause, "where"],
        [select.havingClause, "having"],
      ],
      [],
      isMerged,
    );
    const { targetList, groupClause, sortClause, valuesLists, windowClause, limitCount, limitOffset } =
      select;
    this.searched(
      [targetList, groupClause, sortClause, valuesLists, windowClause, limitCount, limitOffset],
      level,
    );
  }

  /**
   * Reads the sources and conditions of one level, and the sub-selects in them.
   *
   * @param first - sources beside FROM: the table that UPDATE or DELETE changes
   * @returns the scope inside the level
   */
  level(
    from: readonly (Node | undefined)[] | undefined,
    scope: Scope,
    clauses: readonly [Node | undefined, Condition["clause"]][],
    first: readonly Source[] = [],
    isMerged = false,
  ): Scope {
    const reader = new FromReader(this, scope, first);
    for (const item of from ?? []) if (item) reader.read(item);
    const { sources, conditions } = reader;
    for (const [clause, name] of clauses) if (clause) conditions.push(...this.conditions(clause, name));
    const inner: Scope = { ctes: scope.ctes, outer: [sources, ...scope.outer] };
    const asks =
      conditions.length > 0 || sources.some(({ derived }) => derived && derived.conditions.length > 0);
    if (sources.length > 0 && asks) {
      this.facts.queries.push({
        sources,
        ...(scope.outer.length > 0 ? { outer: scope.outer } : {}),
        conditions,
        role: this.role,
        ...(isMerged ? { isMerged } : {}),
        range: this.located.range,
      });
    }
    this.searched([...reader.quals, ...clauses.map(([clause]) => clause)], inner);
    return inner;
  }

  /** Conditions of a clause, split at AND; those of a write's WHERE are asked for by the query in it as well. */
  conditions(clause: Node, name: Condition["clause"], restricts?: readonly string[]): readonly Condition[] {
    const last = this.#last;
    if (last?.clause === clause && last.name === name && last.restricts === restricts) return last.conditions;
    const conditions = this.#conditions(clause, name, restricts);
    this.#last = { clause, name, restricts, conditions };
    return conditions;
  }

  #last:
    | {
        clause: Node;
        name: Condition["clause"];
        restricts: readonly string[] | undefined;
        conditions: readonly Condition[];
      }
    | undefined;

  #conditions(clause: Node, name: Condition["clause"], restricts?: readonly string[]): Condition[] {
    const flat = (expression: Expression): Expression[] =>
      expression.kind === "boolean" && expression.operator === "and"
        ? expression.args.flatMap(flat)
        : [expression];
    const found = flat(expressionOf(clause, this.located));
    // EXISTS is a join: what its sub-select finds may lead to the rows.
    for (const node of limitingExists(clause)) {
      const { range } = expressionOf(node, this.located);
      found.push({ kind: "parameter", ...(range && { range }) });
    }
    return found.map((expression) => ({
      expression,
      clause: name,
      ...(restricts ? { restricts } : {}),
      range: expression.range ?? this.located.range,
    }));
  }

  /** Reads the sub-selects in some expressions. */
  searched(values: readonly unknown[], scope: Scope): void {
    if (!this.#mayNest) return;
    for (const value of values) {
      for (const select of subSelects(value)) this.statement(select, scope);
    }
  }

  /** The scope after a WITH clause, whose queries are read. */
  withCtes(clause: WithClause | undefined, scope: Scope): Scope {
    if (!clause?.ctes) return scope;
    this.#named ??= namesCounted(this.tree);
    const ctes = new Map(scope.ctes);
    const inside: Scope = { ctes, outer: scope.outer };
    for (const item of clause.ctes) {
      if (!("CommonTableExpr" in item)) continue;
      const cte: CommonTableExpr = item.CommonTableExpr;
      const name = cte.ctename ?? "";
      // A recursive CTE speaks of itself.
      if (clause.recursive) ctes.set(name, {});
      const isInlined =
        !clause.recursive &&
        cte.ctematerialized !== "CTEMaterializeAlways" &&
        !cte.aliascolnames &&
        // What is named twice is computed once and kept.
        (this.#named.get(name) === 1 || cte.ctematerialized === "CTEMaterializeNever");
      const derived = isInlined ? derivedOf(cte.ctequery, this, inside) : undefined;
      this.statement(cte.ctequery, inside, derived !== undefined);
      ctes.set(name, derived ? { derived } : isWhole(cte.ctequery) ? { isWhole: true } : {});
    }
    return inside;
  }

  #policy({ table, qual }: { table?: RangeVar; qual?: Node }): void {
    if (table && qual) this.#as("policy").level([], TOP, [[qual, "using"]], [sourceOf(table)]);
  }

  /** For readers of statement kinds. */
  get range(): Range {
    return this.located.range;
  }
}

/** Lists in lists, as `sql_body` has them. */
function flattened(node: Node): Node[] {
  return "List" in node ? (node.List.items ?? []).flatMap(flattened) : [node];
}
