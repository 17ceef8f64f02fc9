import { createRequire } from "node:module";
import type * as SmolToml from "smol-toml";
import { ConfigError } from "./ini.js";
import { keyOf, type Value, type Values } from "./values.js";

/**
 * Reads `[tool.sqlfluff]` of a pyproject.toml as sqlfluff does.
 *
 * @throws ConfigError where the file is no TOML
 */
export function readToml(text: string): Values {
  const values = new Map<string, Value>();
  // Most pyproject.toml files say nothing about sqlfluff; the parser is loaded for those that do.
  if (!text.includes("sqlfluff")) return values;
  const { parse } = createRequire(import.meta.url)("smol-toml") as typeof SmolToml;
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message.split("\n")[0]! : String(error));
  }
  const own = child(child(document, "tool"), "sqlfluff");
  if (!isTable(own)) return values;
  if ("rules" in own && !isTable(own.rules)) {
    throw new ConfigError(
      "`rules` under [tool.sqlfluff] is the table of the rules' options; the list of rules belongs to [tool.sqlfluff.core]",
    );
  }
  for (const { path, value } of leaves(own)) {
    const [first = "", ...rest] = path;
    // TOML nests `rules.orchestrator.prefer_jsonb`; a rule's name has a dot in it.
    const key =
      first === "rules" && rest.length > 1 ? [first, rest.slice(0, -1).join("."), rest.at(-1)!] : path;
    values.set(keyOf(...key), value);
  }
  return values;
}

type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

const child = (value: unknown, key: string): unknown =>
  isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;

function* leaves(table: Table, above: readonly string[] = []): Generator<{ path: string[]; value: Value }> {
  for (const [key, value] of Object.entries(table)) {
    const path = [...above, key];
    if (isTable(value)) yield* leaves(value, path);
    else if (Array.isArray(value)) yield { path, value: value.map(String) };
    else if (typeof value === "number" || typeof value === "boolean") yield { path, value };
    else yield { path, value: String(value) };
  }
}
