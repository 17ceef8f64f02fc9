import type { Node, RangeVar, SelectStmt } from "@pgsql/types";
import type { ColumnUse, ObjectName, QueryShape } from "../changes.js";
import { nameOfParts, nameOfRelation, strings } from "./names.js";

/** The relations, columns and types a query names, each column with what it may be a column of. */
export function usesOf(query: Node | undefined): Pick<QueryShape, "relations" | "columns" | "types"> {
  const reader = new UseReader();
  if (query) reader.walk(query, undefined);
  return {
    relations: reader.relations,
    columns: [...reader.columns.values()],
    types: [...reader.types.values()],
  };
}

/** One level of a query: what its FROM clause brings. */
interface Scope {
  outer: Scope | undefined;
  /** Places of relations by the name columns are qualified with; undefined for what is no relation. */
  aliases: Map<string, number | undefined>;
  ctes: Set<string>;
}

class UseReader {
  readonly relations: ObjectName[] = [];
  readonly columns = new Map<string, ColumnUse>();
  readonly types = new Map<string, ObjectName>();

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
    const scope: Scope = { outer, aliases: new Map(), ctes: new Set(outer?.ctes) };
    for (const cte of statement.withClause?.ctes ?? []) {
      if ("CommonTableExpr" in cte) scope.ctes.add(cte.CommonTableExpr.ctename ?? "");
    }
    this.#from([node.fromClause, node.usingClause, node.relation, node.sourceRelation], scope);
    this.walk(node, scope);
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
      for (const name of names) for (const place of joined) this.#use({ name, among: [[place]] });
      if (alias?.aliasname !== undefined) scope.aliases.set(alias.aliasname, undefined);
    } else {
      const fields = Object.values(node)[0] as { alias?: { aliasname?: string } } | undefined;
      if (fields?.alias?.aliasname !== undefined) scope.aliases.set(fields.alias.aliasname, undefined);
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
        if (place !== undefined) this.#use({ name, among: [[place]], isSure: true });
        return;
      }
      return;
    }
    const among: number[][] = [];
    let isSure = scope !== undefined;
    for (let level = scope; level; level = level.outer) {
      const places = [...level.aliases.values()];
      among.push(places.flatMap((place) => place ?? []));
      // A table's name alone is its whole row; what is no relation may have the column, too.
      if (level.aliases.has(name) || places.includes(undefined)) isSure = false;
      if (isStar || !isSure) break;
    }
    this.#use({ name, among, ...(isSure && { isSure }) });
  }

  #use(use: ColumnUse): void {
    this.columns.set(`${use.name} ${JSON.stringify(use.among)}`, use);
  }

  #type({ names }: { names?: Node[] }): void {
    const name = nameOfParts(strings(names));
    if (name.schema !== "pg_catalog") this.types.set(`${name.schema ?? ""}.${name.name}`, name);
  }
}

/** The sides of a UNION are bare SELECTs, those of a join nodes with a name. */
function isSelect(node: Record<string, unknown>): boolean {
  return "op" in node || "targetList" in node;
}
