/**
 * The parts of experimental/modelDetails.json that repeat what the archive says in other places. It is H2O's own
 * description of the model, written by the same export; every part may be absent.
 */

/** A table of H2O's REST interface: columns of equal length, by name. */
export type Table = ReadonlyMap<string, readonly unknown[]>;

/** What the details say; undefined is "does not say". */
export class Details {
  readonly #output: Record<string, unknown>;
  readonly #parameters: ReadonlyMap<string, unknown>;

  constructor(readonly json: Record<string, unknown>) {
    this.#output = asRecord(json.output) ?? {};
    this.#parameters = new Map(
      (asArray(json.parameters) ?? []).flatMap((parameter) => {
        const { name, actual_value: value } = asRecord(parameter) ?? {};
        return typeof name === "string" ? [[name, value] as const] : [];
      }),
    );
  }

  /** Column names, as the model knows them. */
  get names(): readonly string[] | undefined {
    const names = asArray(this.#output.names);
    return names?.every((name) => typeof name === "string") ? names : undefined;
  }

  /** The levels of each column; null for a column of numbers. */
  get domains(): readonly (readonly string[] | null)[] | undefined {
    const domains = asArray(this.#output.domains);
    const isDomain = (domain: unknown): domain is string[] | null =>
      domain === null || (Array.isArray(domain) && domain.every((level) => typeof level === "string"));
    return domains?.every(isDomain) ? domains : undefined;
  }

  /** A text at the top of the details. */
  text(key: string): string | undefined {
    return asText(this.json[key]);
  }

  /** A value of the output. */
  output(key: string): unknown {
    return this.#output[key];
  }

  /** A value of the training metrics. */
  metric(key: string): unknown {
    return asRecord(this.#output.training_metrics)?.[key];
  }

  /** A parameter the model was trained with; the name where it is a column or a key. */
  parameter(name: string): unknown {
    const value = this.#parameters.get(name);
    const record = asRecord(value);
    return record ? (record.column_name ?? record.name) : value;
  }

  /** A table of the output. */
  table(key: string): Table | undefined {
    const table = asRecord(this.#output[key]);
    const columns = asArray(table?.columns);
    const data = asArray(table?.data);
    if (columns === undefined || columns.length !== data?.length) return undefined;
    return new Map(
      columns.flatMap((column, index) => {
        const name = asRecord(column)?.name;
        const values = asArray(data[index]);
        return typeof name === "string" && values ? [[name, values] as const] : [];
      }),
    );
  }

  /** A number of the model summary. */
  summary(name: string): number | undefined {
    const value = this.table("model_summary")?.get(name)?.[0];
    return typeof value === "number" ? value : undefined;
  }
}

/** Parses the details; undefined where they are no JSON object. H2O writes NaN and Infinity as strings. */
export function parseDetails(bytes: Uint8Array): Details | undefined {
  try {
    const json = asRecord(JSON.parse(new TextDecoder().decode(bytes)));
    return json && new Details(json);
  } catch {
    return undefined;
  }
}

/** Values, keys and levels of nesting that take far more memory than their text: H2O writes a small part of them. */
const MOST = { values: 1_500_000, keys: 200_000, depth: 100 };

/** Whether JSON, sound or not, is small enough to be parsed. */
export function isModest(bytes: Uint8Array): boolean {
  let [values, keys, depth] = [0, 0, 0];
  let isText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isText) {
      if (byte === JSON_BYTES.escape) at++;
      else if (byte === JSON_BYTES.quote) isText = false;
    } else if (byte === JSON_BYTES.quote) isText = true;
    else if (byte === JSON_BYTES.comma) values++;
    else if (byte === JSON_BYTES.colon) keys++;
    else if (byte === JSON_BYTES.array || byte === JSON_BYTES.object) {
      values++;
      if (++depth > MOST.depth) return false;
    } else if (byte === JSON_BYTES.endOfArray || byte === JSON_BYTES.endOfObject) depth--;
  }
  return values <= MOST.values && keys <= MOST.keys;
}

const JSON_BYTES = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  array: 0x5b,
  escape: 0x5c,
  endOfArray: 0x5d,
  object: 0x7b,
  endOfObject: 0x7d,
};

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function asArray(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
