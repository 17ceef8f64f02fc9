import { included } from "./files.js";
import { compareReleases, RELEASE, type Pin, type PinFile } from "./pin.js";

/** Everything in a tree that decides, or was made by, a release of h2o; paths are relative to the root. */
export interface PinProject {
  readonly files: ReadonlyMap<string, PinFile>;
  /** The release inside each MOJO. */
  readonly models: ReadonlyMap<string, string>;
  /** H2O-3 Secure, whose releases export MOJOs, is what is installed. */
  readonly isSecure: boolean;
}

/** A pin and its file. */
export interface PlacedPin {
  readonly file: string;
  readonly pin: Pin;
}

/** Every place that installs h2o to train with. */
export function trainingPins(project: PinProject): PlacedPin[] {
  return placedPins(project).filter(({ pin }) => pin.role === "training");
}

/** Every place that names one release. */
export function exactPins({ files, models }: PinProject): (PlacedPin & { version: string })[] {
  const inModels = [...models].map(([file, version]): PlacedPin & { version: string } => ({
    file,
    version,
    pin: { role: "model", range: [0, 0], text: `trained with h2o ${version}`, version },
  }));
  return [
    ...placedPins({ files }).flatMap(({ file, pin }) =>
      pin.version === undefined ? [] : [{ file, pin, version: pin.version }],
    ),
    ...inModels.filter(({ version }) => RELEASE.test(version)),
  ];
}

/** Every place that decides a release, or leaves it open. */
export function placedPins({ files }: Pick<PinProject, "files">): PlacedPin[] {
  return [...files].flatMap(([file, { pins }]) => pins.map((pin) => ({ file, pin })));
}

/**
 * The release that most files agree on; where as many say one as the other, what trains. A lock file counts half: what
 * it says follows from what people wrote. Undefined where all agree.
 */
export function referenceOf(pins: readonly (PlacedPin & { version: string })[]): string | undefined {
  const weights = new Map<string, Map<string, number>>();
  for (const { file, version, pin } of pins) {
    const files = weights.get(version) ?? new Map<string, number>();
    weights.set(version, files);
    const weight = isLockFile(file) ? 0.5 : pin.role === "training" ? 1.001 : 1;
    files.set(file, Math.max(weight, files.get(file) ?? 0));
  }
  const sums = [...weights].map(([version, files]) => {
    const sum = [...files.values()].reduce((total, weight) => total + weight, 0);
    return [version, sum] as const;
  });
  return sums.length < 2
    ? undefined
    : sums.sort(([a, left], [b, right]) => right - left || compareReleases(b, a))[0]![0];
}

/** Whether a program writes this file, so that no edit of it lasts. */
export function isLockFile(file: string): boolean {
  return /(?:\.lock|(?:^|\/)conda-lock\.ya?ml)$/.test(file);
}

/**
 * Whether a place is one of several that exclude each other, of which another has the release: `python_version < "3.8"`
 * and `python_version >= "3.8"` are never installed together. Whether two conditions do exclude each other is not asked.
 */
export function isAlternative(
  { pin: { condition } }: PlacedPin,
  release: string,
  places: readonly (PlacedPin & { version: string })[],
): boolean {
  return (
    condition !== undefined &&
    places.some(
      ({ pin, version }) => version === release && pin.condition !== undefined && pin.condition !== condition,
    )
  );
}

/** Whether an edit of a place would say twice under different conditions what is said of other releases there. */
export function hasAlternatives({ file, pin }: PlacedPin, places: readonly PlacedPin[]): boolean {
  return places.some((other) => other.file === file && other.pin.condition !== pin.condition);
}

/**
 * Whether another file pins what a file leaves open: a lock file beside it or above it (a workspace has one), the
 * requirements that were compiled from it, or requirements and constraints that are installed with it, because it names
 * them or a file does that names both.
 */
export function isPinnedElsewhere(file: string, { files }: PinProject): boolean {
  const pins = (other: string) =>
    files.get(other)?.pins.some(({ role, version }) => role === "training" && version !== undefined) === true;
  const naming = [...files].flatMap(([other, { includes }]) => (includes.length > 0 ? [other] : []));
  const together = [file, ...naming.filter((other) => installedWith(other, files).has(file))];
  const included = together.flatMap((one) => [...installedWith(one, files)]).filter((one) => one !== file);
  return (
    [...locksOf(file), ...included].some(pins) ||
    [...files.keys()].some((one) => isCompiled(one, file) && pins(one))
  );
}

/** The files that a requirements file names, and those that these name: with itself. */
function installedWith(file: string, files: PinProject["files"]): Set<string> {
  const found = new Set([file]);
  for (const one of found) {
    for (const { path } of files.get(one)?.includes ?? []) {
      const target = included(one, path);
      if (target !== undefined && files.has(target)) found.add(target);
    }
  }
  return found;
}

function locksOf(file: string): string[] {
  const folder = folderOf(file);
  const name = file.slice(folder.length);
  if (name === "Pipfile") return [`${folder}Pipfile.lock`];
  if (/^environment.*\.ya?ml$/.test(name)) return [`${folder}conda-lock.yml`];
  if (name !== "pyproject.toml") return [];
  return ["poetry.lock", "uv.lock", "pdm.lock"].flatMap((lock) => above(folder).map((one) => one + lock));
}

/**
 * Whether requirements may be what pip-compile made of a file that asks for packages in general: in its folder, in one
 * for requirements below it, or, as `requirements/train.in` becomes `requirements.txt`, in one above it.
 */
function isCompiled(requirements: string, file: string): boolean {
  if (!/(?:\.txt|requirements[^/]*\.lock)$/.test(requirements)) return false;
  const [folder, own] = [folderOf(requirements), folderOf(file)];
  if (file.endsWith(".in")) return own.startsWith(folder);
  const isAbstract = /(?:^|\/)(?:pyproject\.toml|setup\.(?:py|cfg))$/.test(file);
  return isAbstract && (folder === own || folder === `${own}requirements/`);
}

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf("/") + 1);

/** A folder and those above it, each with its slash; the root is "". */
function above(folder: string): string[] {
  const parts = folder.split("/").slice(0, -1);
  return [...parts.keys(), parts.length].map((count) =>
    parts
      .slice(0, count)
      .map((part) => `${part}/`)
      .join(""),
  );
}
