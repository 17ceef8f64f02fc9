import path from "node:path";
import { parse } from "yaml";
import { presetsDirectory, rulesDirectory } from "./paths.js";
import { loadRules, rulesIn, type SemgrepRule } from "./rules.js";
import { realSystem, type System } from "./system.js";

/** A Semgrep configuration: rules as they stand in their files. */
export interface RulesDocument {
  rules: Record<string, unknown>[];
}

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
