import type { Scalar } from "yaml";
import { Excerpt } from "./excerpt.js";

/**
 * The value of a scalar of YAML, by where it is written: blocks without their indentation, folded lines as one.
 *
 * @param text - the file it was parsed from
 */
export function scalarText(text: string, scalar: Scalar): Excerpt {
  const [start, end] = scalar.range!;
  const isQuoted = scalar.type === "QUOTE_DOUBLE" || scalar.type === "QUOTE_SINGLE";
  if (scalar.type === "BLOCK_LITERAL" || scalar.type === "BLOCK_FOLDED")
    return Excerpt.of(text, blockParts(text, [start, end], scalar.type === "BLOCK_FOLDED"));
  const inside = [isQuoted ? start + 1 : start, isQuoted ? end - 1 : end] as const;
  const flow = Excerpt.of(text, [inside]).replaced(/[ \t]*\r?\n[ \t\r\n]*/g, ([fold]) =>
    /\n[ \t]*\r?\n/.test(fold) ? "\n" : " ",
  );
  if (scalar.type === "QUOTE_SINGLE") return flow.replaced(/''/g, () => "'");
  if (scalar.type !== "QUOTE_DOUBLE") return flow;
  return flow.replaced(/\\(.)/g, ([, escaped = ""]) => ({ n: "\n", t: "\t" })[escaped] ?? escaped);
}

function* blockParts(text: string, [start, end]: readonly [number, number], isFolded: boolean) {
  const block = text.slice(start, end);
  const head = /^[^\n]*\n/.exec(block)?.[0].length ?? block.length;
  const lines = [...block.slice(head).matchAll(/([ \t]*)([^\r\n]*)(?:\r?\n|$)/g)];
  const indent = lines.find(([, , content]) => content !== "")?.[1]!.length ?? 0;
  const isPlain = (line: RegExpExecArray | undefined) => line?.[1]!.length === indent && line[2] !== "";
  for (const [number, line] of lines.entries()) {
    const from = start + head + line.index + Math.min(indent, line[1]!.length);
    yield [from, start + head + line.index + line[1]!.length + line[2]!.length] as const;
    yield isFolded && isPlain(line) && isPlain(lines[number + 1]) ? " " : "\n";
  }
}
