import type { Variable } from "../language/variables.js";
import { exactly, type Pin } from "./pin.js";

/** A release, or a variable that holds it, in a URL or a file name. */
const VERSION = String.raw`(\d[\w.]*\d|\$\{?[\w.]+(?::?-[^}\s]*)?\}?)`;
const JAR_PATH = new RegExp(
  String.raw`/ai/h2o/(h2o-genmodel[\w-]*)/${VERSION}/([^\s"']{0,200}?(?=\.jar)|)`,
  "g",
);
/** In a coordinate there may be a range of Maven's, and what Gradle and Maven put in for the newest. */
const COORDINATE = new RegExp(
  String.raw`\bai\.h2o:h2o-genmodel[\w-]*:(${VERSION.slice(1, -1)}(?![\w.+])|[[(\]][^"'\s]{0,60}?[\])[](?=["'\s:@]|$)|[\w.]*\+|latest\.\w+|LATEST|RELEASE|(?=["']\s*\+))`,
  "g",
);
const JAR_NAME = new RegExp(
  String.raw`(?<![\w/.-])(?:[\w./-]*/)?h2o-genmodel(?:-ext-[a-z]+)?-${VERSION}\.jar`,
  "g",
);
/** The archive of a whole release, with the server's jar in it. */
const RELEASE_ZIP = new RegExp(String.raw`/h2o-${VERSION}\.zip`, "g");
/** Whatever is the newest when it is fetched. */
const NEWEST = /\/h2o\/latest_stable(?![\w.-])/g;

/** The jars of h2o-genmodel that a text names, by path, coordinate or file name, and the archives of whole releases. */
export function jarPins(text: string, variableAt: (offset: number) => Variable): Pin[] {
  const pins: Pin[] = [];
  // The name of a jar repeats the release of its path: they are one place.
  const paths: (readonly [number, number])[] = [];
  for (const match of text.matchAll(JAR_PATH)) {
    const [whole, , version, name] = match as unknown as [string, string, string, string];
    const written = name === "" ? version : `${version}/${name}`;
    const end = match.index + whole.length;
    const start = name === "" ? end - 1 - version.length : end - written.length;
    pins.push(jarPin("jar", { version, written, start, text: whole }, variableAt(match.index)));
    paths.push([match.index, end]);
  }
  for (const match of text.matchAll(NEWEST)) {
    const range = [match.index, match.index + match[0].length] as const;
    pins.push({ role: "training", range, text: match[0], version: undefined });
  }
  for (const pattern of [COORDINATE, JAR_NAME, RELEASE_ZIP]) {
    for (const match of text.matchAll(pattern)) {
      if (paths.some(([from, to]) => match.index < to && match.index + match[0].length > from)) continue;
      const version = match[1]!;
      const start = match.index + match[0].lastIndexOf(version);
      const role = pattern === RELEASE_ZIP ? "training" : "jar";
      pins.push(jarPin(role, { version, written: version, start, text: match[0] }, variableAt(match.index)));
    }
  }
  return pins;
}

/** Where a Maven repository is asked for the jar of h2o-genmodel itself. */
export function plainJarIn(text: string): readonly [number, number] | undefined {
  const jar = [...text.matchAll(JAR_PATH)].find(([, artifact]) => artifact === "h2o-genmodel");
  return jar && text.includes(".jar") ? [jar.index, jar.index + jar[0].length] : undefined;
}

/** @param version - "" where it is put together elsewhere; `written` is where it stands, more than once perhaps */
export function jarPin(
  role: Pin["role"],
  { version, written, start, text }: { version: string; written: string; start: number; text: string },
  variable: Variable,
): Pin {
  // Maven's way to allow one release and no other.
  const [, only] = /^\[([^,]+)\]$/.exec(version) ?? [];
  const at = only === undefined ? start : start + 1;
  const own = only ?? written;
  const range = [at, at + own.length] as const;
  const { versionRange, ...found } =
    version === "" ? { versionRange: undefined, isUnresolved: true } : exactly(only ?? version, at, variable);
  return {
    role,
    range,
    text,
    version: undefined,
    ...found,
    ...(versionRange ? { versionRange: range, written: own } : {}),
  };
}
