import { createRequire } from "node:module";
import type * as Yaml from "yaml";

/** A block as a pipeline's metadata.yaml lists it. */
export interface PipelineBlock {
  readonly uuid: string;
  /** Where its code may be, relative to the root of the tree, the likeliest first; none for what holds no code. */
  readonly files: readonly string[];
}

/** A pipeline of Mage: what its metadata.yaml says. */
export interface Pipeline {
  readonly name: string;
  /** In the order they are listed; callbacks and conditions after them. */
  readonly blocks: readonly PipelineBlock[];
}

/** Where pipelines are described. */
export const METADATA = /(?:^|\/)pipelines\/[^/]+\/metadata\.ya?ml$/;

/** Blocks in these languages move or describe data, and call no function. */
const WITHOUT_CODE = /^(?:sql|yaml|markdown)$/;
/** Widgets and drafts are no part of a run. */
const NOT_RUN = /^(?:chart|scratchpad|markdown|global_data_product)$/;

/**
 * Reads a pipeline's metadata.yaml. Pure.
 *
 * @param file - posix path of metadata.yaml, relative to the root of the tree
 * @returns undefined where it is none that could be read
 */
export function readPipeline(file: string, text: string): Pipeline | undefined {
  // Loaded where there is a pipeline.
  const { parseDocument } = createRequire(import.meta.url)("yaml") as typeof Yaml;
  const document = parseDocument(text, { schema: "core", uniqueKeys: false, logLevel: "silent" });
  let value: unknown;
  try {
    value = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
  if (!isMap(value) || !Array.isArray(value.blocks)) return undefined;
  const [, root = "", folder = ""] = /^(.*?)pipelines\/([^/]+)\/[^/]+$/.exec(file) ?? [];
  const listed = [value.blocks, value.callbacks, value.conditionals].flatMap((one) =>
    Array.isArray(one) ? (one as unknown[]) : [],
  );
  const blocks = listed.flatMap((block) => (isMap(block) ? blockOf(root, block) : []));
  return { name: textOf(value.uuid) ?? folder, blocks };
}

function blockOf(root: string, block: Record<string, unknown>): PipelineBlock[] {
  const uuid = textOf(block.uuid);
  const type = textOf(block.type) ?? "";
  if (uuid === undefined || NOT_RUN.test(type)) return [];
  const language = textOf(block.language) ?? "python";
  if (WITHOUT_CODE.test(language)) return [{ uuid, files: [] }];
  const { configuration } = block;
  const source = isMap(configuration) && isMap(configuration.file_source) ? configuration.file_source : {};
  const given = textOf(source.path);
  const name = (textOf(block.replicated_block) ?? uuid).replaceAll(/[ -]/g, "_");
  const usual = `${type === "custom" ? "custom" : `${type}s`}/${name}`;
  // What is written in another language is a file that nobody here reads: then the pipeline is not known.
  const paths = [
    ...(given === undefined ? [] : [given]),
    language === "python" ? `${usual}.py` : `${usual}.${language}`,
  ];
  const project = root.replace(/\/$/, "").replace(/^.*\//, "");
  // A path may begin with the folder of the Mage project.
  const below = paths.map((path) => path.replace(/^\.?\/+/, ""));
  const inner = below.flatMap((path) =>
    project !== "" && path.startsWith(`${project}/`) ? [path.slice(project.length + 1), path] : [path],
  );
  return [{ uuid, files: inner.map((path) => `${root}${path}`) }];
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
