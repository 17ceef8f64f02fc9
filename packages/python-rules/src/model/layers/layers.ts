import type { Codebase } from "../project/codebase.js";
import { isTest } from "../project/tests.js";

/** The layers of a platform: what answers requests, what trains, and what both use. */
export type Layer = "service" | "pipeline" | "shared";

/** Folders of each layer, relative to the root. */
export type Layers = Readonly<Record<Layer, readonly string[]>>;

/** A project's files and the layers they are in; the same object for as long as no file changes. */
export interface LayeredCode {
  readonly code: Codebase;
  readonly layers: Layers;
}

/** `settings.orchestrator.packages`: the folders of layers, where they are not named as usual. */
export type PackageSettings = Partial<Record<Layer, readonly string[]>>;

const FOLDERS = { type: "array", items: { type: "string", minLength: 1 } };

/** What of a setting has the right type; the JSON Schema of `orchestrator.config.json` reports the rest. */
export function packagesOf(value: unknown): PackageSettings {
  const own = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const folders = (layer: Layer) => {
    const given = own[layer];
    return Array.isArray(given) && given.every((one) => typeof one === "string") ? { [layer]: given } : {};
  };
  return { ...folders("service"), ...folders("pipeline"), ...folders("shared") };
}

/** JSON Schema (draft 4) of `settings.packages`. */
export const packagesSchema = {
  description: "Folders of the layers, relative to the root, where they are not named as usual.",
  type: "object",
  additionalProperties: false,
  properties: {
    service: { description: "What answers requests.", ...FOLDERS },
    pipeline: { description: "What trains.", ...FOLDERS },
    shared: { description: "What both use.", ...FOLDERS },
  },
};

const SERVICES = ["service", "services", "api", "serving", "server", "backend", "scorer"];
const PIPELINES = ["pipeline", "pipelines", "mage", "mage_project", "training"];

/** A folder of the right name counts where its code says the same: a web framework here, Mage or H2O there. */
const IS_SERVICE =
  /^[ \t]*(?:from|import)[ \t]+(?:fastapi|starlette|litestar|flask|sanic|aiohttp|uvicorn)\b/m;
const IS_PIPELINE = /^[ \t]*(?:from|import)[ \t]+(?:mage_ai|h2o)\b/m;
const BLOCKS = /^(?:data_loaders|data_exporters|transformers)\//;

/**
 * The layers of a tree. Folders that are not set are found by convention: one named like a service that holds a web
 * service, beside one named like a pipeline that trains; what both share is in `lib/shared` or `shared`, beside them or
 * at the root.
 */
export function layersOf(code: Codebase, settings: PackageSettings = {}): Layers {
  const folders = foldersOf(code.paths);
  const found = (layer: Layer, names: readonly string[], isOne: (folder: string) => boolean) =>
    settings[layer]?.map(normal) ??
    folders.filter((folder) => names.includes(nameOf(folder)) && isOne(folder));
  const holds = (folder: string, pattern: RegExp) =>
    code.paths.some(
      (path) => path.startsWith(`${folder}/`) && !isTest(path) && pattern.test(code.text(path)),
    );
  let service = found("service", SERVICES, (folder) => holds(folder, IS_SERVICE));
  let pipeline = found(
    "pipeline",
    PIPELINES,
    (folder) =>
      holds(folder, IS_PIPELINE) ||
      code.paths.some((path) => path.startsWith(`${folder}/`) && BLOCKS.test(path.slice(folder.length + 1))),
  );
  const beside = (others: readonly string[]) => (folder: string) =>
    others.some((other) => parentOf(other) === parentOf(folder));
  if (!settings.service) service = service.filter(beside(pipeline));
  if (!settings.pipeline) pipeline = pipeline.filter(beside(service));
  const parents = new Set([...[...service, ...pipeline].map(parentOf), ""]);
  const usual = [...parents].flatMap((parent) => ["lib/shared", "shared"].map((name) => join(parent, name)));
  // A folder that is there comes before one that would have to be made.
  const isThere = (folder: string) => folders.includes(folder);
  usual.sort((a, b) => Number(isThere(b)) - Number(isThere(a)));
  return { service, pipeline, shared: settings.shared?.map(normal) ?? usual };
}

/** The layer a file or module is in: that of the innermost folder. */
export function layerOf(layers: Layers, path: string): Layer | undefined {
  let best: { layer: Layer; length: number } | undefined;
  for (const layer of ["shared", "service", "pipeline"] as const) {
    for (const folder of layers[layer]) {
      const isBelow = folder === "" || path === folder || path.startsWith(`${folder}/`);
      if (isBelow && folder.length > (best?.length ?? -1)) best = { layer, length: folder.length };
    }
  }
  return best?.layer;
}

/** The files of service and pipeline, where a tree has both. */
export function filesInLayers({ code, layers }: LayeredCode): string[] {
  if (layers.service.length === 0 || layers.pipeline.length === 0) return [];
  return code.paths.filter((path) => /^(?:service|pipeline)$/.test(layerOf(layers, path) ?? ""));
}

/** Where code goes that some files share: the first folder for it that is beside the layers of all of them. */
export function sharedFolder({ shared }: Layers, ...files: readonly string[]): string {
  const isBeside = (folder: string) => {
    const parent = folder.replace(/\/?(?:lib\/)?[^/]*$/, "");
    return files.every((file) => parent === "" || file.startsWith(`${parent}/`));
  };
  return shared.find(isBeside) ?? shared[0] ?? "lib/shared";
}

function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let folder = parentOf(path); folder !== "" && !folders.has(folder); folder = parentOf(folder))
      folders.add(folder);
  }
  return [...folders].sort();
}

const normal = (folder: string): string => folder.replace(/^\.\/|^\.$/, "").replace(/\/+$/, "");
const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf("/") + 1);
const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const join = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);
