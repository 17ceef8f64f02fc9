import type { Expression, ExpressionOf } from "../expression.js";

/** A side of which no members are written. */
const UNWRITTEN: Expression = { kind: "opaque", text: "" };

/**
 * The comparisons of single members by which an index can look for a comparison of rows: `(a, b) IN ((1, 2), (3, 4))`
 * is looked for by either column, `(a, b) < (1, 2)` by the first (`match_rowcompare_to_indexcol`).
 *
 * @returns undefined where no rows are compared; nothing where no member helps
 */
export function membersCompared(atom: ExpressionOf<"operator">): ExpressionOf<"operator">[] | undefined {
  const { name, left, right, quantifier } = atom;
  const row = membersOf(left) ?? membersOf(right);
  if (!left || !row) return undefined;
  // `= ANY ($1)` compares whole records.
  const isWhole = quantifier !== undefined && right.kind !== "list" && right.kind !== "opaque";
  const isOrdered = /^[<>]=?$/.test(name) && quantifier === undefined;
  const members = name === "=" && !isWhole ? row : isOrdered ? row.slice(0, 1) : [];
  return members.map((_, i) => ({ ...atom, left: member(left, i), right: member(right, i) }));
}

function membersOf(side: Expression | undefined): readonly Expression[] | undefined {
  return side?.kind === "call" && side.name === "row" ? side.args : undefined;
}

function member(side: Expression, at: number): Expression {
  if (side.kind === "parameter") return side;
  if (side.kind === "list") return { ...side, items: side.items.map((item) => member(item, at)) };
  return membersOf(side)?.[at] ?? UNWRITTEN;
}
