import { withoutComments } from "../language/comments.js";
import type { Variable } from "../language/variables.js";
import { jarPin, jarPins } from "./jars.js";
import type { PinFile } from "./pin.js";

/** A version that stands beside the names of a dependency. */
interface Version {
  readonly version: string;
  readonly at: number;
}

/** No dependency is longer. */
const MAX_DEPENDENCY = 4096;

/** A shell takes what follows a dash for a default; here it belongs to the name. */
const underscored = (text: string): string =>
  text.replaceAll(/\$\{[\w.-]+\}/g, (name) => name.replaceAll("-", "_"));

const blank = (text: string): string => text.replaceAll(/[^\r\n]/g, " ");

/** Maven's pom.xml and Gradle's scripts. */
export function readBuild(name: string, given: string): PinFile {
  const isMaven = name.endsWith(".xml");
  const uncommented = withoutComments(given, isMaven ? "xml" : "slashes");
  // What a dependency leaves out is none.
  const text = isMaven
    ? uncommented.replaceAll(/<exclusions>[^]*?(?:<\/exclusions>|$(?![^]))/g, blank)
    : uncommented;
  const variable = isMaven ? propertiesOf(text) : assignmentsOf(text);
  const named = (isMaven ? dependencies(text) : maps(text)).map(({ version, at }) =>
    jarPin(
      "jar",
      { version: underscored(version), written: version, start: at, text: `h2o-genmodel ${version}` },
      variable,
    ),
  );
  return { pins: [...jarPins(text, () => variable), ...named], includes: [] };
}

/** The values of a name; none where it is given several. */
function values(pairs: Iterable<readonly [name: string, value: string]>): Variable {
  const found = new Map<string, string | undefined>();
  for (const [given, value] of pairs) {
    const name = given.replaceAll("-", "_");
    found.set(name, !found.has(name) || found.get(name) === value ? value : undefined);
  }
  return (name) => found.get(name) ?? found.get(name.split(".").at(-1)!);
}

function propertiesOf(text: string): Variable {
  const properties = text.matchAll(/<([\w.-]{1,100})>\s*([^<\s]{1,60})\s*<\/\1>/g);
  return values(Array.from(properties, ([, name = "", value = ""]) => [name, value] as const));
}

function assignmentsOf(text: string): Variable {
  const assigned = text.matchAll(
    /(?<![\w.-])(?:[\w.]{1,100}\.)?(\w{1,100})\s{0,20}(?:=|by\s+extra\()\s{0,20}["']([^"'\n]{1,60})["']/g,
  );
  return values(Array.from(assigned, ([, name = "", value = ""]) => [name, value] as const));
}

/** The versions of genmodel's jars in the dependencies of a pom.xml, whatever the order of their elements. */
function dependencies(text: string): Version[] {
  return [...text.matchAll(/<(dependency|artifactItem)>/g)].flatMap(({ index, 1: tag }) => {
    // What is left open ends here.
    const block = text.slice(index, index + MAX_DEPENDENCY).split(`</${tag!}>`, 1)[0]!;
    const isJar =
      /<groupId>\s*ai\.h2o\s*</.test(block) && /<artifactId>\s*h2o-genmodel[\w-]*\s*</.test(block);
    const version = isJar ? /<version>\s*([^<]*[^<\s])\s*</.exec(block) : null;
    return version
      ? [{ version: version[1]!, at: index + version.index + version[0].indexOf(version[1]!) }]
      : [];
  });
}

/** Gradle's way to name the parts of a dependency. */
function maps(text: string): Version[] {
  const map =
    /group\s*[:=]\s*["']ai\.h2o["']\s*,\s*name\s*[:=]\s*["']h2o-genmodel[\w-]*["']\s*,\s*version\s*[:=]\s*(?:["']([^"']+)["']|([\w.]+))/g;
  return [...text.matchAll(map)].map((match) => {
    const version = match[1] ?? match[2]!;
    // A variable that stands alone has no quotes and no dollar; only its value is needed.
    return { version: match[1] ?? `\${${version}}`, at: match.index + match[0].lastIndexOf(version) };
  });
}
