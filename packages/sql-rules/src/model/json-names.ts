import type { Node, TypeName } from "@pgsql/types";
import type { Program, Statement } from "../language/parse.js";
import type { Range } from "../language/split.js";

/** The word `json` where it names PostgreSQL's type: of a column, in a cast. */
export interface JsonName {
  /** The four letters, without quotes and schema. */
  range: Range;
  isUpperCase?: true;
}

const WORD = /json/i;

/** Where a script names the type json, in order. */
export function jsonNamesOf(program: Program): JsonName[] {
  const names: JsonName[] = [];
  for (const statement of program.body) {
    if (statement.type === "UnparsedStatement" || !/\bjson\b/i.test(statement.text)) continue;
    const starts = statement.type === "Statement" ? typeStarts(statement) : looseStarts(statement);
    for (const start of starts.sort((a, b) => a - b)) {
      const word = WORD.exec(program.text.slice(start, statement.range[1]));
      if (!word) continue;
      const at = start + word.index;
      names.push({ range: [at, at + word[0].length], ...(word[0] === "JSON" ? { isUpperCase: true } : {}) });
    }
  }
  return names;
}

/** Offsets of the type names in a statement that mean json; without recursion, for a statement may nest deeply. */
function typeStarts(statement: Statement): number[] {
  const starts: number[] = [];
  const pending: unknown[] = [statement.tree];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const node: TypeName = value;
    if (isJson(node)) starts.push(statement.offsetOf(node.location ?? 0));
    for (const child of Object.values(value) as unknown[]) if (typeof child === "object") pending.push(child);
  }
  return starts;
}

/** `other.json` is somebody else's type. */
function isJson({ names, typemod }: TypeName): boolean {
  if (!Array.isArray(names) || typemod === undefined) return false;
  const parts = names.map((name: Node) => ("String" in name ? name.String.sval : undefined));
  return parts.at(-1) === "json" && (parts.length === 1 || (parts.length === 2 && parts[0] === "pg_catalog"));
}

function looseStarts({
  tree,
  range,
}: Extract<Program["body"][number], { type: "LooseStatement" }>): number[] {
  if (tree.type !== "create table") return [];
  return tree.columns.flatMap((column) => {
    if (column.kind !== "column" || !("name" in column.dataType) || column.dataType.name !== "json")
      return [];
    return column.dataType._location ? [range[0] + column.dataType._location.start] : [];
  });
}
