import {
  bareName,
  parseConfig,
  presetLevel,
  type Level,
  type PresetName,
  type RuleEntry,
} from "eslint-plugin-orchestrator";
import { closest } from "fastest-levenshtein";
import type { RuleInfo } from "./result.js";
import { UsageError } from "./usage-error.js";

/** Where levels come from, the strongest last. */
export interface LevelSources {
  preset: PresetName;
  /** `rules` of the configuration file. */
  config: Record<string, RuleEntry>;
  /** `--rule` values, `id: level`. */
  commandLine: readonly string[];
  /** `--view` values; empty: all views. */
  views: readonly string[];
}

/**
 * The level and options of every rule.
 *
 * @throws UsageError for a rule, level or option in `--rule` that does not exist
 */
export function resolveLevels(rules: readonly RuleInfo[], sources: LevelSources): Map<string, RuleEntry> {
  const overrides = ownLevels(rules, sources);
  return new Map(
    rules.map((rule): [string, RuleEntry] => {
      if (sources.views.length > 0 && rule.engine !== "run" && !sources.views.includes(rule.view)) {
        return [rule.name, "off"];
      }
      return [rule.name, overrides[rule.name] ?? presetEntry(rule, sources.preset)];
    }),
  );
}

/**
 * What the team says of rules itself, by their bare names.
 *
 * @throws UsageError for a rule, level or option in `--rule` that does not exist
 */
export function ownLevels(
  rules: readonly RuleInfo[],
  { config, commandLine }: Pick<LevelSources, "config" | "commandLine">,
): Record<string, RuleEntry> {
  return { ...config, ...parseRuleOptions(commandLine, rules) };
}

function presetEntry({ preset, level, strictOptions }: RuleInfo, name: PresetName): RuleEntry {
  const docs = {
    recommended: preset === "recommended",
    level: level === "error" ? "error" : "warn",
  } as const;
  return presetLevel({ docs: { ...docs, ...(strictOptions ? { strictOptions } : {}) } }, name);
}

/**
 * Levels with which a gate says of the files it is given what has to be set where they run, whatever the preset, unless
 * somebody chose the options of the rule.
 */
export function withMissingReported(levels: Map<string, RuleEntry>): Map<string, RuleEntry> {
  const rule = "no-unread-workload";
  const entry = levels.get(rule);
  if (Array.isArray(entry) && entry.length > 1) return levels;
  return new Map(levels).set(rule, [levelOf(entry), { reportMissing: true }]);
}

/** The bare level of an entry. */
export function levelOf(entry: RuleEntry | undefined): Level {
  return (Array.isArray(entry) ? entry[0] : entry) ?? "off";
}

/**
 * The bare name of a rule given with or without prefix.
 *
 * @throws UsageError that names the nearest rule, when there is none of that name
 */
export function knownRule(given: string, rules: readonly RuleInfo[]): string {
  const name = bareName(given.trim());
  const names = rules.map((rule) => rule.name);
  if (names.includes(name)) return name;
  throw new UsageError(`There is no rule "${name}"; did you mean "${closest(name, names)}"?`);
}

function parseRuleOptions(values: readonly string[], rules: readonly RuleInfo[]): Record<string, RuleEntry> {
  return Object.fromEntries(
    values.map((value): [string, RuleEntry] => {
      const [, id = value, text = ""] = /^([^:]+):\s*([^]*)$/.exec(value) ?? [];
      const name = knownRule(id, rules);
      const entry = parseEntry(value, text.trim());
      // ESLint would refuse wrong options once for each file.
      const hasOptions = Array.isArray(entry) && entry.length > 1;
      const checked = hasOptions ? parseConfig(JSON.stringify({ rules: { [name]: entry } })) : undefined;
      if (checked && !checked.ok) throw new UsageError(`--rule '${value}': ${checked.error}`);
      return [name, entry];
    }),
  );
}

function parseEntry(value: string, text: string): RuleEntry {
  const isLevel = (level: unknown): level is Level => ["off", "warn", "error"].includes(level as string);
  if (isLevel(text)) return text;
  try {
    const entry: unknown = JSON.parse(text);
    if (Array.isArray(entry) && isLevel(entry[0])) return entry as RuleEntry;
  } catch {
    // Neither a level nor JSON: one message for both.
  }
  throw new UsageError(`--rule '${value}': the level must be off, warn or error, or ["error", {…options}].`);
}
