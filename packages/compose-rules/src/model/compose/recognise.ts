import { isNull, valueAt, type DataFile } from "../../language/value.js";
import { SERVICE_KEYS } from "./shape.js";

const TOP_LEVEL = new Set(["version", "name", "services", "networks", "volumes", "configs", "secrets", "include", "models", "jobs"]); // prettier-ignore

/**
 * Whether a file is a Compose file, judged by content: only top-level keys of Compose (or `x-…`), and a `services`
 * mapping all of whose values are services, or files it includes. Kubernetes manifests, workflows, OpenAPI and
 * Symfony's services.yaml are not.
 */
export function isCompose(file: DataFile): boolean {
  // Other formats include files, too.
  const isNamed = /compose[^/\\]*$/i.test(file.file.path);
  let services = 0;
  for (const document of file.documents) {
    if (document.kind === "empty") continue;
    if (document.kind !== "mapping") return false;
    for (const name of document.entries.keys()) {
      if (!TOP_LEVEL.has(name) && !name.startsWith("x-")) return false;
    }
    if (document.entries.has("include") && isNamed) services++;
    const section = valueAt(document, "services");
    if (section?.kind !== "mapping") continue;
    for (const { value } of section.entries.values()) {
      if (isNull(value)) continue;
      if (value.kind !== "mapping") return false;
      const keys = [...value.entries.keys()];
      if (keys.length > 0 && !keys.some((key) => SERVICE_KEYS.has(key))) return false;
      services += Math.min(keys.length, 1);
    }
  }
  return services > 0;
}
