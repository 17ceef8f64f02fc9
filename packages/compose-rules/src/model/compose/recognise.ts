import { isNull, valueAt, type DataFile } from "../../language/value.js";
import { SERVICE_KEYS } from "./shape.js";

const TOP_LEVEL = new Set(["version", "name", "services", "networks", "volumes", "configs", "secrets", "include", "models", "jobs"]); // prettier-ignore

/**
 * Whether a text is worth parsing: its outermost mapping may have services or include files. Linear, whatever the text:
 * nobody knows what is in a tree's JSON.
 */
export function mayBeCompose(written: string): boolean {
  const text = written.replace(/^\uFEFF/, "");
  const start = contentOf(text);
  if (text[start] === "{") return /\b(?:services|include)["']?\s*:/.test(text);
  const indent = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const key = /^([ \t]*)(?:\? *)?["']?(?:services|include)["']?[ \t]*(?::|$)/gm;
  return [...text.matchAll(key)].some(([, before]) => before === "" || before === indent);
}

/** Where the first value of a YAML or JSON text begins: after comments, directives and the mark of a document. */
function contentOf(text: string): number {
  const other = /\s+|(?:\/\/|[#%])[^\n]*|---(?=\s)/y;
  let start = 0;
  while (other.test(text)) start = other.lastIndex;
  return start;
}

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
      // A service that could not be read may be one.
      if (isNull(value) || value.kind === "unread") continue;
      if (value.kind !== "mapping") return false;
      const keys = [...value.entries.keys()];
      if (keys.length > 0 && !keys.some((key) => SERVICE_KEYS.has(key))) return false;
      services += Math.min(keys.length, 1);
    }
  }
  return services > 0;
}
