import type { Step } from "../database.js";
import { folderOf, groupBy, isBelow } from "./paths.js";
import type { Controls, History, SourceFile, SourceProblem } from "./types.js";

/** A line of `sqitch.plan`: a change, with the tag that was set after it. */
interface Change {
  name: string;
  requires: string[];
  /** The first tag after it. */
  tag?: string;
  /** Position among the changes, from 1. */
  number: number;
}

const CHANGE = /^(?:[^\s@#%[]\S*)/;

/**
 * Sqitch: `deploy/<change>.sql` in the order of `sqitch.plan`; `revert/` and `verify/` are not replayed. A change that
 * stands twice in the plan was reworked: its earlier form is `deploy/<change>@<tag>.sql`.
 * After the manual pages sqitch and sqitch-rework.
 */
export function sqitch(files: readonly SourceFile[], controls: Controls): History[] {
  const paths = new Set(files.map(({ path }) => path));
  return [...controls]
    .filter(([path]) => /(?:^|\/)sqitch\.plan$/.test(path))
    .flatMap(([plan, text]) => {
      const folder = folderOf(plan);
      const prefix = folder === "" ? "" : `${folder}/`;
      const own = files.filter(({ path }) => /^(?:deploy|revert|verify)\//.test(path.slice(prefix.length)));
      const scripts = own.filter(({ path }) => isBelow(path, folder));
      if (scripts.length === 0 || !isForPostgres(folder, controls)) return [];
      return [read(folder || ".", parsePlan(text), `${prefix}deploy/`, paths, scripts)];
    });
}

function isForPostgres(folder: string, controls: Controls): boolean {
  const config =
    controls.get(folder === "" ? "sqitch.conf" : `${folder}/sqitch.conf`) ?? controls.get("sqitch.conf");
  const engine = /^\s*engine\s*=\s*(\w+)/m.exec(config ?? "")?.[1];
  return engine === undefined || engine === "pg";
}

/** The changes of a plan, in order. */
export function parsePlan(text: string): Change[] {
  const changes: Change[] = [];
  let untagged = 0;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.replace(/#.*/, "").trim();
    const tag = /^@(\S+)/.exec(line)?.[1];
    if (tag !== undefined) {
      for (; untagged < changes.length; untagged++) changes[untagged]!.tag = tag;
      continue;
    }
    const name = CHANGE.exec(line)?.[0].replace(/^[+-]/, "");
    if (!name) continue;
    // `!change` conflicts; `project:change` is another plan's.
    const requires = (/^\S+\s+\[([^\]]*)\]/.exec(line)?.[1] ?? "")
      .split(/\s+/)
      .filter((word) => word !== "" && !word.startsWith("!") && !word.includes(":"));
    changes.push({ name, requires, number: changes.length + 1 });
  }
  return changes;
}

function read(
  name: string,
  changes: readonly Change[],
  deploy: string,
  paths: ReadonlySet<string>,
  scripts: readonly SourceFile[],
): History {
  const problems: SourceProblem[] = [];
  const steps: Step[] = [];
  const byName = groupBy(changes, (change) => change.name);
  const fallback = scripts.find(({ path }) => path.startsWith(deploy))?.path ?? scripts[0]!.path;

  for (const change of changes) {
    const later = byName.get(change.name)!.find(({ number }) => number > change.number);
    const path = `${deploy}${change.name}${later && change.tag !== undefined ? `@${change.tag}` : ""}.sql`;
    const place = paths.has(path) ? path : (steps.at(-1)?.path ?? fallback);
    if (later && later.tag === change.tag) {
      const message = `change ${change.name} stands twice in sqitch.plan without a tag between`;
      problems.push({ kind: "duplicate", message, path: place });
      continue;
    }
    if (paths.has(path))
      steps.push({ path, reason: `sqitch: change ${change.number} of the plan, ${change.name}` });
    else
      problems.push({
        kind: "missing",
        message: `change ${change.name} of sqitch.plan has no script`,
        path: place,
      });
    problems.push(...missingOf(change, byName, place));
  }

  const planned = new Set(steps.map((step) => step.path));
  const left = scripts
    .filter(({ path }) => !planned.has(path))
    .map(({ path }) => ({
      path,
      reason: path.startsWith(deploy) ? "not in sqitch.plan" : "sqitch's way back or test",
    }));
  return { name, layout: "sqitch", steps, problems, left };
}

/** What a change requires and does not find before it. */
function missingOf(
  change: Change,
  byName: ReadonlyMap<string, readonly Change[]>,
  path: string,
): SourceProblem[] {
  return change.requires.flatMap((requirement): SourceProblem[] => {
    const [required = ""] = requirement.split("@");
    // `@tag` alone stands for whatever was deployed by then.
    if (required === "") return [];
    const found = byName.get(required) ?? [];
    if (found.some(({ number }) => number < change.number)) return [];
    if (found.length === 0) {
      return [
        {
          kind: "missing",
          message: `change ${change.name} requires ${required}, which is not in sqitch.plan`,
          path,
        },
      ];
    }
    const isMutual = reaches(required, change.name, byName);
    return [
      {
        kind: isMutual ? "circular" : "missing",
        message: isMutual
          ? `changes ${change.name} and ${required} require each other`
          : `change ${change.name} requires ${required}, which sqitch.plan deploys only after it`,
        path,
      },
    ];
  });
}

function reaches(from: string, to: string, byName: ReadonlyMap<string, readonly Change[]>): boolean {
  const seen = new Set<string>();
  const pending = [from];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { requires } of byName.get(name) ?? [])
      pending.push(...requires.map((one) => one.split("@")[0]!));
  }
  return false;
}
