import { coloursOf } from "./dot.js";
import { omission, shortFile, shortSubject, widthOf, type Picture, type PictureNode } from "./graph.js";

/**
 * A picture as a Mermaid flowchart, as comments on pull requests show it; with the fences of its code block.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function toMermaid(picture: Picture): string {
  const { nodes, edges } = picture;
  const note = omission(picture);
  const lines = [
    "flowchart LR",
    ...nodes.map((node) => `  ${node.id}${shape(node)}`),
    ...edges.map(({ from, to, callers }) => `  ${from} -->${callers > 1 ? `|${callers}|` : ""} ${to}`),
    ...nodes.map(
      (node) => `  style ${node.id} fill:${coloursOf(node)[0]},stroke:${coloursOf(node)[1]},color:#0f172a`,
    ),
    ...edges.flatMap((edge, i) =>
      edge.callers > 1 ? [`  linkStyle ${i} stroke-width:${widthOf(edge)}px`] : [],
    ),
  ];
  return `\`\`\`mermaid\n${lines.join("\n")}\n\`\`\`\n${note === "" ? "" : `\n${note}\n`}`;
}

function shape(node: PictureNode): string {
  const { kind, name, file, tier } = node;
  const below = file === undefined ? (tier ?? "") : shortFile(file);
  const title = kind === "entry" ? shortSubject(name) : kind === "more" ? name : `${name}()`;
  const text = `"${escaped(title)}${below === "" ? "" : `<br/>${escaped(below)}`}"`;
  return kind === "entry" ? `([${text}])` : kind === "sink" ? `[[${text}]]` : `[${text}]`;
}

/** Mermaid takes entities as `#name;`; what has a meaning in Markdown or HTML has to be one. */
function escaped(text: string): string {
  return text.replaceAll(/[^\w .,:/…()-]/gu, (char) => `#${char.codePointAt(0)};`);
}
