import type { BlockingTable } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import type { Range } from "@orchestrator-lint/sql-rules/shared";
import { Machine } from "../graph/machine.js";
import type { Codebase } from "../project/codebase.js";
import { shortName } from "../radar/names.js";
import { blocksOf, reachedFrom, type Reached } from "./blocks.js";
import { effectsOf, type Effect } from "./effects.js";
import { handsOn, mayExport, trainingsOf } from "./models.js";
import type { Pipeline } from "./pipelines.js";

/** An effect of a transformer that stands in a function it calls. */
export interface FarEffect extends Effect {
  /** The call in the transformer: UTF-16 offsets. */
  readonly range: Range;
  /** Names of the functions on the way. */
  readonly way: readonly string[];
}

/** A pipeline that trains a model and exports no MOJO. */
export interface Training {
  /** What trains in the block: UTF-16 offsets. */
  readonly range: Range;
  readonly pipeline: string;
  /** How many blocks it has. */
  readonly blocks: number;
}

/** A project's Mage blocks, what they run, and the pipelines they are in. */
export class MageProject {
  readonly code: Codebase;
  readonly #machine: Machine;
  readonly #pipelines: readonly Pipeline[];
  readonly #runs = new Map<string, readonly { kind: string; reached: readonly Reached[] }[]>();
  readonly #exports = new Map<Pipeline, boolean>();

  constructor(code: Codebase, table: BlockingTable, pipelines: readonly Pipeline[]) {
    this.code = code;
    this.#machine = new Machine(code, table);
    this.#pipelines = pipelines;
  }

  /** The files that hold blocks these questions are about. */
  files(): string[] {
    const listed = new Set(this.#pipelines.flatMap((one) => this.#filesOf(one) ?? []));
    // The decorator may have another name here: `import transformer as block`.
    const isTransformer = (text: string) =>
      text.includes("transformer") &&
      (/@.*\btransformer\b/.test(text) || (text.includes("mage_ai") && /\btransformer\b/.test(text)));
    return this.code.paths.filter((path) => listed.has(path) || isTransformer(this.code.text(path)));
  }

  /** What the transformers of a file do by way of functions they call: of each call the nearest effect of a kind. */
  effects(file: string, kind: Effect["kind"]): FarEffect[] {
    const found = new Map<number, FarEffect>();
    for (const { reached } of this.#blocks(file).filter((block) => block.kind === "transformer")) {
      const [own] = reached;
      for (const { node, place, way } of reached) {
        // What stands in the block's own words is seen without following calls.
        if (!place || (node.fn.home.file === file && node.fn.home.base === own!.node.fn.home.base)) continue;
        const effect = effectsOf(this.#machine, node.fn.home.file, node.fn.fn).find(
          (one) => one.kind === kind,
        );
        if (effect && !found.has(place.range[0]))
          found.set(place.range[0], {
            ...effect,
            range: [...place.range],
            way: way.map((one) => shortName(one)),
          });
      }
    }
    return [...found.values()].sort((a, b) => a.range[0] - b.range[0]);
  }

  /** Where a block trains a model in a pipeline none of whose blocks exports a MOJO: the first place of a file. */
  trainings(file: string): Training[] {
    const pipeline = this.#pipelines.find(
      (one) => this.#filesOf(one)?.includes(file) === true && !this.#exported(one),
    );
    if (!pipeline) return [];
    const ranges = this.#blocks(file).flatMap(({ reached }) =>
      reached.flatMap(({ node, place }) =>
        trainingsOf(this.#machine, node).map((range) => (place ? ([...place.range] as Range) : range)),
      ),
    );
    const [first] = ranges.sort((a, b) => a[0] - b[0]);
    return first ? [{ range: first, pipeline: pipeline.name, blocks: pipeline.blocks.length }] : [];
  }

  /** Where the blocks of pipelines train, in the functions they call as well: ranges by file. */
  trained(): ReadonlyMap<string, readonly Range[]> {
    const found = new Map<string, Range[]>();
    for (const { files } of this.#pipelines.flatMap(({ blocks }) => blocks)) {
      const file = files.find((one) => this.code.file(one) !== undefined);
      for (const { node } of file === undefined ? [] : this.#blocks(file).flatMap(({ reached }) => reached)) {
        const { home } = node.fn;
        found.set(home.file, [...(found.get(home.file) ?? []), ...trainingsOf(this.#machine, node)]);
      }
    }
    return found;
  }

  #blocks(file: string): readonly { kind: string; reached: readonly Reached[] }[] {
    let found = this.#runs.get(file);
    if (!found) {
      found = blocksOf(this.#machine, file).map((block) => ({
        kind: block.kind,
        reached: reachedFrom(this.#machine, block),
      }));
      this.#runs.set(file, found);
    }
    return found;
  }

  /** The files of a pipeline's blocks; undefined where some block is in none that can be read. */
  #filesOf({ blocks }: Pipeline): string[] | undefined {
    const files: string[] = [];
    for (const block of blocks) {
      const file = block.files.find((one) => this.code.file(one) !== undefined);
      if (file !== undefined && this.code.file(file)?.scan.unread === undefined) files.push(file);
      else if (block.files.length > 0) return undefined;
    }
    return files;
  }

  /** Whether some block exports a MOJO, or hands a model to what may. */
  #exported(pipeline: Pipeline): boolean {
    let found = this.#exports.get(pipeline);
    if (found === undefined) {
      found = (this.#filesOf(pipeline) ?? []).some(
        (file) =>
          mayExport(this.code.text(file)) ||
          this.#blocks(file).some(({ reached }) =>
            reached.some(
              ({ node }) => handsOn(this.#machine, node) || mayExport(this.code.text(node.fn.home.file)),
            ),
          ),
      );
      this.#exports.set(pipeline, found);
    }
    return found;
  }
}
