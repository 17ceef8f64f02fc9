import { describe, expect, it } from "vitest";
import { parseSql } from "../../../src/language/parse.js";
import { changesOf } from "../../../src/model/changes/index.js";
import { replay } from "../../../src/model/replay/index.js";
import { migrationsOf, suites, type Migration } from "../../migrations.js";

const file = (path: string, sql: string) => ({ path, changes: changesOf(parseSql(sql, path), path) });
type File = Pick<Migration, "path" | "changes">;

/** The history with its file at `at` as an editor has it: the same text is another value. */
const edited = (files: readonly File[], at: number, change: (file: File) => File): File[] =>
  files.map((one, i) => (i === at ? change(one) : one));

const EXTRA = file(
  "extra.sql",
  "CREATE TABLE typed_here (id serial, doc jsonb); CREATE INDEX ON typed_here (doc)",
);

describe("replay of a history that changed", () => {
  it.each(suites())("gives what a replay from the start gives: %s", (suite) => {
    const files: readonly File[] = migrationsOf(suite);
    let before = { files, catalog: replay(files) };
    for (let at = 0; at < files.length; at++) {
      const versions = [
        edited(files, at, ({ path }) => ({ path, changes: [] })),
        edited(files, at, ({ path, changes }) => ({ path, changes: [...changes, ...EXTRA.changes] })),
        files,
      ];
      for (const version of versions) {
        before = { files: version, catalog: replay(version, before) };
        expect(before.catalog).toEqual(replay(version));
      }
    }
  });

  it("follows a file that is added, another one that changes, and one that goes", () => {
    const [a, b, c] = [
      file("a.sql", "CREATE TABLE a (id int PRIMARY KEY)"),
      file("b.sql", "CREATE TABLE b (a int REFERENCES a)"),
      file("c.sql", "ALTER TABLE a RENAME TO aa"),
    ];
    const histories = [
      [a, b],
      [a, b, c],
      [a, EXTRA, c],
      [EXTRA, b, c],
      [EXTRA, b],
      [a, b, EXTRA, c],
    ];
    let before: { files: File[]; catalog: ReturnType<typeof replay> } | undefined;
    for (const files of histories) {
      before = { files, catalog: replay(files, before) };
      expect(before.catalog).toEqual(replay(files));
    }
  });

  it("leaves earlier results as they were", () => {
    const files = [file("a.sql", "CREATE TABLE a (id int); CREATE INDEX i ON a (id)"), EXTRA];
    const whole = replay(files);
    const kept = structuredClone(whole);
    const drops = [file("b.sql", "DROP INDEX i"), file("b.sql", "DROP TABLE a; DROP TABLE missing")];
    let before = { files, catalog: whole };
    for (const drop of drops) {
      const version = [files[0]!, drop];
      before = { files: version, catalog: replay(version, before) };
    }
    expect(whole).toEqual(kept);
    expect(before.catalog.droppedIndexes.map(({ index }) => index.name)).toEqual(["i"]);
  });
});
