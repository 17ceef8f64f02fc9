import { expect, it } from "vitest";
import { databaseAt, lint, tree } from "../tree.js";

/** `table.column type` of a file's database. */
function columns(files: Record<string, string>, file: string): string[] {
  const database = databaseAt(tree(files), file);
  return [...database!.catalog.tables].flatMap(([name, table]) =>
    [...table.columns.values()].map((column) => `${name}.${column.name} ${column.type.name}`),
  );
}

const FIRST = "CREATE TABLE t (d json)";
const SECOND = "ALTER TABLE t ALTER COLUMN d TYPE jsonb";
const BACK = "ALTER TABLE t ALTER COLUMN d TYPE json";

it.each<[string, Record<string, string>]>([
  [
    "dbmate",
    {
      "db/migrations/1_a.sql": `-- migrate:up\n${FIRST}\n\n-- migrate:down\nDROP TABLE t`,
      "db/migrations/2_b.sql": `-- migrate:up\n${SECOND}\n-- migrate:down\n${BACK}`,
    },
  ],
  [
    "goose",
    {
      "migrations/1_a.sql": `-- +goose Up\n${FIRST}\n-- +goose Down\nDROP TABLE t`,
      "migrations/2_b.sql": `-- +goose Up\n-- +goose StatementBegin\n${SECOND}\n-- +goose StatementEnd\n-- +goose Down\n${BACK}`,
    },
  ],
  [
    "tern",
    {
      "migrations/1_a.sql": `${FIRST}\n---- create above / drop below ----\ndrop table t`,
      "migrations/2_b.sql": `${SECOND}\n---- create above / drop below ----\n${BACK}`,
    },
  ],
  [
    "Liquibase",
    {
      "db/1.sql": `--liquibase formatted sql\n--changeset a:1\n${FIRST}\n--rollback DROP TABLE t\n--changeset a:2\n${SECOND}`,
    },
  ],
  [
    "Drizzle",
    {
      "drizzle/0_a.sql": `${FIRST}\n--> statement-breakpoint\nCREATE INDEX i ON t (d)`,
      "drizzle/1_b.sql": SECOND,
      "drizzle/meta/_journal.json": JSON.stringify({
        dialect: "postgresql",
        entries: [
          { idx: 0, tag: "0_a" },
          { idx: 1, tag: "1_b" },
        ],
      }),
    },
  ],
  [
    "Play",
    {
      "conf/evolutions/default/1.sql": `# Tables\n\n# --- !Ups\n${FIRST};\n# --- !Downs\nDROP TABLE t;`,
      "conf/evolutions/default/2.sql": `-- !Ups\n${SECOND}\n-- !Downs\n${BACK}`,
    },
  ],
  [
    "Postgrator",
    {
      "migrations/001.do.create.sql": FIRST,
      "migrations/001.undo.create.sql": "DROP TABLE t",
      "migrations/002.do.alter.sql": SECOND,
      "migrations/002.undo.alter.sql": BACK,
    },
  ],
  [
    "Migratus",
    {
      "resources/migrations/1-a.up.sql": `SELECT 1\n--;;\n${FIRST}`,
      "resources/migrations/1-a.down.sql": "DROP TABLE t",
      "resources/migrations/2-b.up.sql": `${SECOND}\n--;;\nSELECT 1`,
      "resources/migrations/2-b.down.sql": BACK,
    },
  ],
  [
    "shmig",
    {
      "migrations/1-a.sql": `-- ==== UP ====\n${FIRST}\n-- ==== DOWN ====\nDROP TABLE t`,
      "migrations/2-b.sql": `-- ==== UP ====\n${SECOND}\n-- ==== DOWN ====\n${BACK}`,
    },
  ],
  [
    "MyBatis",
    {
      "scripts/1_a.sql": `-- // a\n${FIRST}\n-- //@UNDO\nDROP TABLE t`,
      "scripts/2_b.sql": `-- // b\n${SECOND}\n-- //@UNDO\n${BACK}`,
    },
  ],
])("%s: a section ends its last statement, and the way back is not replayed", (_, files) => {
  const scripts = Object.keys(files).filter((name) => name.endsWith(".sql"));
  expect(columns(files, scripts[0]!)).toEqual(["public.t.d jsonb"]);
  const root = tree(files);
  expect(
    scripts.flatMap((name) => lint(root, name)).filter((one) => /unparsed|prefer-jsonb/.test(one)),
  ).toEqual([]);
});
