import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseConfig, type OrchestratorConfig } from "./config.js";

/** The file teams configure the rules with, for every engine. */
export const CONFIG_FILE = "orchestrator.config.json";

/** A configuration that cannot be used; the message says what to change. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/**
 * Reads a configuration: the named file, else the first `orchestrator.config.json` upward from a directory.
 * It is data and never executed.
 *
 * @param directory - where the search begins, absolute
 * @param file - a file given by name
 * @returns the configuration and the directory its globs are relative to; an empty one where there is no file
 * @throws ConfigError when the file is missing, no JSON, or has an unknown key or value
 */
export function loadConfig(directory: string, file?: string): { config: OrchestratorConfig; root?: string } {
  const found = file === undefined ? findUp(directory) : path.resolve(directory, file);
  if (found === undefined) return { config: {} };
  let text: string;
  try {
    text = readFileSync(found, "utf8");
  } catch (error) {
    throw new ConfigError(`${found} cannot be read: ${(error as Error).message}`);
  }
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new ConfigError(`${found}: ${parsed.error}`);
  return { config: parsed.config, root: path.dirname(found) };
}

function findUp(directory: string): string | undefined {
  for (let at = directory; ; at = path.dirname(at)) {
    const candidate = path.join(at, CONFIG_FILE);
    if (existsSync(candidate)) return candidate;
    if (path.dirname(at) === at) return undefined;
  }
}
