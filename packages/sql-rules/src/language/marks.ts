/** A tool that a script's own comments name. */
export type ScriptTool =
  | "goose"
  | "sql-migrate"
  | "dbmate"
  | "micrate"
  | "rambler"
  | "node-pg-migrate"
  | "tern"
  | "play"
  | "aerich"
  | "shmig"
  | "mybatis"
  | "drizzle"
  | "liquibase"
  | "graphile-migrate"
  /** No tool's migration but a schema as pg_dump wrote it. */
  | "pg_dump";

/** A line comment by which a migration tool divides a script. */
export interface Mark {
  tool?: ScriptTool;
  /** The way that begins here; absent where the mark only ends a statement. */
  direction?: "forward" | "back";
}

/**
 * Comments that begin the way forward or back in two-way scripts, and that end a statement, each with the tool that
 * reads them. After each tool's documentation.
 */
const MARKS: [ScriptTool | undefined, forward: RegExp, back: RegExp, end?: RegExp][] = [
  ["goose", /^\s*\+goose\s+Up\b/i, /^\s*\+goose\s+Down\b/i, /^\s*\+goose\s+Statement(?:Begin|End)\b/i],
  [
    "sql-migrate",
    /^\s*\+migrate\s+Up\b/i,
    /^\s*\+migrate\s+Down\b/i,
    /^\s*\+migrate\s+Statement(?:Begin|End)\b/i,
  ],
  [
    "micrate",
    /^\s*\+micrate\s+Up\b/i,
    /^\s*\+micrate\s+Down\b/i,
    /^\s*\+micrate\s+Statement(?:Begin|End)\b/i,
  ],
  ["dbmate", /^\s*migrate:up\b/i, /^\s*migrate:down\b/i],
  ["rambler", /^\s*rambler\s+up\b/i, /^\s*rambler\s+down\b/i],
  ["node-pg-migrate", /^\s*Up Migration\b/i, /^\s*Down Migration\b/i],
  ["tern", /(?!)/, /^-- create above \/ drop below --/i],
  ["play", /^[-\s]*!Ups\b/i, /^[-\s]*!Downs\b/i],
  ["aerich", /^ upgrade --\s*$/, /^ downgrade --\s*$/],
  ["shmig", /^\s*=+\s*UP\s*=+\s*$/, /^\s*=+\s*DOWN\s*=+\s*$/],
  ["mybatis", /(?!)/, /^\s*\/\/\s*@UNDO\b/i],
  ["drizzle", /(?!)/, /(?!)/, /^>\s*statement-breakpoint\b/],
  // Migratus and Ragtime.
  [undefined, /(?!)/, /(?!)/, /^;;\s*$/],
  [undefined, /^\s*@UP\b/i, /^\s*(?:@DOWN\b|rollback\s*:)/i],
];

/** What every mark has in it; most comments have none of it. */
const WORTH_A_LOOK = /^\s*[+@=]|^[-\s]*!|^[>;]|migrat|rambler|create above|rollback|grade --|^\s*\/\/\s*@/i;

/**
 * What a line comment says to a migration tool.
 *
 * @param comment - without its leading `--`
 */
export function markOf(comment: string): Mark | undefined {
  if (!WORTH_A_LOOK.test(comment)) return undefined;
  for (const [tool, forward, back, end] of MARKS) {
    const own = tool === undefined ? {} : { tool };
    if (forward.test(comment)) return { ...own, direction: "forward" };
    if (back.test(comment)) return { ...own, direction: "back" };
    if (end?.test(comment)) return own;
  }
  return undefined;
}
