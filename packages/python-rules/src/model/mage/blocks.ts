import type { Expr } from "../facts/types.js";
import type { Machine } from "../graph/machine.js";
import { isSink, type GraphNode, type Place } from "../graph/node.js";
import type { FunctionAtom } from "../graph/values.js";
import { boundName } from "../project/source-file.js";
import { written } from "../graph/body.js";

/** A function that Mage runs as a block. */
export interface BlockFunction {
  /** The name of its decorator: `transformer`, `data_exporter`… */
  readonly kind: string;
  readonly atom: FunctionAtom;
}

const KINDS =
  /^(?:data_loader|transformer|data_exporter|sensor|custom|callback|condition|streaming_source|streaming_sink)$/;
const DECORATORS = /^mage_ai\.(?:\w+\.)*decorators\.(\w+)$/;

/** The functions of a file that Mage's decorators make blocks; the decorator decides, not the folder. */
export function blocksOf(m: Machine, file: string): BlockFunction[] {
  const source = m.code.file(file);
  if (!source?.text.includes("@")) return [];
  return source.statements.flatMap((statement, i) => {
    if (statement.kind !== "function" || !source.textOf(statement).includes("@")) return [];
    return source.facts(i).steps.flatMap((step) => {
      if (step.k !== "def") return [];
      const kind = step.fn.decorators.map((decorator) => kindOf(m, file, decorator)).find(Boolean);
      const home = { file, base: statement.range[0], scope: { t: "module" as const, file } };
      return kind === undefined ? [] : [{ kind, atom: m.functionAtom(step.fn, home) }];
    });
  });
}

function kindOf(m: Machine, file: string, decorator: Expr): string | undefined {
  const name = written(decorator.k === "call" ? decorator.of : decorator);
  if (name === undefined) return undefined;
  const qualified = DECORATORS.exec(name)?.[1];
  if (qualified !== undefined) return KINDS.test(qualified) ? qualified : undefined;
  // Mage defines the names of decorators where a file imports none.
  const bindings = m.code.file(file)?.bindings(name) ?? [];
  if (bindings.length === 0) return KINDS.test(name) ? name : undefined;
  for (const { step } of bindings) {
    const one = step.k === "from" ? step.names.find((each) => boundName(each) === name) : undefined;
    const kind = one && step.k === "from" ? DECORATORS.exec(`${step.module}.${one.name}`)?.[1] : undefined;
    if (kind !== undefined && KINDS.test(kind)) return kind;
  }
  return undefined;
}

/** A function that a block runs, and how it comes to run it. */
export interface Reached {
  readonly node: GraphNode;
  /** The call in the block that leads there; none for the block itself. */
  readonly place?: Place;
  /** The functions on the way, the one that is reached at last. */
  readonly way: readonly GraphNode[];
}

/** More functions behind one block are not followed. */
const MAX_REACHED = 2_000;

/** A block and all functions of the project that it runs, the nearest first; each once for every call in the block. */
export function reachedFrom(m: Machine, { atom }: BlockFunction): Reached[] {
  const start = m.run(m.node(atom));
  m.drain();
  const found: Reached[] = [{ node: start, way: [] }];
  const seen = new Set([""]);
  for (let i = 0; i < found.length && found.length < MAX_REACHED; i++) {
    const { node, place, way } = found[i]!;
    for (const edge of node.edges) {
      if (isSink(edge.to)) continue;
      const first = place ?? edge.place;
      const key = `${first.range[0]} ${edge.to.base}`;
      if (seen.has(key) || edge.to === start) continue;
      seen.add(key);
      found.push({ node: edge.to, place: first, way: [...way, edge.to] });
    }
  }
  return found;
}
