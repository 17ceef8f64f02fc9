import { describe, expect, it } from "vitest";
import { parseSql } from "../../src/language/parse.js";
import { forwardParts, isDownScript, toolOf } from "../../src/model/direction.js";

describe("isDownScript", () => {
  it.each([
    "migrations/001_a.down.sql",
    "2024-01-01-000000_a/down.sql",
    "migrations\\001_a.rollback.sql",
    "sql/U2__undo.sql",
    "sql/Rollback_V2__users.sql",
    "sql/undo-0002.sql",
    "revert/a.sql",
    "migrations/001.undo.create.sql",
    "db/rollback/a.sql",
  ])("%s is one", (path) => {
    expect(isDownScript(path)).toBe(true);
  });

  it.each([
    "001_a.up.sql",
    "001.do.create.sql",
    "up.sql",
    "V2__a.sql",
    "Upload.sql",
    "undo_log.sql",
    "count_down.sql.bak",
    "shutdown.sql",
    "down/a/b.sql",
  ])("%s is none", (path) => {
    expect(isDownScript(path)).toBe(false);
  });
});

describe("forwardParts", () => {
  it.each([
    [
      "-- +migrate Up\na;\n-- +migrate Down\nb;\n-- +migrate Up\nc;",
      ["-- +migrate Up\na;\n", "-- +migrate Up\nc;"],
    ],
    ["-- rambler up\na;\n-- rambler down\nb;", ["-- rambler up\na;\n"]],
    ["a;\n---- create above / drop below ----\nb;", ["a;\n"]],
    ["a;", ["a;"]],
    ["-- migrate:up\na;\n-- migrate:down\nb;", ["-- migrate:up\na;\n"]],
    ["a;\n--rollback:\nb;", ["a;\n"]],
    ["# --- !Ups\na;\n# --- !Downs\nb;", ["# --- !Ups\na;\n"]],
    ["-- !Ups\na;\n-- !Downs\nb;", ["-- !Ups\na;\n"]],
    ["-- // create\na;\n-- //@UNDO\nb;", ["-- // create\na;\n"]],
    ["-- ==== UP ====\na;\n-- ==== DOWN ====\nb;", ["-- ==== UP ====\na;\n"]],
    ["-- upgrade --\na;\n-- downgrade --\nb;", ["-- upgrade --\na;\n"]],
    ["a;\n--> statement-breakpoint\nb;", ["a;\n--> statement-breakpoint\nb;"]],
    ["a; -- down the road\nb;", ["a; -- down the road\nb;"]],
    ["select '-- +goose Down'; a;", ["select '-- +goose Down'; a;"]],
    [
      "--liquibase formatted sql\n--changeset x:1\na;\n--rollback: drop a;\n",
      ["--liquibase formatted sql\n--changeset x:1\na;\n--rollback: drop a;\n"],
    ],
  ])("%j", (text, parts) => {
    expect(forwardParts(parseSql(text)).map((range) => text.slice(...range))).toEqual(parts);
  });
});

describe("toolOf", () => {
  it.each([
    ["-- +goose Up\na;", "goose"],
    ["-- migrate:up\na;", "dbmate"],
    ["--liquibase formatted sql\n--changeset x:1\na;", "liquibase"],
    ["--! Previous: sha1:0\na;", "graphile-migrate"],
    ["--\n-- PostgreSQL database dump\n--\na;", "pg_dump"],
    ["-- goose up the stairs\na;", undefined],
  ])("%j", (text, tool) => {
    expect(toolOf(parseSql(text))).toBe(tool);
  });
});
