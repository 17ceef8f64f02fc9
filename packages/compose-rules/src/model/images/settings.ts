import type { DatastoreKind } from "./datastores.js";

/** `settings.orchestrator.images`: images of one's own that the tables cannot know. */
export interface ImageSettings {
  readonly jvm?: readonly JvmImage[];
  readonly datastores?: readonly DatastoreImage[];
}

/** An image whose start script runs a JVM. */
export interface JvmImage {
  /** Repositories without registry and tag. */
  readonly repositories: readonly string[];
  /** Variables whose options the script passes to `java`, in the order in which it writes them. */
  readonly variables: readonly string[];
  /** Options the image writes before them, for example `-Xmx1g`. */
  readonly options?: string;
}

export interface DatastoreImage {
  readonly repositories: readonly string[];
  readonly kind: DatastoreKind;
  /** The directory that holds its data. */
  readonly dataPath?: string;
}

const STRINGS = { type: "array", items: { type: "string", minLength: 1 } };
const KINDS: readonly DatastoreKind[] = ["postgresql", "redis", "mage"];

/** JSON Schema (draft 4) of `settings.images`. */
export const imagesSchema = {
  description: "Images of your own that the tables of JVM and datastore images cannot know.",
  type: "object",
  additionalProperties: false,
  properties: {
    jvm: {
      description: "Images whose start script runs a JVM.",
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["repositories", "variables"],
        properties: {
          repositories: { description: "Repositories without registry and tag.", ...STRINGS },
          variables: {
            description: "Variables whose options are passed to java, the last wins.",
            ...STRINGS,
          },
          options: { description: "Options the image writes before them, as -Xmx1g.", type: "string" },
        },
      },
    },
    datastores: {
      description: "Images that hold state.",
      type: "array",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["repositories", "kind"],
        properties: {
          repositories: { description: "Repositories without registry and tag.", ...STRINGS },
          kind: { enum: [...KINDS] },
          dataPath: { description: "The directory that holds the data.", type: "string", minLength: 1 },
        },
      },
    },
  },
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isStrings = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/** What of a value has the right type; the JSON Schema reports the rest. */
export function imagesOf(value: unknown): ImageSettings {
  if (!isRecord(value)) return {};
  const records = (list: unknown) => (Array.isArray(list) ? list.filter(isRecord) : []);
  return {
    jvm: records(value.jvm).flatMap(({ repositories, variables, options }) =>
      isStrings(repositories) && isStrings(variables)
        ? [{ repositories, variables, ...(typeof options === "string" ? { options } : {}) }]
        : [],
    ),
    datastores: records(value.datastores).flatMap(({ repositories, kind, dataPath }) => {
      const known = KINDS.find((name) => name === kind);
      return isStrings(repositories) && known
        ? [{ repositories, kind: known, ...(typeof dataPath === "string" ? { dataPath } : {}) }]
        : [];
    }),
  };
}
