import { relative, sep } from "node:path";
import {
  factsOfPieces,
  type Constants,
  guessDialect,
  noFacts,
  type FileFacts,
  type SchemaChange,
  type Tree,
} from "@orchestrator-lint/sql-rules/generated";
import { databaseIn } from "./dialects.js";
import { Library } from "./library.js";
import { firstProblem } from "./problems.js";
import type { Program } from "../language/program.js";
import type { Item } from "./statement.js";
import { wordsIn } from "./words.js";
import { Upgrade } from "./upgrade.js";
import { textIn, type Value } from "./values.js";

const REVISION = /^(?:down_revision|revision)\b[^\n=]*=/m;
const TABLE_NAME = /^[ \t]+__tablename__\s*(?::[^=\n]*)?=\s*(["'])(\w+)\1/m;
/** Whether a module is a migration of Alembic, by the revisions it names. */
export function isMigration(text: string): boolean {
  return REVISION.test(text) && /(?:^|;[ \t]*)down_revision\b/m.test(text);
}

/** Whether a module names tables of models. */
export const namesTables = (text: string): boolean => TABLE_NAME.test(text);

/** The names that models give their tables, which migrations may use. */
export function constantsOf({ statements, text }: Program): Constants {
  const named = statements.flatMap(({ kind, name, range }) => {
    const table = kind === "class" ? TABLE_NAME.exec(text.slice(...range))?.[2] : undefined;
    return table === undefined ? [] : [[`${name ?? ""}.__tablename__`, table]];
  });
  return Object.fromEntries(named) as Constants;
}

/** Whether what a migration took from other modules is still so. */
export function isFresh({ asked = {} }: FileFacts, tree: Tree): boolean {
  const library = Library.of(tree);
  return Object.entries(asked).every(([key, answer]) => {
    const [from = "", name = ""] = key.split("\0");
    return library.answer(from, name) === answer;
  });
}

/**
 * What `upgrade()` of a migration asks of PostgreSQL. After Alembic's "Operation Reference", 1.16.
 *
 * @param tree - what it imports is followed to the modules there
 */
export function factsOfMigration(program: Program, path: string, tree?: Tree): FileFacts {
  const nothing = { ...noFacts(path), ...databaseIn(program.text) };
  // The name of a file says what it does: "reset the default for MySQL" is a step of every database's chain.
  const { dialect, by } = guessDialect(path.replace(/[^\\/]*$/, "migration.py"));
  if (by === "path" && dialect !== "postgresql") return { ...nothing, dialect, dialectBy: "path" };
  if (program.unread) {
    const { range, reason } = program.unread;
    return { ...nothing, unread: [{ range, error: reason }], isUnread: true };
  }
  const file = tree && relative(tree.root, path).split(sep).join("/");
  const upgrade = new Upgrade({ text: program.text }, tree && Library.of(tree), file);
  upgrade.load(program.body);
  const revision = textIn(upgrade.module.get("revision"));
  if (revision === undefined) return nothing;
  const link = {
    revision,
    after: [
      ...revisionsIn(upgrade.module.get("down_revision")),
      ...revisionsIn(upgrade.module.get("depends_on")),
    ],
  };
  const problem = firstProblem(program.body);
  const items = upgrade.run("upgrade") ?? [];
  const others = upgrade.several();
  const facts = joined(nothing, [...items, ...others], path, wordsIn(program.text));
  const unread = problem ? [{ range: problem.range, error: "this is no Python that can be read" }] : [];
  const { asked, mentions, types, unfollowed } = upgrade;
  return {
    ...facts,
    link,
    ...(unfollowed === undefined ? {} : { unfollowed }),
    ...(Object.keys(mentions).length > 0 ? { mentions } : {}),
    ...(Object.keys(asked).length > 0 ? { asked } : {}),
    ...(Object.keys(types).length > 0 ? { types } : {}),
    unread: [...once(facts.unread), ...unread],
  };
}

/** A helper that is called more than once says the same each time. */
function once(unread: FileFacts["unread"]): FileFacts["unread"] {
  return [...new Map(unread.map((one) => [`${one.range[0]} ${one.error}`, one])).values()];
}

function revisionsIn(value: Value | undefined): string[] {
  if (value?.k === "list") return value.items.flatMap(revisionsIn);
  const text = textIn(value);
  return text === undefined || text === "" ? [] : [text];
}

/** The facts of all statements, those under a condition as blocks. */
export function joined(
  empty: FileFacts,
  items: readonly Item[],
  path: string,
  known: readonly string[],
): FileFacts {
  let facts = empty;
  const add = (
    more: Omit<Partial<FileFacts>, "path" | "dialect">,
    changes: readonly SchemaChange[],
  ): void => {
    facts = {
      ...facts,
      changes: [...facts.changes, ...changes],
      queries: [...facts.queries, ...(more.queries ?? [])],
      writes: [...facts.writes, ...(more.writes ?? [])],
      documents: [...(facts.documents ?? []), ...(more.documents ?? [])],
      unread: [...facts.unread, ...(more.unread ?? [])],
      jsonNames: [...(facts.jsonNames ?? []), ...(more.jsonNames ?? [])],
    };
  };
  for (const item of items) {
    if (item.k === "unread") {
      const { error, at } = item;
      // A name that is put together at run time is made of words that stand somewhere in the file.
      const words = [...item.words, ...known];
      // A loop comes by more than once.
      const isKnown = facts.unread.some(({ range }) => range[0] === at[0]);
      add({ unread: isKnown ? [] : [{ range: at, error }] }, [
        {
          kind: "block",
          changes: [],
          doubt: error,
          words,
          range: at,
          ...(item.isAnything ? { isAnything: true as const } : {}),
        },
      ]);
      continue;
    }
    const own =
      item.k === "branch"
        ? joined(empty, item.items, path, known)
        : factsOfPieces(item.pieces, path, item.at);
    const { doubt, at } = item;
    const isBlock = (item.k === "branch" || doubt !== undefined) && own.changes.length > 0;
    const block: SchemaChange = {
      kind: "block",
      changes: own.changes,
      ...(item.k === "branch" ? { guard: "condition" } : {}),
      ...(doubt === undefined ? {} : { doubt }),
      range: at,
    };
    add(own, isBlock ? [block] : own.changes);
  }
  return facts;
}
