import { markOf, type ScriptTool } from "../language/marks.js";
import { changeSetsIn, isForPostgres } from "../language/mask.js";
import type { Program } from "../language/parse.js";
import type { Comment, Range } from "../language/split.js";

/** File names of scripts that undo a migration: golang-migrate, Prisma, Diesel, Flyway's undo, Sqitch, Postgrator, and kin. */
const DOWN_NAME =
  /(?:^|[\\/])(?:down\.sql|.*[._-](?:down|rollback|revert|undo)\.sql|rollback[._-].*\.sql|v?\d+\.undo\..*\.sql|(?:revert|undo)[._-]+v?\d.*\.sql|U\d[\w.]*__.*\.sql)$/i;
const DOWN_FOLDER = /(?:^|[\\/])(?:down|revert|rollback|undo)[\\/][^\\/]*$/i;

const LIQUIBASE = /^\s*liquibase\s+formatted\s+sql\b/i;
const PG_DUMP = /^\s*PostgreSQL database dump\b/i;
const GRAPHILE = /^!\s*Previous:/i;

/** True for a script whose file name says that it takes a migration back. */
export function isDownScript(path: string): boolean {
  return DOWN_NAME.test(path) || DOWN_FOLDER.test(path);
}

const lines = ({ comments }: Program): Comment[] => comments.filter(({ type }) => type === "Line");

/** The tool that a script is written for, as far as its comments say. */
export function toolOf(program: Program): ScriptTool | undefined {
  for (const { value } of lines(program)) {
    if (LIQUIBASE.test(value)) return "liquibase";
    if (PG_DUMP.test(value)) return "pg_dump";
    if (GRAPHILE.test(value)) return "graphile-migrate";
    const tool = markOf(value)?.tool;
    if (tool) return tool;
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
    const direction = markOf(value)?.direction;
    return direction ? [{ at: range[0], forward: direction === "forward" }] : [];
  });
}
