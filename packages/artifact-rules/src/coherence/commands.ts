import { readDockerfile as instructionsOf } from "../language/dockerfile.js";
import { withoutComments } from "../language/comments.js";
import { exactly, readCondaSpec, readRequirement, RELEASE, wheel, type Pin, type PinFile } from "./pin.js";

/** A release, or a variable that holds it, in a URL, a coordinate or a file name. */
const VERSION = String.raw`(\d[\w.]*\d|\$\{?\w+(?::?-[^}\s]*)?\}?)`;
const JAR_PATH = new RegExp(
  String.raw`/ai/h2o/(h2o-genmodel[\w-]*)/${VERSION}/([^\s"']{0,200}?(?=\.jar)|)`,
  "g",
);
const COORDINATE = new RegExp(String.raw`\bai\.h2o:(h2o-genmodel[\w-]*):${VERSION}`, "g");
const JAR_NAME = new RegExp(String.raw`(?<![\w/.-])(?:[\w./-]*/)?h2o-genmodel-${VERSION}\.jar`, "g");
/** The archive of a whole release, with the server's jar in it. */
const RELEASE_ZIP = new RegExp(String.raw`/h2o-${VERSION}\.zip`, "g");
/** Whatever is the newest when it is fetched. */
const NEWEST = /\/h2o\/latest_stable(?![\w.-])/g;
const INSTALL =
  /\b(?:pip[\d.]*|uv\s+pip)\s+(?:-\S+\s+)*install\b|\b(?:uv|poetry|pdm)\s+add\b|\b(conda|mamba|micromamba)\s+(?:-\S+\s+)*install\b/g;
/** Nobody writes a longer Dockerfile. */
const MAX_DOCKERFILE = 256 * 1024;
/** What h2o-genmodel needs beside it to load trees. */
const NEEDED = /h2o-tree-api|h2o-genmodel-all|copy-dependencies|dependency:get|get_genmodel_jar/;

/** What is only shown, by the command it stands in. */
const SHOWS = /(?:^|[\n;&|]|\bRUN\s|:\s)\s*(?:-\s+(?:run:\s*)?)?(?:echo|printf)\s[^\n;&|]*$/;
const COMMAND = /(?:[^\n\\;&|]|\\(?:\r?\n|.)?)*/y;

type Resolve = (name: string) => string | undefined;

/** Commands in the lines of a shell script or a CI configuration; variables are those assigned in it. */
export function readCommands(given: string, comments: "hash" | "slashes" = "hash"): PinFile {
  // What a step is called says what it does in the same words.
  const text = withoutComments(given, comments)
    .replaceAll(/^[ \t-]*(?:name|description)[ \t]*:.*$/gm, blank)
    // A variable of GitHub's, as long as it was.
    .replaceAll(/\$\{\{[ \t]*env\.(\w+)[ \t]*\}\}/g, (whole, name: string) =>
      `\${${name}}`.padEnd(whole.length),
    );
  const assigned = new Map(
    [
      ...text.matchAll(
        /^[ \t]*(?:export[ \t]+|-[ \t]+)?["']?([A-Z_][A-Z0-9_]*)["']?[ \t]*[:=][ \t]*["']?(\d[\w.]*)["']?[ \t]*$/gm,
      ),
      ...text.matchAll(
        /[{,][ \t]*["']?([A-Z_][A-Z0-9_]*)["']?[ \t]*:[ \t]*["']?(\d[\w.]*)["']?[ \t]*(?=[,}])/g,
      ),
    ].map((match) => [match[1]!, match[2]!]),
  );
  return { pins: pinsIn(text, 0, (name) => assigned.get(name)), includes: [] };
}

/** A Dockerfile: what is installed, downloaded, added and copied, with ARG and ENV filled in. */
export function readDockerfile(text: string): PinFile {
  if (text.length > MAX_DOCKERFILE)
    return { pins: [], includes: [], unread: `it is longer than ${MAX_DOCKERFILE / 1024} KiB` };
  const pins: Pin[] = [];
  let thinJar: readonly [number, number] | undefined;
  for (const { keyword, range, variable } of instructionsOf(text).instructions) {
    if (!["RUN", "ADD", "COPY"].includes(keyword)) continue;
    const own = asShell(withoutComments(text.slice(...range), "hash"));
    pins.push(...pinsIn(own, range[0], variable));
    const jar = [...own.matchAll(JAR_PATH)].find(([, artifact]) => artifact === "h2o-genmodel");
    if (jar && own.includes(".jar")) thinJar ??= [range[0] + jar.index, range[0] + jar.index + jar[0].length];
  }
  return { pins, includes: [], ...(thinJar && !NEEDED.test(text) ? { thinJar } : {}) };
}

/** The words of `RUN ["pip", "install", "x"]` as a shell's, where they were. */
function asShell(text: string): string {
  return /^RUN\s+(?:--\S+\s+)*\[\s*"/i.test(text) ? text.replaceAll(/"\s*,\s*"|\[\s*"|"\s*\]/g, blank) : text;
}

/** Maven's pom.xml and Gradle's scripts. */
export function readBuild(name: string, given: string): PinFile {
  const text = withoutComments(given, name.endsWith(".xml") ? "xml" : "slashes");
  const properties = new Map(
    [
      ...text.matchAll(
        /<([\w.-]+)>\s*(\d+\.\d+\.\d+\.\d+)\s*<\/\1>|(?<![\w.-])([\w.-]{1,100})\s{0,20}=\s{0,20}["'](\d+\.\d+\.\d+\.\d+)["']/g,
      ),
    ].map((match) => [match[1] ?? match[3]!, match[2] ?? match[4]!]),
  );
  const pins = pinsIn(text, 0, (name) => properties.get(name));
  const map =
    /group\s*[:=]\s*["']ai\.h2o["']\s*,\s*name\s*[:=]\s*["']h2o-genmodel[\w-]*["']\s*,\s*version\s*[:=]\s*["']([^"']+)["']/g;
  const named = [...text.matchAll(map)].map((match) => ({
    version: match[1]!,
    at: match.index + match[0].lastIndexOf(match[1]!),
  }));
  for (const { version, at } of [...dependencies(text), ...named]) {
    const property = /^\$\{([\w.-]+)\}$/.exec(version)?.[1];
    const value = property === undefined ? version : properties.get(property);
    pins.push({
      role: "jar",
      range: [at, at + version.length],
      text: `h2o-genmodel ${version}`,
      version: value !== undefined && RELEASE.test(value) ? value : undefined,
      ...(property === undefined ? { versionRange: [at, at + version.length] as const } : {}),
      ...(value === undefined ? { isUnresolved: true } : {}),
    });
  }
  return { pins, includes: [] };
}

/** The versions of genmodel's jars in the dependencies of a pom.xml, whatever the order of their elements. */
function dependencies(text: string): { version: string; at: number }[] {
  return [...text.matchAll(/<(dependency|artifactItem)>/g)].flatMap(({ index, 1: tag }) => {
    // No dependency is longer; what is left open ends here.
    const block = text.slice(index, index + MAX_DEPENDENCY).split(`</${tag!}>`, 1)[0]!;
    const isJar =
      /<groupId>\s*ai\.h2o\s*</.test(block) && /<artifactId>\s*h2o-genmodel[\w-]*\s*</.test(block);
    const version = isJar ? /<version>\s*([^<\s]+)\s*</.exec(block) : null;
    return version
      ? [{ version: version[1]!, at: index + version.index + version[0].indexOf(version[1]!) }]
      : [];
  });
}

const MAX_DEPENDENCY = 4096;

const blank = (text: string): string => " ".repeat(text.length);

function pinsIn(text: string, offset: number, resolve: Resolve): Pin[] {
  const pins: Pin[] = [];
  const add = (
    start: number,
    version: string,
    written: string,
    source: string,
    role: Pin["role"] = "jar",
  ) => {
    const found = exactly(version, start, resolve);
    const range = [start, start + written.length] as const;
    pins.push({
      role,
      range,
      text: source,
      version: undefined,
      ...found,
      ...(found.versionRange ? { versionRange: range, written } : {}),
    });
  };
  // The name of a jar repeats the release of its path: they are one place.
  const paths: (readonly [number, number])[] = [];
  for (const match of text.matchAll(JAR_PATH)) {
    const [whole, , version, name] = match as unknown as [string, string, string, string];
    const written = name === "" ? version : `${version}/${name}`;
    const end = match.index + whole.length;
    add(offset + (name === "" ? end - 1 - version.length : end - written.length), version, written, whole);
    paths.push([match.index, end]);
  }
  for (const match of text.matchAll(NEWEST)) {
    const range = [offset + match.index, offset + match.index + match[0].length] as const;
    pins.push({ role: "training", range, text: match[0], version: undefined });
  }
  for (const pattern of [COORDINATE, JAR_NAME, RELEASE_ZIP]) {
    for (const match of text.matchAll(pattern)) {
      if (paths.some(([from, to]) => match.index < to && match.index + match[0].length > from)) continue;
      const version = match.at(-1)!;
      add(
        offset + match.index + match[0].lastIndexOf(version),
        version,
        version,
        match[0],
        pattern === RELEASE_ZIP ? "training" : "jar",
      );
    }
  }
  pins.push(...installedIn(text, offset, resolve));
  return pins;
}

/** What `pip install` and its kin are told to install. */
function installedIn(text: string, offset: number, resolve: Resolve): Pin[] {
  const pins: Pin[] = [];
  let end = 0;
  for (const match of text.matchAll(INSTALL)) {
    const start = match.index + match[0].length;
    if (start < end || SHOWS.test(text.slice(Math.max(0, match.index - 200), match.index))) continue;
    // A command ends where its line does, unless that is continued, or where the next one begins.
    COMMAND.lastIndex = start;
    const command = COMMAND.exec(text)![0];
    end = start + command.length;
    const isConstrained = /\s(?:-c|--constraints?)[\s=]/.test(command);
    for (const word of command.matchAll(/(["'])(.*?)\1|[^\s"'\\]+/g)) {
      const requirement = word[2] ?? word[0];
      const at = offset + start + word.index + word[0].indexOf(requirement);
      const pin = (match[1] === undefined ? readRequirement : readCondaSpec)(requirement, at, resolve);
      if (pin) pins.push(isConstrained && pin.version === undefined ? { ...pin, isUnresolved: true } : pin);
      else pins.push(...wheel(requirement, at));
    }
  }
  return pins;
}
