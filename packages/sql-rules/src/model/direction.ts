import { changeSetsIn, isForPostgres } from "../language/mask.js";
import type { Program } from "../language/parse.js";
import type { Comment, Range } from "../language/split.js";

/** File names of scripts that undo a migration: golang-migrate, Prisma, Diesel, Flyway's undo, Sqitch, and kin. */
const DOWN_NAME =
  /(?:^|[\\/])(?:down\.sql|.*[._-](?:down|rollback|revert|undo)\.sql|rollback[._-].*\.sql|(?:revert|undo)[._-]+v?\d.*\.sql|U\d[\w.]*__.*\.sql)$/i;
const DOWN_FOLDER = /(?:^|[\\/])(?:down|revert|rollback|undo)[\\/][^\\/]*$/i;

/** A tool that a script's own comments name. */
export type ScriptTool =
  | "goose"
  | "sql-migrate"
  | "dbmate"
  | "micrate"
  | "rambler"
  | "node-pg-migrate"
  | "tern"
  | "liquibase"
  | "graphile-migrate"
  /** No tool's migration but a schema as pg_dump wrote it. */
  | "pg_dump";

/** Comments that begin the way forward or back in two-way scripts, each with the tool that reads them. */
const MARKS: [ScriptTool | undefined, up: RegExp, down: RegExp][] = [
  ["goose", /^\s*\+goose\s+Up\b/i, /^\s*\+goose\s+Down\b/i],
  ["sql-migrate", /^\s*\+migrate\s+Up\b/i, /^\s*\+migrate\s+Down\b/i],
  ["micrate", /^\s*\+micrate\s+Up\b/i, /^\s*\+micrate\s+Down\b/i],
  ["dbmate", /^\s*migrate:up\b/i, /^\s*migrate:down\b/i],
  ["rambler", /^\s*rambler\s+up\b/i, /^\s*rambler\s+down\b/i],
  ["node-pg-migrate", /^\s*Up Migration\b/i, /^\s*Down Migration\b/i],
  ["tern", /(?!)/, /^-- create above \/ drop below --/i],
  [undefined, /^\s*@UP\b/i, /^\s*(?:@DOWN\b|rollback\s*:)/i],
];
const LIQUIBASE = /^\s*liquibase\s+formatted\s+sql\b/i;
const PG_DUMP = /^\s*PostgreSQL database dump\b/i;
const GRAPHILE = /^!\s*Previous:/i;

/** True for a script whose file name says that it takes a migration back. */
export function isDownScript(path: string): boolean {
  return DOWN_NAME.test(path) || DOWN_FOLDER.test(path);
}

/** What every comment that is looked for has in it; most comments have none of it. */
const WORTH_A_LOOK = /^\s*[+@!]|migrat|rambler|create above|liquibase|rollback|postgresql database dump/i;

const lines = ({ comments }: Program): Comment[] =>
  comments.filter(({ type, value }) => type === "Line" && WORTH_A_LOOK.test(value));

/** The tool that a script is written for, as far as its comments say. */
export function toolOf(program: Program): ScriptTool | undefined {
  for (const { value } of lines(program)) {
    if (LIQUIBASE.test(value)) return "liquibase";
    if (PG_DUMP.test(value)) return "pg_dump";
    if (GRAPHILE.test(value)) return "graphile-migrate";
    const mark = MARKS.find(([, up, down]) => up.test(value) || down.test(value));
    if (mark?.[0]) return mark[0];
  }
  return undefined;
}

/**
 * The change sets of a Liquibase script that have the author and id of one before them, with where each begins: Liquibase
 * refuses such a change log. Those of some contexts or labels only may be meant to stand for each other.
 */
export function repeatedChangeSets({ text: script }: Program): { id: string; range: Range }[] {
  const seen = new Set<string>();
  return changeSetsIn(script).filter(({ id, text }) => {
    const isAlone = !/\b(?:context(?:Filter)?|labels|logicalFilePath):/i.test(text) && isForPostgres(text);
    const isRepeated = isAlone && seen.has(id);
    if (isAlone) seen.add(id);
    return isRepeated;
  });
}

/** The parts of a script that migrate forward, in order; the whole script where no comment divides it. */
export function forwardParts(program: Program): Range[] {
  const all = lines(program);
  const parts: Range[] = [];
  let [from, isForward] = [program.range[0], true];
  for (const { at, forward } of [...turns(all), { at: program.range[1], forward: false }]) {
    if (isForward && at > from) parts.push([from, at]);
    [from, isForward] = [at, forward];
  }
  return parts;
}

interface Turn {
  at: number;
  forward: boolean;
}

/** None in Liquibase's formatted SQL: what its change sets roll back with are comments. */
function turns(comments: readonly Comment[]): Turn[] {
  if (comments.some(({ value }) => LIQUIBASE.test(value))) return [];
  return comments.flatMap(({ value, range }): Turn[] => {
    const mark = MARKS.find(([, up, down]) => up.test(value) || down.test(value));
    return mark ? [{ at: range[0], forward: mark[1].test(value) }] : [];
  });
}
