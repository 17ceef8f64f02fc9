import { describe, expect, it } from "vitest";
import { split } from "../../src/language/split.js";

function statements(text: string): string[] {
  return split(text).statements.map((range) => text.slice(...range));
}

describe("split", () => {
  it.each([
    ["", []],
    [" ; ;\n;", []],
    ["-- only\n/* comments */", []],
    ["a; b", ["a", "b"]],
    ["  a  ;\r\n-- c\r\nb ; ", ["a", "b"]],
    ["a -- ;\n b; c", ["a -- ;\n b", "c"]],
    // One broken statement must not swallow the rest.
    ["select (1; select 2;", ["select (1", "select 2"]],
    ["a; \\echo ; hello\nb;", ["a", "b"]],
    ["\\set x 1\nselect :x;", ["select :x"]],
    ["select 1\n  \\gset\n;", ["select 1"]],
    ["select 1 \\; select 2\\;\nselect 3;", ["select 1", "select 2", "select 3"]],
    ["select 1 as a \\gset\nselect 2\n\\gexec\nselect 3;", ["select 1 as a", "select 2", "select 3"]],
    ["select a \\ b; c", ["select a \\ b", "c"]],
    ["copy t from stdin;\n1;2\n\\.\nselect 1;", ["copy t from stdin", "select 1"]],
    ["COPY t (a) FROM stdin WITH csv;\nx;y\n\\.  \nselect 1", ["COPY t (a) FROM stdin WITH csv", "select 1"]],
    ["copy t from stdin;\nnever; ends", ["copy t from stdin"]],
    ["copy t from stdin;", ["copy t from stdin"]],
    ["copy t from 'f'; a", ["copy t from 'f'", "a"]],
    [
      "create function f() begin atomic select 1; select case when a then b end; end; x",
      ["create function f() begin atomic select 1; select case when a then b end; end", "x"],
    ],
    // The lines by which migration tools divide a script end a statement.
    ["-- migrate:up\na\n-- migrate:down\nb", ["a", "b"]],
    ["-- Up Migration\na\n  -- Down Migration\nb", ["a", "b"]],
    ["a\n---- create above / drop below ----\nb", ["a", "b"]],
    ["-- rambler up\r\na\r\n-- rambler down\r\nb", ["a", "b"]],
    ["a\n--> statement-breakpoint\nb", ["a", "b"]],
    ["a\n--;;\nb", ["a", "b"]],
    ["-- !Ups\na\n-- !Downs\nb", ["a", "b"]],
    ["-- +goose StatementBegin\na; b\n-- +goose StatementEnd\nc\n-- +goose Down\nd", ["a", "b", "c", "d"]],
    ["--liquibase formatted sql\n--changeset a:1\na\n--changeset a:2\nb", ["a", "b"]],
    // Elsewhere they are text, or remarks.
    ["a\n--changeset a:2\nb", ["a\n--changeset a:2\nb"]],
    ["a $$\n-- migrate:down\n$$ b", ["a $$\n-- migrate:down\n$$ b"]],
    ["a '\n-- +goose Down\n' b", ["a '\n-- +goose Down\n' b"]],
    ["a /*\n-- migrate:down\n*/ b", ["a /*\n-- migrate:down\n*/ b"]],
    ["a -- migrate:down\nb", ["a -- migrate:down\nb"]],
    ["create table t (\n-- rollback: how\na int); b", ["create table t (\n-- rollback: how\na int)", "b"]],
    ["begin; select 1; end; x", ["begin", "select 1", "end", "x"]],
    ["create rule r as on insert to t do (a; b); x", ["create rule r as on insert to t do (a; b)", "x"]],
  ])("%j", (text, expected) => {
    expect(statements(text)).toEqual(expected);
  });

  it("collects comments without their delimiters", () => {
    const text = "-- a\n/* b */ select /* /* c */ */ 1 /* open";
    expect(split(text).comments).toEqual([
      { type: "Line", value: " a", range: [0, 4] },
      { type: "Block", value: " b ", range: [5, 12] },
      { type: "Block", value: " /* c */ ", range: [20, 33] },
      { type: "Block", value: " open", range: [36, 43] },
    ]);
  });
});
