/** A value of a configuration file: sqlfluff guesses the type from the text. `null` is what `None` gives. */
export type Value = string | number | boolean | null | readonly string[];

/** Values by where they stand, the parts joined by colons: `core:dialect`, `rules:orchestrator.prefer_jsonb:level`. */
export type Values = ReadonlyMap<string, Value>;

/** The key of a value in `Values`; what files call `[sqlfluff]` is the section `core`. */
export function keyOf(...path: readonly string[]): string {
  return path.join(":");
}

/** A value from its text, with the type sqlfluff would take it for: integer, float, boolean, None or text. */
export function coerce(text: string): Value {
  const trimmed = text.trim();
  if (/^[+-]?\d+(?:_\d+)*$/.test(trimmed)) return Number(trimmed.replaceAll("_", ""));
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(trimmed)) return Number(trimmed);
  switch (trimmed.toLowerCase()) {
    case "true":
      return true;
    case "false":
      return false;
    case "none":
      return null;
    default:
      return text;
  }
}

/** The parts of a comma-separated value without blanks around them; empty for one that is not set. */
export function list(value: Value | undefined): readonly string[] {
  if (Array.isArray(value)) return value as readonly string[];
  if (value === undefined || value === null || value === "" || value === false || value === 0) return [];
  return String(value as string | number | true)
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** All values; where several layers set one, the last layer's. */
export function combine(layers: readonly Values[]): Values {
  return new Map(layers.flatMap((layer) => [...layer]));
}

/** The values below a section by the rest of their key, `level` for `rules:orchestrator.prefer_jsonb`. */
export function section(values: Values, ...path: readonly string[]): Map<string, Value> {
  const prefix = `${keyOf(...path)}:`;
  return new Map(
    [...values].flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
}
