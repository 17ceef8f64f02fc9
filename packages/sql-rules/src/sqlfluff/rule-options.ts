import type { SqlRule } from "../rule.js";
import { rules } from "../rules/index.js";
import { settingsSchema } from "../settings.js";
import { list, type Value } from "./config/values.js";
import { references, ruleEntries } from "./references.js";

/** As much of JSON Schema as rules describe their options with. */
interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
}

export interface RuleOptions {
  /** The options array of each rule that has a section, by ESLint's name of the rule. */
  options: ReadonlyMap<string, readonly [object]>;
  /** Sections and keys that belong to no rule, in words. */
  problems: readonly string[];
}

/**
 * The options of the rules from their sections: `[sqlfluff:rules:orchestrator.require_gin_index]` with
 * `allow_expression_index = True` becomes `{ allowExpressionIndex: true }`. Whether the rule knows the value is ESLint's
 * to say.
 */
export function ruleOptions(sections: ReadonlyMap<string, ReadonlyMap<string, Value>>): RuleOptions {
  const options = new Map<string, readonly [object]>();
  const problems: string[] = [];
  for (const [reference, values] of sections) {
    const entry = ruleEntries.find(({ name }) => name === reference);
    if (!entry) {
      problems.push(...misplaced(reference));
      continue;
    }
    const schema = schemaOf(entry.rule);
    const known: [string, unknown][] = [];
    for (const [key, value] of values) {
      const option = camelCase(key);
      const described = Object.hasOwn(schema, option) ? schema[option] : undefined;
      if (!described) problems.push(`Rule ${entry.name} has no option '${key}'. This value will be ignored.`);
      else if (value !== null) known.push([option, described.type === "array" ? list(value) : value]);
    }
    if (known.length > 0) options.set(entry.rule, [Object.fromEntries(known)]);
  }
  return { options, problems };
}

export interface SharedSettings {
  /** `settings.orchestrator` of an ESLint configuration. */
  settings: Record<string, unknown>;
  problems: readonly string[];
}

/**
 * The settings these rules share, from `[sqlfluff:orchestrator]`: `feature_tables = a, b` becomes
 * `{ featureTables: ["a", "b"] }`, and `migrations_order = flyway` `{ migrations: { order: "flyway" } }`.
 */
export function sharedSettings(values: ReadonlyMap<string, Value>): SharedSettings {
  const places = new Map(settingPlaces(settingsSchema as Record<string, Schema>));
  const settings: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [key, value] of values) {
    const place = places.get(key);
    if (!place) {
      problems.push(`Section 'sqlfluff:orchestrator' has no key '${key}'. This value will be ignored.`);
      continue;
    }
    const { path, schema } = place;
    const read = schema.type === "array" ? list(value) : value;
    const [first, second] = path;
    if (second === undefined) settings[first] = read;
    else settings[first] = { ...(settings[first] as object | undefined), [second]: read };
  }
  return { settings, problems };
}

/** Keys of the section, and what they set; settings that map names to values have no place in an INI file. */
function* settingPlaces(
  schemas: Record<string, Schema>,
): Generator<[key: string, { path: readonly [string, string?]; schema: Schema }]> {
  for (const [name, schema] of Object.entries(schemas)) {
    if (schema.type !== "object") yield [snakeCase(name), { path: [name], schema }];
    for (const [inner, described] of Object.entries(schema.properties ?? {})) {
      yield [`${snakeCase(name)}_${snakeCase(inner)}`, { path: [name, inner], schema: described }];
    }
  }
}

function schemaOf(rule: string): Record<string, Schema> {
  const { meta } = rules[rule as keyof typeof rules] as SqlRule;
  const [schema] = Array.isArray(meta?.schema) ? (meta.schema as Schema[]) : [];
  return schema?.properties ?? {};
}

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const camelCase = (key: string): string =>
  key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** sqlfluff wants a rule's name here; sections of its own rules are not looked at. */
function misplaced(reference: string): string[] {
  const [code, ...more] = references.get(reference) ?? [];
  const entry = more.length === 0 ? ruleEntries.find((known) => known.code === code) : undefined;
  const isOurs = entry !== undefined || reference.startsWith("orchestrator.");
  if (!isOurs) return [];
  const problem = `Rule configuration contain a section for unexpected rule '${reference}'. These values will be ignored.`;
  return entry
    ? [
        problem,
        `The reference was however found as a match for rule ${entry.code} with name '${entry.name}'. Configuration for this rule is specified in 'sqlfluff:rules:${entry.name}'.`,
      ]
    : [problem];
}
