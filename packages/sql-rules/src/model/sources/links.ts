import type { Step } from "../database.js";
import { otherDatabaseOf, type OtherDatabase } from "./alembic.js";
import { folderOf, groupBy, nameOf } from "./paths.js";
import type { Controls, History, SourceFile, SourceProblem } from "./types.js";
import { compareText } from "./versions.js";

type Linked = SourceFile & { link: NonNullable<SourceFile["link"]> };

/** Migrations that name what they follow, as Alembic's and Django's do: every one after all it follows. */
export function links(files: readonly SourceFile[], controls: Controls): History[] {
  const linked = files.filter((file): file is Linked => file.link !== undefined);
  const folders = groupBy(linked, ({ path, link }) => link.history ?? folderOf(path));
  return [...folders].map(([folder, group]) => {
    const history = read(folder, group);
    const other = otherDatabaseOf(folder, group, controls);
    return other ? ofOther(history, other) : history;
  });
}

/** A history of which nothing is read, as it is another database's; which is said at its first migration. */
function ofOther({ name, layout, steps, left }: History, other: OtherDatabase): History {
  const reason = `written for ${other.name}`;
  const message = `the migrations here are written for ${other.name} (${other.evidence})`;
  const paths = [...steps, ...left].map(({ path }) => path);
  return {
    name,
    layout,
    steps: [],
    problems: [{ kind: "foreign", message, path: paths[0]! }],
    left: paths.map((path) => ({ path, reason, isOtherDatabase: true })),
  };
}

function read(folder: string, all: readonly Linked[]): History {
  const group = all.filter(({ link }) => link.replacedBy === undefined);
  const problems: SourceProblem[] = [];
  const byRevision = groupBy(
    group.toSorted((a, b) => compareText(a.path, b.path)),
    ({ link }) => link.revision,
  );
  for (const [revision, [first, ...others]] of byRevision) {
    for (const { path } of others) {
      const message = `revision ${revision} is also that of ${nameOf(first!.path)}`;
      problems.push({ kind: "duplicate", message, path });
    }
  }
  const waits = new Map<Linked, number>();
  const followers = new Map<Linked, Linked[]>();
  for (const file of [...byRevision.values()].flat()) {
    let count = 0;
    for (const revision of new Set(file.link.after)) {
      const before = byRevision.get(revision)?.[0];
      if (!before) {
        const message = `revision ${file.link.revision} follows ${revision}, which is not there`;
        problems.push({ kind: "missing", message, path: file.path });
        continue;
      }
      count++;
      const list = followers.get(before);
      if (list) list.push(file);
      else followers.set(before, [file]);
    }
    waits.set(file, count);
  }

  const placed: Linked[] = [];
  const ready = [...waits].filter(([, count]) => count === 0).map(([file]) => file);
  for (let file = ready.shift(); file; file = ready.shift()) {
    placed.push(file);
    waits.delete(file);
    for (const follower of followers.get(file) ?? []) {
      const left = waits.get(follower)! - 1;
      waits.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  for (const { path, link } of waits.keys()) {
    const message = `revision ${link.revision} stands in or after a circle of revisions that follow each other`;
    problems.push({ kind: "circular", message, path });
  }
  const left = [
    ...all.flatMap(({ path, link: { replacedBy } }) =>
      replacedBy === undefined ? [] : [{ path, reason: `${replacedBy} stands in its place` }],
    ),
    ...[...waits.keys()].map(({ path }) => ({ path, reason: "in or after a circle of revisions" })),
  ];
  const steps = inOrder(placed).map(({ path, link: { revision, after } }): Step => ({
    path,
    reason: `revision ${revision}${after.length > 0 ? `, after ${after.join(" and ")}` : ", the first"}`,
  }));
  return { name: folder || ".", layout: "links", steps, problems, left };
}

/** In the order of their tool. @param files - each after all that it follows */
function inOrder(files: readonly Linked[]): readonly Linked[] {
  const isTold = files.every(({ link }) => link.order !== undefined);
  if (!isTold) return inOrderOfAlembic(files);
  return files.toSorted((a, b) => a.link.order! - b.link.order!);
}

/** Ancestors of open branches that are kept at once. */
const MAX_ANCESTORS = 2_000_000;

/**
 * Revisions in the order in which `alembic upgrade heads` runs them: which of two branches comes first matters where
 * one renames what the other changes. After `RevisionMap._topological_sort` of Alembic 1.16, which walks from the heads
 * to the base, one branch as far as no other depends on it.
 *
 * @param files - each after all that it follows
 */
function inOrderOfAlembic(files: readonly Linked[]): readonly Linked[] {
  const byRevision = new Map(files.toReversed().map((file) => [file.link.revision, file]));
  const before = ({ link }: Linked) =>
    [...new Set(link.after)].flatMap((revision) => byRevision.get(revision) ?? []);
  const todo = new Set(files);
  const followed = new Set(files.flatMap(before));
  let kept = 0;
  const branchOf = (head: Linked) => {
    const ancestors = new Set([head]);
    for (const one of ancestors) for (const earlier of before(one)) ancestors.add(earlier);
    kept += ancestors.size;
    return { head, ancestors };
  };
  const branches = files
    .filter((file) => !followed.has(file))
    .sort((a, b) => compareText(a.path, b.path))
    .map(branchOf);
  const backwards: Linked[] = [];
  for (let at = 0; branches.length > 0;) {
    // Nobody has a history with so many branches.
    if (kept > MAX_ANCESTORS) return files;
    const own = branches[at]!;
    const dependent = branches.findIndex((one, i) => i !== at && one.ancestors.has(own.head));
    if (dependent >= 0) {
      at = dependent;
      continue;
    }
    if (todo.delete(own.head)) backwards.push(own.head);
    const earlier = before(own.head).filter(
      (one) => todo.has(one) && !branches.some(({ head }) => head === one),
    );
    const [first, ...others] = earlier;
    if (!first) {
      branches.splice(at, 1);
      at = Math.max(at - 1, 0);
    } else if (own.head.link.after.length === 1) {
      own.ancestors.delete(own.head);
      own.head = first;
    } else {
      branches[at] = branchOf(first);
      branches.push(...others.map(branchOf));
    }
  }
  return backwards.reverse();
}
