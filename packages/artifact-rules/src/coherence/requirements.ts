import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import { requirementLines } from "../language/requirement-lines.js";
import { requirementStrings } from "../language/setup-script.js";
import { scalarText } from "../language/yaml.js";
import { readCondaSpec, RELEASE, readRequirement, wheel, type Pin, type PinFile } from "./pin.js";
import { placed } from "./scripts.js";

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

/** The requirements of a setup.py. */
export function readSetupPy(text: string): PinFile {
  const pins = requirementStrings(text).flatMap(({ value, start, isPart }): Pin[] => {
    if (!isPart) return [readRequirement(value, start) ?? []].flat();
    // The rest of it is known when the script runs.
    const range = [start, start + value.length] as const;
    return /^h2o(?![\w.-])/i.test(value)
      ? [{ role: "training", range, text: value, version: undefined, isUnresolved: true }]
      : [];
  });
  return { pins, includes: [] };
}

/** Requirements of a setup.cfg: `install_requires` and its kin of `[options]`, and all extras. */
export function readSetupCfg(text: string): PinFile {
  const pins: Pin[] = [];
  let section = "";
  let key = "";
  for (const { index, 0: line } of text.matchAll(/[^\r\n]+/g)) {
    const [, header] = /^\[([^\]]+)\]/.exec(line) ?? [];
    const [start = "", name, value = ""] = /^([\w.-]+)[ \t]*[=:][ \t]*(.*)$/.exec(line)?.map(String) ?? [];
    if (header !== undefined) [section, key] = [header, ""];
    else if (name !== undefined) key = name;
    const isList =
      section === "options.extras_require" || (section === "options" && /^(?:install|setup|tests)_requires?$/.test(key)); // prettier-ignore
    if (!isList) continue;
    const item = name === undefined ? line.trim() : value;
    const at =
      index + (name === undefined ? line.length - line.trimStart().length : start.length - value.length);
    const pin = readRequirement(item, at);
    if (pin && (name !== undefined || /^\s/.test(line))) pins.push(pin);
  }
  return { pins, includes: [] };
}

/** Nobody writes a longer environment. */
const MAX_ENVIRONMENT = 256 * 1024;

/** A conda environment: `h2o=3.46.0.7` of conda itself, and pip's requirements below `pip:`. */
export function readEnvironment(text: string): PinFile {
  if (text.length > MAX_ENVIRONMENT)
    return { pins: [], includes: [], unread: `it is longer than ${MAX_ENVIRONMENT / 1024} KiB` };
  const pins: Pin[] = [];
  const includes: PinFile["includes"][number][] = [];
  try {
    const document = parseDocument(text, { logLevel: "silent", uniqueKeys: false });
    const [error] = document.errors;
    if (error) return { pins, includes, unread: `it is no YAML (${error.message.split("\n", 1)[0]!})` };
    const dependencies = isMap(document.contents) ? document.contents.get("dependencies") : undefined;
    for (const item of isSeq(dependencies) ? dependencies.items : []) {
      const own = isScalar(item) ? [item] : [];
      const listed = isMap(item) ? item.get("pip") : undefined;
      const ofPip = isSeq(listed) ? listed.items.filter((one) => isScalar(one)) : [];
      for (const scalar of [...own, ...ofPip]) {
        if (typeof scalar.value !== "string") continue;
        const content = scalarText(text, scalar);
        const said =
          scalar === item
            ? { pins: [readCondaSpec(content.text, 0) ?? []].flat(), includes: [] }
            : readRequirements(content.text);
        pins.push(...said.pins.map((pin) => placed(pin, text, content)));
        includes.push(...said.includes);
      }
    }
  } catch (error) {
    return { pins, includes, unread: `it is no YAML (${(error as Error).message})` };
  }
  return { pins, includes };
}

/** What conda-lock writes: packages by name and version. */
export function readCondaLock(text: string): PinFile {
  const pins: Pin[] = [];
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
  let unread: string | undefined;
  try {
    JSON.parse(text);
  } catch (error) {
    unread = `it is no JSON (${(error as Error).message})`;
  }
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
  return { pins, includes: [], ...(unread === undefined ? {} : { unread }) };
}
