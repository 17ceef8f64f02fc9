import { withoutComments } from "../language/comments.js";
import { requirementLines } from "../language/requirement-lines.js";
import { RELEASE, readRequirement, wheel, type Pin, type PinFile } from "./pin.js";

/** A requirements or constraints file of pip; what pip would refuse is passed over. */
export function readRequirements(text: string): PinFile {
  const pins: Pin[] = [];
  const includes: { path: string; isConstraint: boolean }[] = [];
  for (const { range, text: line } of requirementLines(text).lines) {
    const start = range[0] + line.length - line.trimStart().length;
    const content = line.trim();
    const include = /^(-r|--requirement|-c|--constraint)(?:\s+|=|(?=[^\s-]))(\S+)/.exec(content);
    if (include) includes.push({ path: include[2]!, isConstraint: /^-c|^--c/.test(include[1]!) });
    else {
      const pin = readRequirement(content, start);
      if (pin) pins.push(pin);
      else pins.push(...wheel(content, start));
    }
  }
  return { pins, includes };
}

/** Requirements in the strings of a setup.py, and the lines of a setup.cfg. */
export function readSetup(given: string): PinFile {
  const text = withoutComments(given, "hash");
  const pins = [...text.matchAll(/(["'])(h2o(?![\w.-])[^"'\n]*)\1|^[ \t]+(h2o(?![\w.-])[^\n]*)$/gim)].flatMap(
    (match) => {
      const requirement = match[2] ?? match[3]!;
      // A string that only names the package is no requirement where it could be anything.
      if (match[2] !== undefined && !/[=<>~!@]/.test(requirement)) return [];
      return readRequirement(requirement, match.index + match[0].indexOf(requirement)) ?? [];
    },
  );
  return { pins, includes: [] };
}

/** A conda environment: `h2o=3.46.0.7` of conda itself, and pip's requirements below `pip:`. */
export function readEnvironment(text: string): PinFile {
  const pins: Pin[] = [];
  for (const match of text.matchAll(
    /^[ \t]*-[ \t]+(["']?)((?:[\w.-]+::)?h2o(?:-py)?(?![\w.-])[^"'\n#]*)\1/gim,
  )) {
    const item = match[2]!.trimEnd();
    const start = match.index + match[0].indexOf(item);
    const name = /^(?:[\w.-]+::)?h2o(?:-py)?/i.exec(item)![0];
    // Of conda one equals sign, or none, is exact where a whole release follows, and a build may follow that.
    const conda = /^(?:\s*={1,2}\s*|\s+)(\d+\.\d+\.\d+\.\d+)(?:\.\*)?(?:[=\s]\S+)?$/.exec(
      item.slice(name.length),
    )?.[1];
    const at = conda === undefined ? 0 : start + item.indexOf(conda);
    pins.push(
      conda === undefined
        ? (readRequirement(item.slice(name.length - 3).replace(/^-py/i, "h2o"), start) ?? {
            role: "training",
            range: [start, start + item.length],
            text: item,
            version: undefined,
          })
        : {
            role: "training",
            range: [start, start + item.length],
            text: item,
            version: conda,
            versionRange: [at, at + conda.length],
          },
    );
  }
  // conda-lock lists packages by name and version.
  for (const match of text.matchAll(
    /^[ \t]*-[ \t]+name:[ \t]*h2o(?:-py)?[ \t]*\r?\n[ \t]+version:[ \t]*['"]?([\d.]+)/gim,
  )) {
    const end = match.index + match[0].length;
    const range = [end - match[1]!.length, end] as const;
    const version = RELEASE.test(match[1]!) ? match[1] : undefined;
    pins.push({ role: "training", range, text: `h2o ${match[1]!}`, version });
  }
  return { pins, includes: [] };
}

/** Pipfile.lock: an object of packages, each with its version. */
export function readPipfileLock(text: string): PinFile {
  const pins = [...text.matchAll(/"h2o"\s*:\s*\{[^{}]*?"version"\s*:\s*"(={2,3})([^"]+)"/gi)].map(
    (match): Pin => {
      const end = match.index + match[0].length - 1;
      const range = [end - match[2]!.length, end] as const;
      return {
        role: "training",
        range,
        text: `h2o${match[1]!}${match[2]!}`,
        version: match[2]!,
        versionRange: range,
      };
    },
  );
  return { pins, includes: [] };
}
