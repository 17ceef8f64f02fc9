import type { FileFacts } from "./facts.js";

/**
 * Stand for constants of other files in names of tables and indexes, one each: PostgreSQL cuts names after 63 bytes, and
 * these take less than what they stand for. No source contains them.
 */
const FIRST = 0xe100;
const LAST = 0xf8ff;
const MENTION = /[\uE100-\uF8FF]/g;

/** What stands for a constant in a file's names. @param count - how many came before */
export function mention(count: number): string {
  return String.fromCharCode(Math.min(FIRST + count, LAST));
}

/** A file's constants, for names of other files' migrations: `SqlRun.__tablename__` → `runs`. */
export type Constants = Readonly<Record<string, string>>;

/**
 * The migration with what stands elsewhere put in: constants of other files, and the types of the database that a
 * team's own types stand for, as its settings or its modules say.
 *
 * @param constantOf - of a full name
 * @param typeOf - json or jsonb, for the full name of a type of a team's own
 */
export function substituted(
  facts: FileFacts,
  constantOf: (name: string) => string | undefined,
  typeOf: (name: string) => string | undefined,
): FileFacts {
  if (!facts.link) return facts;
  const text = JSON.stringify(facts.changes);
  const named = text.replace(
    MENTION,
    (key) => constantOf(facts.mentions?.[key] ?? "") ?? facts.mentions?.[key] ?? key,
  );
  const typed = named.replace(/"name":"([\w.]+\.\w+)"/g, (whole, name: string) => {
    const type = typeOf(name) ?? facts.types?.[name];
    return type === undefined ? whole : `"name":"${type}"`;
  });
  return typed === text ? facts : { ...facts, changes: JSON.parse(typed) as FileFacts["changes"] };
}

/** Finds a constant by its full name, `shop.models.Order.__tablename__`, in the file of its module. */
export function constantsOf(
  files: readonly { path: string; facts: FileFacts }[],
): (name: string) => string | undefined {
  const modules = new Map<string, { path: string; constants: Constants }[]>();
  for (const { path, facts } of files) {
    const module = path.replace(/(?:\/__init__)?\.pyi?$/, "");
    const last = module.slice(module.lastIndexOf("/") + 1);
    const same = modules.get(last) ?? [];
    same.push({ path: `/${module}`, constants: facts.constants ?? {} });
    modules.set(last, same);
  }
  return (name) => {
    const parts = name.split(".");
    // The class and its attribute come last.
    const [key, module] = [parts.slice(-2).join("."), parts.slice(0, -2)];
    const among = modules.get(module.at(-1) ?? "") ?? [];
    const path = `/${module.filter((part) => part !== "").join("/")}`;
    const found = among.filter((one) => one.path.endsWith(path) && Object.hasOwn(one.constants, key));
    return new Set(found.map(({ constants }) => constants[key])).size === 1
      ? found[0]!.constants[key]
      : undefined;
  };
}
