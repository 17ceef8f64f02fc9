import { sortResults, type Report, type Result } from "../result.js";

/** A function, or a blocking call of a library. */
export interface PictureNode {
  readonly id: string;
  /** `entry` runs on the event loop, `sink` blocks it, `function` stands between, `more` stands for nodes left out. */
  readonly kind: "entry" | "function" | "sink" | "more";
  readonly name: string;
  /** The file it stands in; none for a blocking call. */
  readonly file?: string;
  /** Kind of a blocking call: `network`, `file`… */
  readonly tier?: string;
  /** The lines on which it calls on, or blocks. */
  readonly places: { readonly file: string; readonly line: number }[];
}

/** That one runs the other. */
export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  /** From how many calls on the event loop chains lead over it. */
  callers: number;
}

/** The execution flow from the event loop to what blocks it. */
export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  /** Chains there are, and how many of them are drawn. */
  readonly chains: number;
  readonly drawn: number;
}

/** More nodes than this nobody reads; a comment on a pull request holds fewer. */
export const MAX_NODES = { page: 80, comment: 40 };
/** Of the calls on the event loop that lead to one function, this many are drawn. */
const MAX_FAN = 6;

/** A chain of one result. */
interface Chain {
  subject: string;
  flow: NonNullable<Result["flows"]>[number];
  tier: string;
}

/**
 * Draws the chains of the Radar: those that most calls on the event loop lead over come first, until the picture is full.
 *
 * @param maxNodes - more are left out, and counted
 */
export function pictureOf(report: Report, maxNodes: number = MAX_NODES.page): Picture {
  const results = report.runs
    .filter(({ engine }) => engine === "radar")
    .flatMap((run) => sortResults(run.results))
    .filter(({ flows, suppression }) => flows && !suppression)
    .toSorted((a, b) => (b.flows?.length ?? 0) - (a.flows?.length ?? 0));
  const drawing = new Drawing(maxNodes);
  let [chains, drawn] = [0, 0];
  for (const { flows = [], subjects = [], tier = "" } of results) {
    // The shortest first: the longer ones most often end as it does.
    const sorted = flows
      .map((flow, i): Chain => ({ flow, tier, subject: subjects[i] ?? "" }))
      .toSorted((a, b) => a.flow.length - b.flow.length);
    chains += sorted.length;
    for (const chain of sorted) if (drawing.add(chain)) drawn++;
  }
  return { ...drawing.finished(), chains, drawn };
}

class Drawing {
  readonly #max: number;
  readonly #nodes = new Map<string, PictureNode>();
  readonly #edges = new Map<string, PictureEdge>();
  /** How many entries call each function. */
  readonly #fans = new Map<string, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** @returns whether the whole chain is drawn */
  add({ subject, flow, tier }: Chain): boolean {
    const [first] = flow;
    if (!first) return false;
    const inner = flow.map((step, i): PictureNode => {
      const next = flow[i + 1];
      const name = step.name ?? "";
      return next
        ? { id: `${next.file} ${name}`, kind: "function", name, file: next.file, places: [] }
        : { id: `sink ${name}`, kind: "sink", name, tier, places: [] };
    });
    const entry: PictureNode = { id: `${first.file} ${subject}`, kind: "entry", name: subject, file: first.file, places: [] }; // prettier-ignore
    const chain = [entry, ...inner];
    const missing = chain.filter(({ id }) => !this.#nodes.has(id)).length;
    const target = chain[1]!.id;
    const isFull = this.#nodes.size + missing > this.#max;
    const isFan = !this.#nodes.has(entry.id) && (this.#fans.get(target) ?? 0) >= MAX_FAN;
    if (isFull || isFan) {
      if (this.#nodes.has(target)) this.#addMore(target);
      return false;
    }
    if (!this.#nodes.has(entry.id)) this.#fans.set(target, (this.#fans.get(target) ?? 0) + 1);
    chain.forEach((node, i) => {
      const known = this.#nodes.get(node.id) ?? node;
      this.#nodes.set(node.id, known);
      const step = flow[i];
      if (!step) return;
      const { file, line } = step;
      if (!known.places.some((place) => place.file === file && place.line === line))
        known.places.push({ file, line });
      this.#connect(node.id, chain[i + 1]!.id);
    });
    return true;
  }

  #addMore(target: string): void {
    const id = `more ${target}`;
    if (!this.#nodes.has(id)) this.#nodes.set(id, { id, kind: "more", name: "", places: [] });
    this.#connect(id, target);
  }

  #connect(from: string, to: string): void {
    const key = `${from}\0${to}`;
    const known = this.#edges.get(key);
    if (known) known.callers++;
    else this.#edges.set(key, { from, to, callers: 1 });
  }

  /** Short ids, in the order of drawing: the same report gives the same picture. */
  finished(): Pick<Picture, "nodes" | "edges"> {
    const ids = new Map([...this.#nodes.keys()].map((id, i) => [id, `n${i}`]));
    const edges = [...this.#edges.values()];
    const nodes = [...this.#nodes.values()].map((node): PictureNode => {
      const own = { ...node, id: ids.get(node.id)! };
      if (node.kind !== "more") return own;
      const count = edges.find(({ from }) => from === node.id)?.callers ?? 0;
      return { ...own, name: count === 1 ? "1 more call" : `${count} more calls` };
    });
    return {
      nodes,
      edges: edges.map(({ from, to, callers }) => ({ from: ids.get(from)!, to: ids.get(to)!, callers })),
    };
  }
}

/** How thick an edge is drawn: it doubles with every fourfold number of callers, up to 6. */
export function widthOf({ callers }: PictureEdge): number {
  return Math.min(6, Math.round(10 * Math.sqrt(callers)) / 10);
}

/** A path with no more than its last folder. */
export function shortFile(file: string): string {
  const parts = file.split("/");
  return parts.length > 2 ? `…/${parts.slice(-2).join("/")}` : file;
}

/** `package.module.Class.function` without its package, where it is long. */
export function shortSubject(name: string): string {
  const parts = name.split(".");
  return name.length > 36 && parts.length > 2 ? parts.slice(-2).join(".") : name;
}

/** What a picture leaves out, in words; empty where it is whole. */
export function omission({ chains, drawn }: Picture): string {
  return drawn < chains ? `${drawn} of ${chains} chains are drawn: those that most calls share.` : "";
}
