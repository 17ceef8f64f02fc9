import { createRequire } from "node:module";
import type * as Yaml from "yaml";

/** Loaded for the first file that needs it: most trees have none. */
let yaml: typeof Yaml | undefined;

/** The value of a YAML or JSON text; undefined for one that is neither, or that expands beyond measure. */
export function readFormat(text: string): unknown {
  if (/^\s*\{/.test(text)) {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      // YAML may begin with a bracket too.
    }
  }
  yaml ??= createRequire(import.meta.url)("yaml") as typeof Yaml;
  try {
    return yaml.parse(text, { maxAliasCount: 100, logLevel: "error" }) as unknown;
  } catch {
    return undefined;
  }
}
