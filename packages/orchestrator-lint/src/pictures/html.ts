import type { FileContent } from "../files.js";
import { omission, type Picture, type PictureNode } from "./graph.js";

/** Lines shown around a call. */
const CONTEXT = 3;
/** As far above a call its function is looked for. */
const MAX_ABOVE = 40;

/** What is shown of one place: numbered lines, and which of them matters. */
interface Excerpt {
  file: string;
  line: number;
  start: number;
  lines: string[];
}

/**
 * A self-contained page: the picture, and the lines of whatever is clicked.
 *
 * @param svg - of the same picture; its groups have the nodes' ids
 * @param read - reads a file by its path
 */
export function toHtml(picture: Picture, svg: string, read: (file: string) => FileContent): string {
  const { nodes, chains } = picture;
  const data = Object.fromEntries(
    nodes.map((node) => [
      node.id,
      { title: titleOf(node), about: aboutOf(node), excerpts: excerptsOf(node, read) },
    ]),
  );
  const edges = picture.edges.map(({ from, to }) => [from, to]);
  const count = (kind: PictureNode["kind"]) => nodes.filter((node) => node.kind === kind).length;
  const said = chains === 0 ? "Nothing on the event loop blocks it." : `${chains} ${chains === 1 ? "chain" : "chains"} from ${count("entry")} functions on the event loop to ${count("sink")} blocking calls.`; // prettier-ignore
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>What blocks the event loop</title>
<style>${STYLE}</style>
<header>
<h1>What blocks the event loop</h1>
<p>${escaped(said)} ${escaped(omission(picture))}</p>
<p class="key">${KEY.map(([name, text]) => `<span><i style="background:${name}"></i>${text}</span>`).join("")}<input id="search" type="search" placeholder="Find a function…" aria-label="Find a function"></p>
</header>
<main>
<div id="picture">${svg.slice(Math.max(0, svg.indexOf("<svg")))}</div>
<aside id="lines"><p>Click a function to read its lines, and to see only the chains that lead through it.</p></aside>
</main>
<script>
const data = ${json(data)};
const edges = ${json(edges)};
${SCRIPT}
</script>
</html>
`;
}

const KEY = [
  ["#0284c7", "runs on the event loop"],
  ["#94a3b8", "is called from there"],
  ["#dc2626", "network"],
  ["#9333ea", "database"],
  ["#ea580c", "subprocess"],
  ["#d97706", "wait"],
  ["#db2777", "model"],
  ["#475569", "file"],
] as const;

function titleOf({ kind, name }: PictureNode): string {
  return kind === "more" || kind === "entry" ? name : `${name}()`;
}

function aboutOf({ kind, file = "", tier = "" }: PictureNode): string {
  switch (kind) {
    case "entry":
      return `runs on the event loop · ${file}`;
    case "sink":
      return `blocks its thread · ${tier}`;
    case "more":
      return "calls that are not drawn";
    case "function":
      return file;
  }
}

/** The lines on which a function calls on; of a blocking call, those on which others call it. */
function excerptsOf({ places }: PictureNode, read: (file: string) => FileContent): Excerpt[] {
  return places.slice(0, 12).flatMap(({ file, line }) => {
    const content = read(file);
    if (!content.ok) return [];
    const lines = content.text.split(/\r\n|[\r\n]/);
    const own = lines[line - 1] ?? "";
    const indent = own.search(/\S/);
    const above = lines.slice(Math.max(0, line - 1 - MAX_ABOVE), line - 1);
    const header = above.findLastIndex(
      (text) => /^\s*(?:async\s+)?def\b/.test(text) && text.search(/\S/) < indent,
    );
    const start = header < 0 ? Math.max(0, line - 1 - CONTEXT) : line - 1 - above.length + header;
    return [
      {
        file,
        line,
        start: start + 1,
        lines: lines.slice(start, line + CONTEXT).map((text) => text.slice(0, 400)),
      },
    ];
  });
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** JSON that may stand in a script: no text of a repository ends it. */
function json(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", String.raw`\u003c`);
}

const STYLE = `
:root { font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; color: #0f172a }
body { margin: 0; display: flex; flex-direction: column; height: 100vh }
header { padding: 14px 22px 10px; border-bottom: 1px solid #e2e8f0 }
h1 { font-size: 19px; margin: 0 0 4px } header p { margin: 0 0 6px; color: #475569 }
.key { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; font-size: 12px }
.key i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 5px }
#search { margin-left: auto; font: inherit; padding: 4px 10px; border: 1px solid #cbd5e1; border-radius: 6px; width: 220px }
main { flex: 1; display: flex; min-height: 0 }
#picture { flex: 1; overflow: auto; padding: 14px } #picture svg { display: block; margin: auto; width: 100%; height: auto; min-width: 1000px }
#lines { width: 34%; max-width: 620px; overflow: auto; padding: 14px 18px; border-left: 1px solid #e2e8f0; background: #f8fafc }
#lines h2 { font-size: 15px; margin: 0; overflow-wrap: anywhere } #lines h3 { font-size: 12px; margin: 14px 0 4px; color: #475569; overflow-wrap: anywhere }
#lines p { color: #475569; margin: 2px 0 0 }
pre { margin: 0; padding: 8px 0; background: #fff; border: 1px solid #e2e8f0; border-radius: 6px; overflow-x: auto; font: 12px/1.5 ui-monospace, Consolas, monospace }
pre span { display: block; padding: 0 10px; white-space: pre } pre span.here { background: #fef9c3; box-shadow: inset 3px 0 #d97706 }
pre b { display: inline-block; width: 3.5em; color: #94a3b8; font-weight: normal; user-select: none }
.node { cursor: pointer } .node:hover path, .node.picked path { stroke-width: 2.5 }
svg.dimmed .node:not(.on), svg.dimmed .edge:not(.on) { opacity: .12 }
svg .edge.on path { stroke: #0f172a } .found path { stroke: #0f172a; stroke-width: 3 }`;

const SCRIPT = `
const svg = document.querySelector("#picture svg");
const panel = document.querySelector("#lines");
const nodes = [...svg.querySelectorAll(".node")];
const lines = [...svg.querySelectorAll(".edge")];
const follow = (start, from, to) => {
  const seen = new Set([start]);
  for (const id of seen) for (const edge of edges) if (edge[from] === id) seen.add(edge[to]);
  return seen;
};
const add = (parent, name, text, className) => {
  const element = parent.appendChild(document.createElement(name));
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
};
function pick(id) {
  const before = follow(id, 1, 0), after = follow(id, 0, 1);
  svg.classList.add("dimmed");
  for (const node of nodes) {
    node.classList.toggle("on", before.has(node.id) || after.has(node.id));
    node.classList.toggle("picked", node.id === id);
  }
  lines.forEach((line) => {
    const [from, to] = line.querySelector("title").textContent.split("->");
    line.classList.toggle("on", (before.has(from) && before.has(to)) || (after.has(from) && after.has(to)));
  });
  document.getElementById(id).scrollIntoView({ block: "nearest", inline: "nearest" });
  const { title, about, excerpts } = data[id];
  panel.replaceChildren();
  add(panel, "h2", title);
  add(panel, "p", about);
  for (const { file, line, start, lines } of excerpts) {
    add(panel, "h3", file + ":" + line);
    const pre = add(panel, "pre");
    lines.forEach((text, i) => {
      const row = add(pre, "span", undefined, start + i === line ? "here" : "");
      add(row, "b", String(start + i));
      row.append(text || " ");
    });
  }
}
for (const node of nodes) {
  node.setAttribute("tabindex", "0");
  node.addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); pick(node.id); });
  node.addEventListener("keydown", (event) => { if (event.key === "Enter") pick(node.id); });
}
svg.addEventListener("click", () => svg.classList.remove("dimmed"));
document.querySelector("#search").addEventListener("input", ({ target }) => {
  const word = target.value.toLowerCase();
  for (const node of nodes) node.classList.toggle("found", word !== "" && data[node.id].title.toLowerCase().includes(word));
});
if (location.hash && data[location.hash.slice(1)]) pick(location.hash.slice(1));`;
