import { parseSql } from "../src/index.js";

/** The statements' parse trees without positions: two scripts mean the same exactly when these are equal. */
export function meaning(text: string): unknown {
  return parseSql(text).body.map((statement) =>
    statement.type === "Statement" ? withoutLocations(statement.tree) : statement.text,
  );
}

function withoutLocations(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => {
      if (/location|^stmt_len$/.test(key)) return undefined;
      // PostgreSQL's grammar spells json pg_catalog.json, but not jsonb.
      return key === "names" ? JSON.stringify(inner).replace('{"String":{"sval":"pg_catalog"}},', "") : inner;
    }),
  ) as unknown;
}
