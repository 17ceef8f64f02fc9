import type { Program } from "../language/parse.js";
import type { Range } from "../language/split.js";

/** File names of scripts that undo a migration: golang-migrate, Prisma, Diesel, Flyway's undo, Sqitch, and kin. */
const DOWN_NAME = /(?:^|[\\/])(?:down\.sql|.*[._-](?:down|rollback|revert|undo)\.sql|U\d[\w.]*__.*\.sql)$/i;
const DOWN_FOLDER = /(?:^|[\\/])(?:down|revert|rollback|undo)[\\/][^\\/]*$/i;
/** Comments that begin the way back in two-way scripts: goose, sql-migrate, dbmate, micrate,
 * node-pg-migrate, tern. */
const DOWN_MARK =
  /^\s*(?:\+(?:goose|migrate|micrate)\s+Down\b|migrate:down\b|@DOWN\b|Down Migration\b|rollback\b.*:|-- create above \/ drop below --)/i;
const UP_MARK = /^\s*(?:\+(?:goose|migrate|micrate)\s+Up|migrate:up|@UP|Up Migration)\b/i;

/** True for a script whose file name says that it takes a migration back. */
export function isDownScript(path: string): boolean {
  return DOWN_NAME.test(path) || DOWN_FOLDER.test(path);
}

/** The part of a two-way script that migrates forward; the whole script where no comment divides it. */
export function upPart({ comments, range }: Program): Range {
  const down = comments.find((comment) => comment.type === "Line" && DOWN_MARK.test(comment.value));
  const up = comments.find((comment) => comment.type === "Line" && UP_MARK.test(comment.value));
  if (!down) return range;
  if (up && up.range[0] > down.range[0]) return [up.range[0], range[1]];
  return [range[0], down.range[0]];
}
