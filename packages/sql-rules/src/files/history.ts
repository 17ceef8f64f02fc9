import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { parseSql, type Program } from "../language/parse.js";
import type { Script } from "../model/columns.js";
import { byMigration, migrationKey } from "../model/series.js";

/** Folders with more scripts, or more text, than this are not read as one history. */
const MAX_SCRIPTS = 5000;
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The scripts of the migration history that a script belongs to, in order, the script itself among them: its numbered
 * neighbours (`0001_a.sql`, `0002_b.sql`), or the same file of neighbouring numbered folders
 * (`0001_a/up.sql`, `0002_b/up.sql`). Just the script where there is no such order, or it cannot be read.
 *
 * @param program - the script as it stands in the editor, which may differ from the disk
 * @param file - its absolute path
 * @param root - directory outside of which nothing is read
 */
export function historyOf(program: Program, file: string, root: string): Script[] {
  const onDisk = isInside(file, root) ? readScript(file) : undefined;
  // The same objects for every script of the folder, so that the model replays the history once.
  const own = onDisk?.program.text === program.text ? onDisk : { program, path: file };
  const neighbours = onDisk ? neighboursOf(file) : [];
  const bytes = neighbours.reduce((sum, { size }) => sum + size, 0);
  if (neighbours.length > MAX_SCRIPTS || bytes > MAX_BYTES) return [own];
  return [...neighbours.map((neighbour) => neighbour.path), file]
    .sort(byPath)
    .flatMap((other) => (other === file ? own : (readScript(other) ?? [])));
}

function byPath(a: string, b: string): number {
  return (
    byMigration(path.basename(path.dirname(a)), path.basename(path.dirname(b))) ||
    byMigration(path.basename(a), path.basename(b))
  );
}

/** Links are no neighbours: they may lead anywhere. */
function neighboursOf(file: string): { path: string; size: number }[] {
  const [name, folder] = [path.basename(file), path.dirname(file)];
  const parent = path.dirname(folder);
  const candidates =
    migrationKey(name) !== undefined
      ? list(folder).map((other) => path.join(folder, other))
      : migrationKey(path.basename(folder)) !== undefined
        ? list(parent).map((other) => path.join(parent, other, name))
        : [];
  return candidates
    .filter((other) => other !== file && /\.sql$/i.test(other))
    .map((other) => ({ path: other, stat: lstatSync(other, { throwIfNoEntry: false }) }))
    .flatMap(({ path: other, stat }) => (stat?.isFile() ? [{ path: other, size: stat.size }] : []));
}

/** Names with a migration's number; links to folders are left out. */
function list(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !entry.isSymbolicLink())
      .map((entry) => entry.name)
      .filter((name) => migrationKey(name) !== undefined);
  } catch {
    return [];
  }
}

/** Whether the whole history of a file lies below the root. */
function isInside(file: string, root: string): boolean {
  try {
    const folder = path.dirname(realpathSync(file));
    const top = migrationKey(path.basename(file)) === undefined ? path.dirname(folder) : folder;
    const relative = path.relative(realpathSync(root), top);
    return !relative.startsWith("..") && !path.isAbsolute(relative);
  } catch {
    return false;
  }
}

const programs = new Map<string, { stamp: string; script: Script }>();

function readScript(file: string): Script | undefined {
  try {
    const { mtimeMs, size } = statSync(file);
    const stamp = `${mtimeMs}:${size}`;
    const known = programs.get(file);
    if (known?.stamp === stamp) return known.script;
    const script = { program: parseSql(readFileSync(file, "utf8").replace(/^\uFEFF/, ""), file), path: file };
    programs.set(file, { stamp, script });
    return script;
  } catch {
    return undefined;
  }
}
