import { composeSchema, imagesSchema } from "@orchestrator-lint/compose-rules";
import { packagesSchema } from "@orchestrator-lint/python-rules";
import { settingsSchema } from "@orchestrator-lint/sql-rules";

/** What the schema needs to know of a rule. */
export interface SchemaRule {
  name: string;
  description: string;
  url: string;
  /** JSON Schemas of its options, in order. */
  options: readonly object[];
}

const LEVEL = { enum: ["off", "warn", "error"] };
const GLOBS = { type: "array", items: { type: "string", minLength: 1 } };

const NAMES = { type: "array", items: { type: "string", minLength: 1 } };
const NAME_MAP = { type: "object", additionalProperties: { type: "string" } };

/** What a team adds to the table of blocking calls. */
const blockingCallsSchema = {
  description: "Blocking calls of your own code, added to the table of docs/references/blocking-calls.md.",
  type: "array",
  items: {
    type: "object",
    additionalProperties: false,
    required: ["family"],
    properties: {
      family: {
        description: "The rule async-blocking-FAMILY reports them.",
        enum: [
          ...["sleep", "http", "subprocess", "file-io", "database", "redis"],
          ...["cloud-sdk", "model-predict", "cpu-pandas", "input", "future-result", "socket"],
        ],
      },
      functions: { description: "Qualified names of functions; {a,b} stands for each word.", ...NAMES },
      methods: {
        description: "Methods by the type of their receiver.",
        type: "object",
        additionalProperties: NAMES,
      },
      tier: { enum: ["wait", "network", "subprocess", "database", "model", "cpu", "file", "stat"] },
      why: { type: "string" },
      instead: { type: "string" },
      offload: { enum: ["thread", "process", "thread or process", "none"] },
      types: {
        description:
          "Types of receivers: other names of the class, functions that return one, methods that give another.",
        type: "object",
        additionalProperties: {
          type: "object",
          additionalProperties: false,
          properties: { names: NAMES, made: NAMES, returns: NAME_MAP, attributes: NAME_MAP },
        },
      },
    },
  },
};

/**
 * The JSON Schema of `orchestrator.config.json`, from the rules there are.
 *
 * @param rules - the rules of every engine, in the order they shall appear
 */
export function configSchema(rules: readonly SchemaRule[]): object {
  const entries = rules.flatMap((rule) => {
    const entry = {
      description: `${rule.description}. ${rule.url}`,
      anyOf: [
        LEVEL,
        { type: "array", items: [LEVEL, ...rule.options], minItems: 1, maxItems: 1 + rule.options.length },
      ],
    };
    return [
      [rule.name, entry],
      [`orchestrator/${rule.name}`, entry],
    ];
  });
  return {
    $schema: "http://json-schema.org/draft-04/schema#",
    title: "orchestrator-lint configuration",
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: { type: "string" },
      rules: {
        description: "Level and options of rules, as in an ESLint configuration.",
        type: "object",
        additionalProperties: false,
        properties: Object.fromEntries(entries) as object,
      },
      settings: {
        description: "Settings shared by rules; rules read them as settings.orchestrator.",
        type: "object",
        additionalProperties: false,
        properties: {
          ...settingsSchema,
          blockingCalls: blockingCallsSchema,
          compose: composeSchema,
          images: imagesSchema,
          packages: packagesSchema,
          redisClients: {
            description:
              "Names of the classes that wrap a Redis client, or of variables and attributes that hold one, beside those that have redis in them. Case does not matter.",
            type: "array",
            items: { type: "string", pattern: "^\\w+$" },
          },
          h2o: {
            description: "How H2O is used.",
            type: "object",
            additionalProperties: false,
            properties: {
              secure: {
                description: "H2O-3 Secure is what is installed, whose releases export MOJOs.",
                type: "boolean",
              },
            },
          },
        },
      },
      files: {
        description: "Globs of a kind of file, where discovery guesses wrong.",
        type: "object",
        additionalProperties: false,
        properties: { sql: GLOBS, compose: GLOBS, kubernetes: GLOBS, python: GLOBS, mojo: GLOBS },
      },
      ignores: { description: "Globs of files that are not checked.", ...GLOBS },
    },
  };
}
