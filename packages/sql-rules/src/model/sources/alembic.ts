import { guessDialect } from "../../language/dialect.js";
import { folderOf, isBelow, join, nameOf } from "./paths.js";
import type { Controls, SourceFile } from "./types.js";

/** The database that migrations are written for, and what says so. */
export interface OtherDatabase {
  name: string;
  evidence: string;
}

/**
 * The database that migrations of Alembic are written for where it is not PostgreSQL: by the types that they name, or by
 * the URL of the `alembic.ini` that leads to them. A URL of SQLite says nothing: many develop with it and run on
 * PostgreSQL. Nor does anything where a migration has something of PostgreSQL's.
 *
 * @param folder - of the migrations
 */
export function otherDatabaseOf(
  folder: string,
  files: readonly SourceFile[],
  controls: Controls,
): OtherDatabase | undefined {
  if (files.some(({ isSurelyPostgres }) => isSurelyPostgres)) return undefined;
  const typed = files.find(({ otherDatabase }) => otherDatabase !== undefined);
  if (typed) return { name: typed.otherDatabase!, evidence: `the types in ${nameOf(typed.path)}` };
  // There may be one for each deployment.
  const urls = [...controls].flatMap(([path, text]) =>
    nameOf(path) === "alembic.ini" && leadsTo(path, text, folder)
      ? schemesIn(text).map((name) => ({ path, name, dialect: guessDialect(name).dialect }))
      : [],
  );
  const [first] = urls;
  const isOne = urls.every(({ dialect }) => dialect === first?.dialect);
  if (!first || !isOne || first.dialect === "postgresql" || first.dialect === "sqlite") return undefined;
  return { name: first.name, evidence: `the URL in ${first.path}` };
}

/** Whether the `script_location` of a configuration is above the folder: `%(here)s/migrations`, `app:migrations`. */
function leadsTo(path: string, text: string, folder: string): boolean {
  const locations = Array.from(
    text.matchAll(/^[ \t]*script_location[ \t]*=[ \t]*(\S+)/gm),
    ([, at = ""]) => at,
  );
  return locations.some((at) => {
    const [, name, below = ""] = /^([A-Za-z_][\w.]*):(.*)$/.exec(at) ?? [];
    if (name !== undefined) return `/${folder}/`.includes(`/${name.replaceAll(".", "/")}/${below}/`);
    const location = join(folderOf(path), at.replace(/^%\(here\)s/, ""));
    return location !== undefined && (folder === location || isBelow(folder, location));
  });
}

/** `mysql` of `sqlalchemy.url = mysql+pymysql://…`, in each section that has one. */
function schemesIn(text: string): string[] {
  return Array.from(text.matchAll(/^[ \t]*sqlalchemy\.url[ \t]*=[ \t]*(\w+)(?:\+\w+)?:\/\//gm), ([, name = ""]) => name.toLowerCase()); // prettier-ignore
}
