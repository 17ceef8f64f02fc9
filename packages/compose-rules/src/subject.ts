import { isYamlProgram, openYaml } from "./language/yaml.js";

/**
 * What a finding is about, for SARIF's logical locations: `services.NAME` of the Compose service whose key or value
 * holds the offset (UTF-16), undefined outside of services.
 */
export function subjectAt(ast: unknown, offset: number): string | undefined {
  if (!isYamlProgram(ast)) return undefined;
  for (const document of openYaml(ast, "").documents) {
    const services = document.kind === "mapping" ? document.entries.get("services")?.value : undefined;
    if (services?.kind !== "mapping") continue;
    for (const { name, pair } of services.entries.values()) {
      if (pair.range[0] <= offset && offset < pair.range[1]) return `services.${name}`;
    }
  }
  return undefined;
}
