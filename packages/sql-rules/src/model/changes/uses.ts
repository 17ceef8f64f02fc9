import type { Node, RangeVar, SelectStmt } from "@pgsql/types";
import type { ColumnUse, ObjectName, QueryShape } from "../changes.js";
import { nameOfParts, nameOfRelation, strings } from "./names.js";

/** The relations, columns and types a query names, each column with what it may be a column of. */
export function usesOf(query: Node | undefined): Pick<QueryShape, "relations" | "columns" | "types"> {
  const reader = new UseReader();
  if (query) reader.walk(query, undefined);
  return {
    relations: reader.relations,
    columns: reader.columns(),
    types: [...reader.types.values()],
  };
}

/** One level of a query: what its FROM clause brings. */
interface Scope {
  id: number;
  outer: Scope | undefined;
  /** Places of relations by the name columns are qualified with; undefined for what is no relation. */
  aliases: Map<string, number | undefined>;
  ctes: Set<string>;
}

class UseReader {
  readonly relations: ObjectName[] = [];
  readonly #columns = new Map<string, ColumnUse & { names: string[] }>();
  readonly types = new Map<string, ObjectName>();
  #scopes = 0;

  columns(): ColumnUse[] {
    return [...this.#columns.values()].map((use) => ({ ...use, names: [...new Set(use.names)] }));
  }

  /** Walks a whole tree by plain recursion: statements nest no deeper than the language's own limit. */
  walk(value: unknown, scope: Scope | undefined): void {
    if (Array.isArray(value)) {
      for (const item of value) this.walk(item, scope);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const node = value as Record<string, unknown>;
    for (const key in node) {
      const field = node[key];
      if (typeof field !== "object") continue;
      if (key === "ColumnRef") this.#column(field as { fields?: Node[] }, scope);
      else if (key === "typeName") this.#type(field as { names?: Node[] });
      else if (key === "SelectStmt" || key === "larg" || key === "rarg")
        this.#level(field as SelectStmt, scope, key);
      else if (key === "UpdateStmt" || key === "DeleteStmt" || key === "InsertStmt" || key === "MergeStmt")
        this.#level(field as SelectStmt, scope, key);
      else this.walk(field, scope);
    }
  }

  /** A SELECT, or a statement that changes rows in a CTE; the sides of a join are no level of their own. */
  #level(statement: SelectStmt, outer: Scope | undefined, key: string): void {
    const node = statement as Record<string, unknown>;
    if ((key === "larg" || key === "rarg") && !isSelect(node)) {
      this.walk(node, outer);
      return;
    }
    const scope: Scope = { id: this.#scopes++, outer, aliases: new Map(), ctes: new Set(outer?.ctes) };
    for (const cte of statement.withClause?.ctes ?? []) {
      if ("CommonTableExpr" in cte) scope.ctes.add(cte.CommonTableExpr.ctename ?? "");
    }
    this.#from([node.fromClause, node.usingClause, node.relation, node.sourceRelation], scope);
    this.walk({ ...node, sortClause: sortedByColumns(statement) }, scope);
  }

  /** Enters what a FROM clause names; what stands inside its sub-selects is left for later. */
  #from(value: unknown, scope: Scope): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#from(item, scope);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const node = value as Node & RangeVar;
    if (node.relname !== undefined) this.#relation(node, scope);
    else if ("RangeVar" in node) this.#relation(node.RangeVar, scope);
    else if ("JoinExpr" in node) {
      const { larg, rarg, usingClause, isNatural, alias } = node.JoinExpr;
      const before = new Set(scope.aliases.keys());
      this.#from([larg, rarg], scope);
      const joined = [...scope.aliases]
        .filter(([name]) => !before.has(name))
        .flatMap(([, place]) => place ?? []);
      const names = isNatural ? ["*"] : strings(usingClause);
      for (const name of names) for (const place of joined) this.#useOf(place, name);
      if (alias?.aliasname !== undefined) scope.aliases.set(alias.aliasname, undefined);
    } else {
      const fields = Object.values(node)[0] as { alias?: { aliasname?: string } } | undefined;
      // A sub-select need not have a name.
      scope.aliases.set(fields?.alias?.aliasname ?? "", undefined);
    }
  }

  #relation(range: RangeVar, scope: Scope): void {
    const relation = nameOfRelation(range);
    const alias = range.alias?.aliasname ?? relation.name;
    const isCte = relation.schema === undefined && scope.ctes.has(relation.name);
    // Renamed columns go by other names here.
    const isKnown = !isCte && !range.alias?.colnames;
    if (!isCte) this.relations.push(relation);
    scope.aliases.set(alias, isKnown ? this.relations.length - 1 : undefined);
  }

  #column({ fields = [] }: { fields?: Node[] }, scope: Scope | undefined): void {
    const names = strings(fields);
    const isStar = fields.some((part) => "A_Star" in part);
    const name = isStar ? "*" : (names.pop() ?? "");
    const qualifier = names.pop();
    if (qualifier !== undefined) {
      for (let level = scope; level; level = level.outer) {
        if (!level.aliases.has(qualifier)) continue;
        const place = level.aliases.get(qualifier);
        if (place !== undefined) this.#useOf(place, name);
        return;
      }
    } else if (scope) this.#useIn(scope, name, isStar);
  }

  /** A column of one relation. */
  #useOf(place: number, name: string): void {
    this.#use(`${place}`, name, () => ({ among: [[place]], isSure: true }));
  }

  /** A column of whatever is in sight. */
  #useIn(scope: Scope, name: string, isStar: boolean): void {
    // A table's name alone is its whole row.
    const isRow = scope.aliases.has(name);
    this.#use(`${isStar ? "*" : isRow ? "row" : "any"} ${scope.id}`, name, () => {
      const among: number[][] = [];
      let isSure = !isRow;
      for (let level: Scope | undefined = scope; level; level = level.outer) {
        const places = [...level.aliases.values()];
        among.push(places.flatMap((place) => place ?? []));
        // What is no relation may have the column, too.
        if (places.includes(undefined)) isSure = false;
        if (isStar || !isSure) break;
      }
      return { among, ...(isSure && { isSure }) };
    });
  }

  #use(key: string, name: string, make: () => Omit<ColumnUse, "names">): void {
    const use = this.#columns.get(key);
    if (use) use.names.push(name);
    else this.#columns.set(key, { names: [name], ...make() });
  }

  #type({ names }: { names?: Node[] }): void {
    const name = nameOfParts(strings(names));
    if (name.schema !== "pg_catalog") this.types.set(`${name.schema ?? ""}.${name.name}`, name);
  }
}

/** ORDER BY without what names a column of the result: where both have a name, the result's is meant. */
function sortedByColumns({ sortClause, targetList = [] }: SelectStmt): Node[] | undefined {
  const names = new Set(
    targetList.flatMap((target) => ("ResTarget" in target ? (target.ResTarget.name ?? []) : [])),
  );
  return sortClause?.filter((sort) => {
    const key = "SortBy" in sort ? sort.SortBy.node : undefined;
    const fields = key && "ColumnRef" in key ? strings(key.ColumnRef.fields) : [];
    return fields.length !== 1 || !names.has(fields[0] ?? "");
  });
}

/** The sides of a UNION are bare SELECTs, those of a join nodes with a name. */
function isSelect(node: Record<string, unknown>): boolean {
  return "op" in node || "targetList" in node;
}
