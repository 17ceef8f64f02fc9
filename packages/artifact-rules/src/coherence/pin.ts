import { filledIn } from "../language/variables.js";

/** A place that decides which release of h2o is used. */
export interface Pin {
  /** What it decides: what trains, what scores, or what a model was trained with. */
  readonly role: "training" | "jar" | "model";
  /** UTF-16 offsets of what is said of h2o. */
  readonly range: readonly [number, number];
  /** What is said, as it is written. */
  readonly text: string;
  /** The release, where it is exact and known. */
  readonly version: string | undefined;
  /** Offsets of the release, where it stands there to be edited. */
  readonly versionRange?: readonly [number, number];
  /** What stands there, where the release is in it more than once. */
  readonly written?: string;
  /** The lowest release that is allowed, where only a range is given. */
  readonly least?: string;
  /** Whether nothing is known of it but that there is a variable, or that another file decides it. */
  readonly isUnresolved?: boolean;
  /** What has to hold of a machine for it to count, as it is written: a marker, or a constraint on Python. */
  readonly condition?: string;
}

/** What one file says. */
export interface PinFile {
  readonly pins: readonly Pin[];
  /** Files it takes pins from, as they are written: `-r` and `-c` of requirements. */
  readonly includes: readonly { readonly path: string; readonly isConstraint: boolean }[];
  /** Why a part of it could not be read. */
  readonly unread?: string;
  /** A place that takes the jar of Maven's central layout without the jars it needs. */
  readonly thinJar?: readonly [number, number];
}

/** Releases of h2o have four numbers. */
export const RELEASE = /^\d+\.\d+\.\d+\.\d+$/;

/** Orders releases by their numbers. */
export function compareReleases(left: string, right: string): number {
  const [a, b] = [left, right].map((release) => release.split(".").map(Number)) as [number[], number[]];
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * A requirement on h2o in the form of PEP 508.
 *
 * @param text - the requirement, with markers and hashes or without
 * @param start - its offset in the file
 * @param resolve - the value of a shell or Docker variable
 * @returns undefined where it is about another package
 */
export function readRequirement(
  text: string,
  start: number,
  resolve: (name: string) => string | undefined = () => undefined,
): Pin | undefined {
  const match = /^h2o(?![\w.-])\s*(?:\[[^\]]*\]\s*)?/i.exec(text);
  if (!match) return undefined;
  const [rest = ""] = text.slice(match[0].length).split(/\s*(?:;|(?:^|\s)(?:#|--))/, 1);
  const tail = rest.trimEnd();
  const marker = /^\s*;\s*(.*?)\s*(?:\s#.*|\s--.*)?$/.exec(text.slice(match[0].length + rest.length))?.[1];
  if (!isSpecifier(tail) || (marker !== undefined && !MARKER.test(marker))) return undefined;
  const written = text.slice(0, match[0].length + tail.length).trimEnd();
  const pin = (fields: Partial<Pin>): Pin => ({
    role: "training",
    range: [start, start + written.length],
    text: written,
    version: undefined,
    ...(marker === undefined ? {} : { condition: marker }),
    ...fields,
  });
  const url = /^@\s*(\S+)/.exec(tail)?.[1];
  // `poetry add h2o@3.46.0.7` is exact.
  if (url !== undefined && RELEASE.test(url))
    return pin(exactly(url, start + text.lastIndexOf(url), resolve));
  if (url !== undefined) return pin(versionIn(url) ?? {});
  const clauses = clausesOf(tail);
  // What else is asked for can only exclude what is pinned.
  const [exact, second] = clauses.flatMap((clause) => /^={2,3}\s*v?([^*]+)$/.exec(clause)?.[1] ?? []);
  if (exact !== undefined && second === undefined) {
    const { versionRange, ...found } = exactly(exact, start + text.indexOf(exact, match[0].length), resolve);
    // Another release has other hashes: there is no editing it by hand.
    return pin(versionRange && !text.includes("--hash") ? { ...found, versionRange } : found);
  }
  if (clauses.length === 1 && TEMPLATE.test(tail) && !/^[=<>~!^]*\d/.test(tail))
    return pin({ isUnresolved: true });
  return pin(leastOf(clauses));
}

function leastOf(clauses: readonly string[]): Pick<Pin, "least"> {
  const least = clauses
    .map((clause) => /^(?:>=?|~=)\s*([\d.]+)/.exec(clause)?.[1])
    .find((version) => version !== undefined);
  return least === undefined ? {} : { least };
}

/** What begins a marker of PEP 508. */
const MARKER =
  /^[\s(]*(?:python_|os_|os\.|sys_|sys\.|platform|implementation_|extras?\b|dependency_groups\b|["'])/;
/** What is filled in later, by a shell or a template. */
const TEMPLATE = /[${}%@`]/;

const clausesOf = (tail: string): string[] =>
  tail
    .replace(/^\(|\)$/g, "")
    // Poetry takes a blank between them as well.
    .split(/,|\s+(?=[<>=!~^])/)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== "");

/**
 * Whether this may follow the name of a package: nothing, a URL, or versions, be they such as pip would refuse. Prose
 * begins with the name as well: `H2O must be installed`.
 */
function isSpecifier(tail: string): boolean {
  if (tail === "") return true;
  if (tail.startsWith(",")) return false;
  if (tail.startsWith("@")) return /^@\s*(?:[\w+.-]+:|[\d^~*=<>!]|\.{0,2}\/|latest$|.*[${}%`])/.test(tail);
  return clausesOf(tail).every((clause) =>
    /^(?:={1,3}|~=?|!=|<=?|>=?|\^|)\s*(?:v?\d[\w.*+!-]*|\*|\S*[${}%@`].*|<[\w-]+>)(?:\s*\|.*)?$/.test(clause),
  );
}

/**
 * A package as conda names it: `h2o=3.46.0.7`, with a channel before it or a build behind it.
 *
 * @returns undefined where it is another package
 */
export function readCondaSpec(
  item: string,
  start: number,
  resolve: (name: string) => string | undefined = () => undefined,
): Pin | undefined {
  const name = /^(?:[\w.-]+::)?h2o(?:-py)?(?![\w.-])/i.exec(item)?.[0];
  if (name === undefined) return undefined;
  const pin: Pin = { role: "training", range: [start, start + item.length], text: item, version: undefined };
  const bracketed = /^\s*\[(?:.*?,)?\s*version\s*=\s*(["']?)\s*={0,2}([^"'\],]+)\1/.exec(
    item.slice(name.length),
  );
  if (bracketed) {
    const [, , version = ""] = bracketed;
    if (!/^[\d$]/.test(version)) return { ...pin, ...leastOf([version]) };
    return { ...pin, ...exactly(version, start + item.indexOf(version, name.length), resolve) };
  }
  // One equals sign, or none, is exact where a whole release follows, and a build may follow that.
  const exact = /^(?:\s*={1,2}\s*|\s+)([\d.]+\d|\$\{?\w[^\s=]*)(?:\.\*)?(?:[=\s]\S+)?$/.exec(
    item.slice(name.length),
  )?.[1];
  const found = exact === undefined ? {} : exactly(exact, start + item.indexOf(exact, name.length), resolve);
  if (found.version !== undefined || found.isUnresolved) return { ...pin, ...found };
  return readRequirement(`h2o${item.slice(name.length)}`, start + name.length - "h2o".length) ?? pin;
}

/** A release that is written, or stands in variables. */
export function exactly(
  text: string,
  start: number,
  resolve: (name: string) => string | undefined,
): Partial<Pin> {
  const value = filledIn(text, resolve);
  // What else is filled in later: `{{ version }}`, `%VERSION%`, `@VERSION@`, `<version>`.
  if (value === undefined || /[{}%@<>`]/.test(value)) return { isUnresolved: true };
  if (!RELEASE.test(value)) return {};
  return {
    version: value,
    ...(value === text ? { versionRange: [start, start + text.length] as const } : {}),
  };
}

/** A wheel that is installed by its path or URL: none or one. */
export function wheel(text: string, start: number): Pin[] {
  const version = /h2o-(\d+\.\d+\.\d+\.\d+)-py/.exec(text)?.[1];
  return version === undefined
    ? []
    : [{ role: "training", range: [start, start + text.length], text, version }];
}

/** The release in the name of a wheel or an archive. */
function versionIn(url: string): Partial<Pin> | undefined {
  const version = /h2o(?:_pysparkling[^-]*)?-(\d+\.\d+\.\d+\.\d+)(?:[-.]|$)/i.exec(url)?.[1];
  return version === undefined ? undefined : { version };
}
