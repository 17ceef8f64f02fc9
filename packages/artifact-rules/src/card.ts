import type { Artifact } from "./artifact.js";
import { printable } from "./findings.js";

/** What one artifact is and whether it holds, in a few lines for people. */
export function cardOf({ file, facts, findings, size, digest, digestOf, unread }: Artifact): string {
  const errors = findings.filter(({ level }) => level === "error").length;
  const warnings = findings.length - errors;
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  const verdict =
    unread !== undefined
      ? `not read: ${unread}`
      : errors > 0
        ? `does not hold: ${count(errors, "error")}${warnings > 0 ? `, ${count(warnings, "warning")}` : ""}`
        : warnings > 0
          ? `holds, with ${count(warnings, "warning")}`
          : "holds";
  const lines = [`${printable(file)}: ${verdict}`];
  if (facts) {
    const {
      algorithm = "unknown algorithm",
      category = "unknown category",
      columns,
      features,
      classes,
      trees,
    } = facts;
    const parts = [algorithm, category, `${features} of ${count(columns, "column")} are features`];
    if (classes !== undefined && classes > 1) parts.push(`${classes} classes`);
    if (trees !== undefined) parts.push(count(trees, "tree"));
    lines.push(`  ${printable(parts.join(", "))}`);
    lines.push(
      `  ${printable(`h2o ${facts.h2oVersion ?? "unknown"}, MOJO ${facts.mojoVersion ?? "unknown"}`)}; scored by h2o-genmodel on Java, not by the C++ runtimes of MOJO2`,
    );
  }
  if (size !== undefined && digest !== undefined) {
    const isHeld = digestOf !== undefined && !findings.some(({ check }) => check.startsWith("digest-"));
    lines.push(
      `  ${count(size, "byte")}, sha256 ${digest}${isHeld ? `, as ${digestOf} says` : digestOf === undefined ? ", held against no digest" : ""}`,
    );
  }
  return lines.join("\n");
}
