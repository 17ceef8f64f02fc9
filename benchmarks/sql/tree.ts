import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Small, fast and seeded (mulberry32): the same tree on every machine. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const NOUNS = [
  "account",
  "event",
  "feature",
  "model",
  "pipeline",
  "prediction",
  "run",
  "score",
  "user",
  "worker",
];
const TYPES = [
  "bigint",
  "text NOT NULL",
  "timestamptz NOT NULL DEFAULT now()",
  "numeric(12, 4)",
  "uuid",
  "jsonb",
];

/** A table of its own with some indexes: half a kilobyte. */
function newTable(table: string, below: (limit: number) => number): string[] {
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const columns = Array.from({ length: 4 + below(8) }, (_, index) => `    c${index} ${pick(TYPES)}`);
  return [
    `CREATE TABLE ${table} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    payload jsonb NOT NULL DEFAULT '{}',\n${columns.join(",\n")}\n);`,
    `CREATE INDEX ${table}_created ON ${table} (id, c0);`,
    `CREATE INDEX ${table}_payload ON ${table} USING gin (payload jsonb_path_ops);`,
    `CREATE UNIQUE INDEX ${table}_lookup ON ${table} (c1, (payload ->> 'key')) WHERE c2 IS NOT NULL;`,
  ];
}

/**
 * The text of one migration in the shape most real ones have: a table or two with their indexes and a foreign key, a
 * column added to an older table, a backfill, now and then a function. 0.6 to 2.4 KB, 1.5 KB on average: the migrations
 * of lemmy, synapse, openmeter and hatchet have 1.4 to 3.0 KB on average.
 */
export function migration(number: number): string {
  const below = random(number);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const table = `${NOUNS[number % NOUNS.length]!}_${number}`;
  const parts = [
    `-- Adds ${table}: what a ${pick(NOUNS)} did is kept apart from what a ${pick(NOUNS)} is, so that\n-- the older rows can be moved away once nobody asks for them any more.`,
    ...newTable(table, below),
  ];
  if (below(3) === 0) {
    parts.push(...newTable(`${table}_log`, below));
    parts.push(
      `ALTER TABLE ${table}_log ADD CONSTRAINT ${table}_fk FOREIGN KEY (id) REFERENCES ${table} (id) ON DELETE CASCADE;`,
    );
  }
  if (number > 0) {
    const older = below(number);
    const name = `${NOUNS[older % NOUNS.length]!}_${older}`;
    parts.push(
      `ALTER TABLE ${name} ADD COLUMN x${number} ${pick(["text", "integer NOT NULL DEFAULT 0", "boolean"])};`,
      `-- Rows from before have no version: readers take them for the first one.\nUPDATE ${name} SET payload = payload || '{"v": ${number}}' WHERE payload ->> 'v' IS NULL;`,
      `COMMENT ON COLUMN ${name}.x${number} IS 'Filled by the ${pick(NOUNS)} job; see ticket ${number}.';`,
      `INSERT INTO ${name} (payload, x${number})\nSELECT jsonb_build_object('from', t.id), NULL FROM ${table} t WHERE t.payload @> '{"kind": "${pick(NOUNS)}"}';`,
    );
  }
  if (below(6) === 0) {
    parts.push(
      `CREATE FUNCTION touch_${table}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n    NEW.c0 := coalesce(NEW.c0, OLD.c0);\n    PERFORM 1 FROM ${table} WHERE payload @> '{"kind": "${pick(NOUNS)}"}';\n    RETURN NEW;\nEND;\n$$;`,
      `CREATE TRIGGER ${table}_touched BEFORE UPDATE ON ${table}\n    FOR EACH ROW EXECUTE FUNCTION touch_${table}();`,
    );
  }
  return `${parts.join("\n\n")}\n`;
}

/** Writes migrations `000000_….sql`, … into a directory. */
export function writeTree(directory: string, count: number): string[] {
  mkdirSync(directory, { recursive: true });
  return Array.from({ length: count }, (_, number) => {
    const file = path.join(directory, `${String(number).padStart(6, "0")}_change.sql`);
    writeFileSync(file, migration(number));
    return file;
  });
}
