import type { Step } from "../database.js";
import { folderOf, groupBy, nameOf } from "./paths.js";
import type { History, SourceFile, SourceProblem } from "./types.js";
import { compareText } from "./versions.js";

type Linked = SourceFile & { link: NonNullable<SourceFile["link"]> };

/** Migrations that name what they follow, as Alembic's `down_revision` does: every one after all it follows. */
export function links(files: readonly SourceFile[]): History[] {
  const linked = files.filter((file): file is Linked => file.link !== undefined);
  return [...groupBy(linked, ({ path }) => folderOf(path))].map(([folder, group]) => read(folder, group));
}

function read(folder: string, group: readonly Linked[]): History {
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

  const steps: Step[] = [];
  const ready = [...waits].filter(([, count]) => count === 0).map(([file]) => file);
  for (let file = ready.shift(); file; file = ready.shift()) {
    const { revision, after } = file.link;
    const reason = `revision ${revision}${after.length > 0 ? `, after ${after.join(" and ")}` : ", the first"}`;
    steps.push({ path: file.path, reason });
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
  const left = [...waits.keys()].map(({ path }) => ({ path, reason: "in or after a circle of revisions" }));
  return { name: folder || ".", layout: "links", steps, problems, left };
}
