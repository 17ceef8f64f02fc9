import path from "node:path";
import { parse } from "yaml";
import { SemgrepUnavailable } from "./errors.js";
import { loadRules, packageDirectory, rulesDirectory, rulesIn, type SemgrepRule } from "./rules.js";
import { realSystem, type System } from "./system.js";

/** A Semgrep configuration: rules as they stand in their files. */
export interface RulesDocument {
  rules: Record<string, unknown>[];
}

/**
 * Absolute path of the ready configurations, written from the rule files: `recommended.json`, `strict.json` (every
 * rule) and one a view. They are JSON because Semgrep's Python part takes seconds to read as many rules in YAML.
 */
export const presetsDirectory: string = path.join(packageDirectory, "presets");

/** The ready configurations by name, from the rule files. Throws as `loadRules`. */
export function buildPresets(
  system: Pick<System, "list" | "read"> = realSystem(),
): Map<string, RulesDocument> {
  const presets = new Map<string, RulesDocument>([
    ["recommended", { rules: [] }],
    ["strict", { rules: [] }],
  ]);
  for (const { file, id, metadata } of loadRules(system)) {
    const text = system.read(file)?.toString("utf8") ?? "";
    const rule = (parse(text) as RulesDocument).rules.find((one) => one.id === id)!;
    const names = ["strict", String(metadata.view), ...(metadata.recommended ? ["recommended"] : [])];
    for (const name of names) {
      const preset = presets.get(name) ?? { rules: [] };
      presets.set(name, preset);
      preset.rules.push(rule);
    }
  }
  return presets;
}

/**
 * The rules that `loadRules` reads, from the configuration that has them all: in a fiftieth of the time, which every
 * command pays.
 */
export function shippedRules(system: Pick<System, "read"> = realSystem()): SemgrepRule[] {
  const every = path.join(presetsDirectory, "strict.json");
  const document: unknown = JSON.parse(system.read(every)?.toString("utf8") ?? "null");
  return rulesIn(document, every).map((rule) => ({
    ...rule,
    file: path.join(rulesDirectory, String(rule.metadata.view), `${rule.id}.yaml`),
  }));
}

/**
 * The configuration `ORCHESTRATOR_SEMGREP_PRESET` asks for: every rule where it asks for nothing.
 * @throws SemgrepUnavailable where it names none that exists
 */
export function presetFile({ env, list }: Pick<System, "env" | "list">): string {
  const wanted = env.ORCHESTRATOR_SEMGREP_PRESET ?? "";
  const name = `${wanted === "" ? "strict" : wanted}.json`;
  const known = list(presetsDirectory);
  if (known.includes(name)) return path.join(presetsDirectory, name);
  const names = known.map((file) => `"${path.parse(file).name}"`).join(", ");
  throw new SemgrepUnavailable(`ORCHESTRATOR_SEMGREP_PRESET is "${wanted}"; it can be ${names}.`);
}
