import type { Range } from "../language/split.js";
import type { Program } from "../language/parse.js";
import type { SchemaChange } from "./changes.js";
import { changesOf } from "./changes/index.js";

/** A stretch of a script of which psql decides, when it is run, whether it is run or where. */
interface Decided {
  /** `condition`: between `\if` and `\endif`. `database`: after a `\connect` that follows changes of another one. */
  by: "condition" | "database";
  /** The command's line. */
  command: Range;
  range: Range;
}

const COMMAND = /^[ \t]*\\(c|connect|if|endif)\b[ \t]*(\S*).*$/gm;

/**
 * The decisions that a script leaves to psql, in order; they do not overlap.
 *
 * @param first - where the script's first change of a schema begins: a `\connect` before it says where the script starts
 */
function decisionsIn(text: string, first: number): Decided[] {
  if (!text.includes("\\")) return [];
  const found: Decided[] = [];
  let depth = 0;
  let open: Decided | undefined;
  let database: string | undefined;
  for (const { 0: line, 1: command, 2: argument, index } of text.matchAll(COMMAND)) {
    if (command === "endif") {
      depth = Math.max(0, depth - 1);
      if (depth === 0 && open?.by === "condition") {
        open.range = [open.range[0], index];
        open = undefined;
      }
      continue;
    }
    if (command === "if") depth++;
    else {
      // Another user or a new session, of the same database.
      const isSame = argument === "-" || argument === "" || argument === database;
      if (!isSame) database = argument;
      if (isSame || index < first) continue;
    }
    if (open) continue;
    const by = command === "if" ? "condition" : "database";
    open = { by, command: [index, index + line.length], range: [index, text.length] };
    found.push(open);
  }
  return found;
}

/** A decision with the changes that depend on it. */
interface DecidedChanges extends Decided {
  changes: readonly SchemaChange[];
}

/** The decisions of a script that changes of a schema depend on. */
export function decidedChanges(program: Program, path: string): DecidedChanges[] {
  return program.text.includes("\\") ? decisionsOn(changesOf(program, path), program.text) : [];
}

function decisionsOn(changes: readonly SchemaChange[], text: string): DecidedChanges[] {
  const [first] = changes;
  if (!first) return [];
  return decisionsIn(text, first.range[0])
    .map((decided) => ({ ...decided, changes: changes.filter(({ range: [at] }) => contains(decided, at)) }))
    .filter((decided) => decided.changes.length > 0);
}

const contains = ({ range: [from, to] }: Decided, at: number) => from <= at && at < to;

/** The changes of a script, those in doubt that psql decides about. */
export function withDecisions(changes: readonly SchemaChange[], text: string): readonly SchemaChange[] {
  const doubt = "psql decides when the script is run whether it is made here";
  const blocks = new Map<SchemaChange, SchemaChange | undefined>();
  for (const { changes: inside } of decisionsOn(changes, text)) {
    const [first, ...others] = inside;
    blocks.set(first!, { kind: "block", changes: inside, guard: "condition", doubt, range: first!.range });
    for (const other of others) blocks.set(other, undefined);
  }
  if (blocks.size === 0) return changes;
  return changes.flatMap((change) => (blocks.has(change) ? (blocks.get(change) ?? []) : change));
}
