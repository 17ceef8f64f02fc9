import { coerce, keyOf, type Value, type Values } from "./values.js";

/** What `-- sqlfluff:dialect:postgres` lines of a script configure, and lines that say nothing. */
export interface InlineConfig {
  values: Values;
  malformed: readonly string[];
}

/** Reads the lines of a script that begin with `-- sqlfluff` or `--sqlfluff`; undefined where there are none. */
export function inlineConfig(text: string): InlineConfig | undefined {
  if (!/^-- ?sqlfluff/m.test(text)) return undefined;
  const values = new Map<string, Value>();
  const malformed: string[] = [];
  for (const [line] of text.matchAll(/^-- ?sqlfluff.*$/gm)) {
    const directive = line.slice(2).trim();
    const { path, value } = parts(
      directive.startsWith("sqlfluff:") ? directive.slice("sqlfluff:".length) : "",
    );
    if (path.length === 0) malformed.push(directive);
    else values.set(path.length === 1 ? keyOf("core", ...path) : keyOf(...path), coerce(value));
  }
  return { values, malformed };
}

/** `rules:name:key:value`; the value keeps its colons where it is a Windows path, a JSON array or a JSON object. */
function parts(directive: string): { path: string[]; value: string } {
  const path: string[] = [];
  let value = directive.trim();
  while (value.includes(":")) {
    const at = value.indexOf(":");
    path.push(value.slice(0, at).trim());
    value = value.slice(at + 1).trim();
    if (/^.:\\|^\[[^]*\]$|^\{[^]*\}$/.test(value)) break;
  }
  return { path, value };
}
