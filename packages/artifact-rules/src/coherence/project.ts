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
export function trainingPins({ files }: PinProject): PlacedPin[] {
  return placed(files).filter(({ pin }) => pin.role === "training");
}

/** Every place that names one release. */
export function exactPins({ files, models }: PinProject): (PlacedPin & { version: string })[] {
  const inModels = [...models].map(([file, version]): PlacedPin & { version: string } => ({
    file,
    version,
    pin: { role: "model", range: [0, 0], text: `trained with h2o ${version}`, version },
  }));
  return [
    ...placed(files).flatMap(({ file, pin }) =>
      pin.version === undefined ? [] : [{ file, pin, version: pin.version }],
    ),
    ...inModels.filter(({ version }) => RELEASE.test(version)),
  ];
}

function placed(files: PinProject["files"]): PlacedPin[] {
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

/** Files that ask for packages in general, beside which others say which releases are installed. */
const ABSTRACT = /(?:^|\/)(?:[^/]*\.in|pyproject\.toml|setup\.(?:py|cfg))$/;

/**
 * Whether another file pins what a file leaves open: a lock file beside it or above it (a workspace has one), the
 * requirements that were compiled from it, or a constraints file that it names.
 */
export function isPinnedElsewhere(file: string, { files }: PinProject): boolean {
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  const name = file.slice(folder.length);
  const pins = (other: string) =>
    files.get(other)?.pins.some(({ role, version }) => role === "training" && version !== undefined) === true;
  const locks =
    name === "Pipfile"
      ? [`${folder}Pipfile.lock`]
      : /^environment.*\.ya?ml$/.test(name)
        ? [`${folder}conda-lock.yml`]
        : name === "pyproject.toml"
          ? ["poetry.lock", "uv.lock", "pdm.lock"].flatMap((lock) => above(folder).map((one) => one + lock))
          : [];
  const constraints = (files.get(file)?.includes ?? []).flatMap(({ isConstraint, path }) =>
    isConstraint ? (included(file, path) ?? []) : [],
  );
  const compiled = ABSTRACT.test(file)
    ? [...files.keys()].filter(
        (other) =>
          other.startsWith(folder) && other.endsWith(".txt") && !other.slice(folder.length).includes("/"),
      )
    : [];
  return [...locks, ...constraints, ...compiled].some(pins);
}

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
