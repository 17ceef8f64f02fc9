import { imagesOf, type ImageSettings } from "./model/images/settings.js";

/** `settings.orchestrator` of an ESLint configuration, as far as the rules of this package read it. */
export interface Settings {
  compose: ComposeSettings;
  images: ImageSettings;
}

/** How Compose is started, where that cannot be told from the files. */
export interface ComposeSettings {
  /** Files relative to the root that are given together, as `-f` arguments would be. */
  projects?: readonly (readonly string[])[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/** What of a value has the right type; the JSON Schema of `orchestrator.config.json` reports the rest. */
export function settingsOf(shared: unknown): Settings {
  const own = isRecord(shared) && isRecord(shared.orchestrator) ? shared.orchestrator : {};
  const compose = isRecord(own.compose) ? own.compose : {};
  const { projects } = compose;
  return {
    compose: Array.isArray(projects) && projects.every(isStrings) ? { projects } : {},
    images: imagesOf(own.images),
  };
}

/** JSON Schema (draft 4) of `settings.compose`. */
export const composeSchema = {
  description: "How Compose is started, where that cannot be told from the files.",
  type: "object",
  additionalProperties: false,
  properties: {
    projects: {
      description: "Files relative to the root that are given together, each list as -f arguments would be.",
      type: "array",
      items: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
    },
  },
};
