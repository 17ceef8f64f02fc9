import { parseSql } from "../language/parse.js";
import { changesOf } from "../model/changes/index.js";
import type { SchemaChange } from "../model/changes.js";
import { noFacts, type FileFacts } from "../model/facts.js";
import { isDownScript } from "../model/direction.js";
import { isVersioned } from "../model/sources/versions.js";

/** Languages in which migrations and applications are written, and whose SQL is not read but for what changes a schema. */
export const FOREIGN_EXTENSIONS =
  "go java kt kts groovy scala clj rb rs php cs fs vb ex exs erl hs swift dart lua jl r sh bash zsh ps1 pl pm".split(
    " ",
  );

/** Sources above this length (UTF-16 units) are generated, and hold no statements of anybody's. */
const MAX_LENGTH = 512 * 1024;
const REDEFINES = /\b(?:alter\s+table|create\s+(?:unique\s+)?index)\s+(?=[\w"`\\])/i;
/** Words of whatever changes a schema, by SQL or by calls. */
const CHANGES =
  /migrat|exec|convert|\b(?:alter|create|drop|add|rename|change)\w*[\s_.("'`]*(?:table|index|column|view|type|constraint|sequence)/i;
/** What stands in a line before a statement that is only talked about. */
const COMMENT = /^\s*(?:\/\/|#|\*|\/\*|--)/;
const MAX_STATEMENTS = 200;
const MAX_STATEMENT = 2000;

/** Cheap test of a source: it changes a schema by SQL, or its name is that of a migration. */
export function mayRedefine(text: string, path: string): boolean {
  if (text.length > MAX_LENGTH) return false;
  return isVersioned(path) || REDEFINES.test(text);
}

/** Whether a source is part of the application, by its path below the root; what leads back changes nothing. */
export function isForeignSource(path: string): boolean {
  return (
    !isDownScript(path.replace(/\.\w+$/, ".sql")) &&
    !/(?:^|\/)(?:vendor|third_party|docs?|examples?|samples?)\//i.test(path)
  );
}

/** What a source in any other language may change of a schema. */
export function factsOfForeign(text: string, path: string): FileFacts {
  const isComment = (index: number) => COMMENT.test(text.slice(text.lastIndexOf("\n", index) + 1, index));
  const mayChange = [...text.matchAll(new RegExp(REDEFINES, "gi"))]
    .filter(({ index }) => !isComment(index))
    .slice(0, MAX_STATEMENTS)
    .flatMap(({ index }) => statementAt(text, index, path));
  return {
    ...noFacts(path),
    ...(isVersioned(path) && CHANGES.test(text) ? { isForeign: true } : {}),
    ...(mayChange.length > 0 ? { mayChange } : {}),
  };
}

/** The statement that begins at an offset and ends with its string, or at a semicolon. */
function statementAt(text: string, index: number, path: string): SchemaChange[] {
  const rest = text.slice(index, index + MAX_STATEMENT).replaceAll('\\"', '"');
  const ends = [...rest.matchAll(/[;`]|"""|"(?=\s*[,);+.\n]|$)/g)].map((match) => match.index).slice(0, 3);
  for (const end of [...ends, rest.length]) {
    const changes = changesOf(parseSql(rest.slice(0, end)), "statement.sql");
    const found = applied(changes, path);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * The changes that an application makes of tables that a history creates, each in doubt: nobody knows whether, and when,
 * it is run.
 */
export function applied(changes: readonly SchemaChange[], path: string): SchemaChange[] {
  const doubt = `${path.split(/[\\/]/).at(-1) ?? path} may change it`;
  return changes.flatMap((change): SchemaChange[] => {
    if (change.kind === "block") return applied(change.changes, path);
    if (change.kind !== "alter table" && change.kind !== "create index") return [];
    return [{ kind: "block", changes: [change], guard: "condition", doubt, range: change.range }];
  });
}
