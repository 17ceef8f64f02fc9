import { fileURLToPath } from "node:url";
import path from "node:path";
import { SemgrepUnavailable } from "./errors.js";
import type { System } from "./system.js";

/** Absolute path of this package: `src` and `dist` stand side by side, so both reach it by the same step. */
const packageDirectory: string = fileURLToPath(new URL("..", import.meta.url));

/** Absolute path of the directory that holds the rules, one folder a view; usable as a Semgrep `--config`. */
export const rulesDirectory: string = path.join(packageDirectory, "rules");

/**
 * Absolute path of the ready configurations, written from the rule files: `recommended.json`, `strict.json` (every
 * rule) and one a view. They are JSON because Semgrep's Python part takes seconds to read as many rules in YAML.
 */
export const presetsDirectory: string = path.join(packageDirectory, "presets");

/** Absolute path of the hash-checked pip requirements. */
export const requirementsDirectory: string = path.join(packageDirectory, "requirements");

/** Absolute path of the rule that makes Semgrep parse every Python file; it never matches. */
export const parseEveryFile: string = path.join(packageDirectory, "engine", "parse-every-file.yaml");

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
