import { createRequire } from "node:module";
import type { ErrorObject, ValidateFunction } from "ajv";
import type AjvDraft04 from "ajv-draft-04";
import { closest } from "fastest-levenshtein";
import schema from "../orchestrator.config.schema.json" with { type: "json" };

/** Level of a rule, with its options where it has any. */
export type RuleEntry = Level | [Level, ...unknown[]];
export type Level = "off" | "warn" | "error";

/** Kinds of files that globs can be given for. */
export type FileKind = "sql" | "compose" | "kubernetes" | "python" | "mojo";

/** `orchestrator.config.json`; the JSON Schema beside this package describes it to editors. */
export interface OrchestratorConfig {
  $schema?: string;
  /** Rule names, bare or with the prefix `orchestrator/`. */
  rules?: Record<string, RuleEntry>;
  /** Shared settings, handed to rules as `settings.orchestrator`. */
  settings?: Record<string, unknown>;
  /** Globs of a kind of file, where discovery guesses wrong. */
  files?: Partial<Record<FileKind, string[]>>;
  /** Globs that are not checked. */
  ignores?: string[];
}

let compiled: ValidateFunction<OrchestratorConfig> | undefined;

/** Loaded and compiled at the first use: most linted trees have no configuration file. */
function validator(): ValidateFunction<OrchestratorConfig> {
  if (compiled) return compiled;
  // ESLint rules describe their options in draft 4 of JSON Schema, so the whole schema is.
  const { default: Ajv } = createRequire(import.meta.url)("ajv-draft-04") as typeof AjvDraft04;
  return (compiled = new Ajv({ allErrors: true, strict: false, verbose: true }).compile(schema));
}

/** Parses and checks a configuration; an unknown key is an error that names the nearest valid one. */
export function parseConfig(
  text: string,
): { ok: true; config: OrchestratorConfig } | { ok: false; error: string } {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    return { ok: false, error: `not valid JSON: ${(error as Error).message}` };
  }
  const validate = validator();
  if (!validate(config)) return { ok: false, error: explain(validate.errors ?? []) };
  const rules = Object.entries(config.rules ?? {}).map(([name, entry]) => [bareName(name), entry] as const);
  return { ok: true, config: { ...config, rules: Object.fromEntries(rules) } };
}

/** `prefer-jsonb` for both `prefer-jsonb` and `orchestrator/prefer-jsonb`. */
export function bareName(name: string): string {
  return name.replace(/^orchestrator\//, "");
}

function explain(errors: ErrorObject[]): string {
  // The first error by depth is the cause; the ones around it follow from it.
  const error = errors.toSorted((a, b) => b.instancePath.length - a.instancePath.length)[0];
  if (!error) return "not a valid configuration.";
  const where = error.instancePath === "" ? "" : ` in ${error.instancePath.slice(1).replaceAll("/", ".")}`;
  if (error.keyword === "additionalProperties") {
    const { additionalProperty: key } = error.params as { additionalProperty: string };
    const known = Object.keys((error.parentSchema as { properties?: object } | undefined)?.properties ?? {});
    const names = known.length > 0 ? known : propertiesAt(error.schemaPath);
    return `unknown key "${key}"${where}${names.length > 0 ? `; did you mean "${closest(key, names)}"?` : "."}`;
  }
  if (error.keyword === "enum") {
    const { allowedValues } = error.params as { allowedValues: unknown[] };
    return `the value${where} must be one of ${allowedValues.map((value) => JSON.stringify(value)).join(", ")}.`;
  }
  return `the value${where} ${error.message ?? "is not valid"}.`;
}

/** The property names a schema path's object allows. */
function propertiesAt(schemaPath: string): string[] {
  const steps = schemaPath.replace(/^#\//, "").split("/").slice(0, -1);
  let at: unknown = schema;
  for (const step of steps) at = (at as Record<string, unknown> | undefined)?.[decodeURIComponent(step)];
  return Object.keys((at as { properties?: object } | undefined)?.properties ?? {});
}
