import { parseSql } from "../../src/language/parse.js";
import { changesOf } from "../../src/model/changes/index.js";
import { replay } from "../../src/model/replay/index.js";
import { DESCRIBE, describeCatalog, readDescription, type Description } from "./describe.js";
import type { PostgresServer } from "./postgres.js";

/** Empties the database it runs in, whatever was created there. */
const RESET = `
ROLLBACK;
DISCARD ALL;
DO $reset$ DECLARE s text; BEGIN
  FOR s IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', s);
  END LOOP;
  CREATE SCHEMA public;
END $reset$;
`;

export interface Outcome {
  /** By statement: whether PostgreSQL refused it. */
  refused: boolean[];
  database: Description;
}

const MARK = "@@@";

/** Runs each sequence of statements in an empty database. */
export async function runSequences(
  server: PostgresServer,
  sequences: readonly (readonly string[])[],
): Promise<Outcome[]> {
  const script = sequences
    .map(
      (statements) =>
        `${RESET}\\echo ${MARK}\n${statements.map((statement) => `${statement}\n;\n\\echo :ERROR\n`).join("")}ROLLBACK;\n${DESCRIBE}`,
    )
    .join("");
  const { stdout, stderr } = await server.run(`SET client_min_messages = error;\n${script}`);
  const parts = stdout.split(`${MARK}\n`).slice(1);
  if (parts.length !== sequences.length) throw new Error(stderr.slice(-2000));
  return parts.map((part) => {
    const lines = part.trim().split("\n");
    const json = lines.pop() ?? "";
    const refused = lines
      .filter((line) => line === "true" || line === "false")
      .map((line) => line === "true");
    return { refused, database: readDescription(json) };
  });
}

/** The same by our replay: one file. */
export function replayed(statements: readonly string[]): Description {
  const text = statements.join("\n;\n");
  return describeCatalog(replay([{ path: "x.sql", changes: changesOf(parseSql(text), "x.sql") }]));
}
