import { UNKNOWN } from "../language/text.js";
import type { Datastore } from "./images/datastores.js";
import type { Mount, Workload } from "./workload.js";

/** Where a datastore's data ends up. */
export type Keeping =
  /** In this mount. */
  | { readonly kind: "mount"; readonly mount: Mount }
  /** In the container, or the anonymous volume its image declares; no mount holds it. */
  | { readonly kind: "none" }
  /** The same, although this mount stands where another version, or nobody, keeps data. */
  | { readonly kind: "beside"; readonly mount: Mount; readonly data: string };

/**
 * Where the data of a datastore is kept; undefined where that cannot be known. Of an image whose version is not known,
 * every layout is tried, and the one that persists is believed.
 */
export function keepingOf(workload: Workload, store: Datastore): Keeping | undefined {
  const { mounts, environment } = workload;
  if (store.layouts.length === 0 || mounts.some(isUnclear)) return undefined;
  const named = store.dataVariable === undefined ? undefined : environment.get(store.dataVariable)?.value;
  const moved = (store.kind === "postgresql" ? directoryOf(workload) : undefined) ?? named;
  if (
    moved?.includes(UNKNOWN) ||
    (workload.hasUnknownEnvironment && moved === undefined && store.dataVariable)
  )
    return undefined;
  const answers = store.layouts.map(({ data, volume }): Keeping => {
    const place = moved ?? data;
    const mount = holding(place, volume, mounts);
    if (mount) return { kind: "mount", mount };
    const beside = mounts.find(({ kind, target }) => isPersistent(kind) && isNear(target, volume));
    return beside ? { kind: "beside", mount: beside, data: place } : { kind: "none" };
  });
  return (
    answers.find((answer) => answer.kind === "mount" && isPersistent(answer.mount.kind)) ??
    answers.find(({ kind }) => kind === "mount") ??
    // Which of the versions is run decides whether the mount is the right one.
    (answers.length === 1
      ? answers[0]
      : answers.every(({ kind }) => kind === "none")
        ? answers[0]
        : undefined)
  );
}

/** The data directory that PostgreSQL is told on its command line: `UNKNOWN` where only a shell knows it. */
function directoryOf({ entrypoint, command }: Workload): string | undefined {
  const words = [entrypoint, command].flatMap((one) =>
    one?.form === "list" ? one.words.map(({ value }) => value) : one ? [one.text.value] : [],
  );
  const told = /(?:^|\s)(?:-D\s*|-c\s*data_directory=|--(?:data_directory|pgdata)=)["']?([^\s"';&|]+)/g;
  const [, directory] = [...words.join(" ").matchAll(told)].at(-1) ?? [];
  if (directory === undefined || /^\$\{?PGDATA\}?$/.test(directory)) return undefined;
  return /^\/[^$]*$/.test(directory) ? directory.replace(/(?<=.)\/+$/, "") : UNKNOWN;
}

/** Whether what is kept there outlives the container and belongs to the platform. */
export function isPersistent(kind: Mount["kind"]): boolean {
  return kind === "named" || kind === "claim";
}

function isUnclear({ kind, target }: Mount): boolean {
  return kind === "other" || target.includes(UNKNOWN);
}

/** The innermost mount at or above a directory; one above the volume that the image declares lies below that one. */
function holding(data: string, volume: string, mounts: readonly Mount[]): Mount | undefined {
  const isBelowVolume = isAtOrBelow(data, volume);
  return mounts
    .filter(({ target }) => isAtOrBelow(data, target) && (!isBelowVolume || isAtOrBelow(target, volume)))
    .toSorted((a, b) => b.target.length - a.target.length)[0];
}

function isAtOrBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** Meant for the data, but not where it is: above the declared volume, or in the directory of the other versions. */
function isNear(target: string, volume: string): boolean {
  return (
    target !== "/" && (isAtOrBelow(volume, target) || isAtOrBelow(target, volume.replace(/\/data$/, "")))
  );
}
