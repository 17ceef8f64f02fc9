import type { AST } from "yaml-eslint-parser";
import { isYamlProgram, openYaml } from "./language/yaml.js";

/** One file has many findings: its services are looked up once. */
const services = new WeakMap<object, readonly { name: string; range: readonly [number, number] }[]>();

/**
 * What a finding is about, for SARIF's logical locations: `services.NAME` of the Compose service whose key or value
 * holds the offset (UTF-16), undefined outside of services.
 */
export function subjectAt(ast: unknown, offset: number): string | undefined {
  if (!isYamlProgram(ast)) return undefined;
  const known = services.get(ast) ?? servicesOf(ast);
  services.set(ast, known);
  const service = known.find(({ range }) => range[0] <= offset && offset < range[1]);
  return service && `services.${service.name}`;
}

function servicesOf(ast: AST.YAMLProgram) {
  return openYaml(ast, "").documents.flatMap((document) => {
    const section = document.kind === "mapping" ? document.entries.get("services")?.value : undefined;
    if (section?.kind !== "mapping") return [];
    return [...section.entries.values()].map(({ name, pair }) => ({ name, range: pair.range }));
  });
}
