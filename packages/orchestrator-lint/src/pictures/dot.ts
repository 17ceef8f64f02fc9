import { omission, shortFile, shortSubject, widthOf, type Picture, type PictureNode } from "./graph.js";

/** Fill and line of a node; blocking calls by their kind. */
const COLOURS: Readonly<Record<string, readonly [fill: string, line: string]>> = {
  entry: ["#e0f2fe", "#0284c7"],
  function: ["#f8fafc", "#94a3b8"],
  more: ["#ffffff", "#cbd5e1"],
  network: ["#fee2e2", "#dc2626"],
  subprocess: ["#ffedd5", "#ea580c"],
  database: ["#f3e8ff", "#9333ea"],
  model: ["#fce7f3", "#db2777"],
  wait: ["#fef3c7", "#d97706"],
  cpu: ["#ecfccb", "#65a30d"],
  file: ["#e2e8f0", "#475569"],
  stat: ["#f1f5f9", "#64748b"],
};

export function coloursOf({ kind, tier = "" }: PictureNode): readonly [fill: string, line: string] {
  return (kind === "sink" ? COLOURS[tier] : COLOURS[kind]) ?? COLOURS.function!;
}

/** A picture in Graphviz's language: what runs on the event loop on the left, what blocks it on the right. */
export function toDot(picture: Picture): string {
  const { nodes, edges } = picture;
  const note = omission(picture);
  return `digraph "blocking calls" {
  graph [rankdir=LR, bgcolor=white, nodesep=0.18, ranksep=0.9, splines=true, fontname="Helvetica,Arial,sans-serif", fontsize=12, fontcolor="#475569", labelloc=b${note === "" ? "" : `, label=${quoted(note)}`}]
  node [shape=box, style="filled,rounded", fontname="Helvetica,Arial,sans-serif", fontsize=11, margin="0.34,0.07", height=0.3]
  edge [color="#94a3b8", arrowsize=0.6]
${nodes.map(nodeLine).join("\n")}
  { rank=min; ${idsOf(nodes, "entry")} }
  { rank=max; ${idsOf(nodes, "sink")} }
${edges.map((edge) => `  ${edge.from} -> ${edge.to} [penwidth=${widthOf(edge)}, tooltip=${quoted(edge.callers === 1 ? "1 call" : `${edge.callers} calls`)}]`).join("\n")}
}
`;
}

function idsOf(nodes: readonly PictureNode[], kind: PictureNode["kind"]): string {
  return nodes.flatMap((node) => (node.kind === kind ? [`${node.id};`] : [])).join(" ");
}

function nodeLine(node: PictureNode): string {
  const [fill, line] = coloursOf(node);
  const style =
    node.kind === "more" ? ', style="filled,rounded,dashed"' : node.kind === "sink" ? ", penwidth=1.5" : "";
  const tooltip = quoted([node.name, node.file ?? node.tier ?? ""].filter((part) => part !== "").join(" · "));
  return `  ${node.id} [id=${node.id}, class=${node.kind}, label=${labelOf(node)}, fillcolor="${fill}", color="${line}"${style}, tooltip=${tooltip}]`;
}

/** A name, and below it where it stands, or what kind of call it is. */
function labelOf(node: PictureNode): string {
  const { kind, name, file, tier, places } = node;
  const title =
    kind === "entry" ? shortSubject(name) : kind === "sink" || kind === "function" ? `${name}()` : name;
  const [place] = places;
  const below =
    file === undefined
      ? (tier ?? "")
      : place?.file === file
        ? `${shortFile(file)}:${place.line}`
        : shortFile(file);
  if (below === "") return quoted(title);
  return `<<b>${escaped(clipped(title))}</b><br/><font point-size="9" color="#64748b">${escaped(below)}</font>>`;
}

function clipped(text: string): string {
  return text.length > 48 ? `…${text.slice(-46)}` : text;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function quoted(text: string): string {
  return `"${text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll(/[\n\r]/g, " ")}"`;
}
