import picomatch from "picomatch";
import { readBuild } from "./build.js";
import { readCi, readJenkinsfile } from "./ci.js";
import { readDockerfile } from "./dockerfile.js";
import type { PinFile } from "./pin.js";
import {
  readCondaLock,
  readEnvironment,
  readPipfileLock,
  readRequirements,
  readSetupCfg,
  readSetupPy,
} from "./requirements.js";
import { readCatalog, readToml } from "./toml.js";

/** The name patterns of requirements and constraints files of pip. */
export const REQUIREMENTS_FILES = [
  "**/*requirements*.{txt,in}",
  "**/requirements/*.{txt,in}",
  "**/*constraints*.txt",
] as const;

/** The name patterns of Dockerfiles. */
export const DOCKERFILES = [
  "**/Dockerfile",
  "**/Dockerfile.*",
  "**/*.Dockerfile",
  "**/*.dockerfile",
  "**/Containerfile",
] as const;

/** The name patterns of TOML files that may decide a release of h2o. */
export const TOML_FILES = [
  "**/pyproject.toml",
  "**/Pipfile",
  "**/{poetry,uv,pdm}.lock",
  "**/libs.versions.toml",
] as const;

/** The name patterns of files that may decide a release of h2o. */
export const PIN_FILES = [
  ...REQUIREMENTS_FILES,
  ...DOCKERFILES,
  ...TOML_FILES,
  "**/Pipfile.lock",
  "**/*requirements*.lock",
  "**/setup.py",
  "**/setup.cfg",
  "**/{environment,conda}*.{yml,yaml}",
  "**/pom.xml",
  "**/*.gradle",
  "**/*.gradle.kts",
  "**/.github/workflows/*.{yml,yaml}",
  "**/.gitlab-ci.yml",
  "**/.circleci/config.yml",
  "**/azure-pipelines.yml",
  "**/Jenkinsfile",
] as const;

/** Whether a file, by its path, may decide a release of h2o. */
export const isPinFile: (file: string) => boolean = picomatch([...PIN_FILES], { dot: true });

/** What git leaves in a file until a merge is finished. */
const CONFLICT = /^(?:<{7}|>{7})(?: |$)/m;

/** What a file says of h2o, by what its name tells that it is; undefined for other files. */
export function readPins(file: string, text: string): PinFile | undefined {
  const said = readAs(file.split("/").at(-1)!, text);
  if (!said || said.unread !== undefined || !CONFLICT.test(text)) return said;
  return { ...said, unread: "it holds both sides of a merge that is not finished" };
}

function readAs(name: string, text: string): PinFile | undefined {
  const isRequirements = /\.(?:txt|in)$|requirements.*\.lock$/.test(name);
  // Lock files are large, and most are about other things: of these no more is asked than whether they are whole.
  if (!isRequirements && !/h2o/i.test(text)) {
    const isCutOff = name === "Pipfile.lock" && !/\}\s*$/.test(text.slice(-200));
    return { pins: [], includes: [], ...(isCutOff ? { unread: "it is no JSON: it is cut off" } : {}) };
  }
  if (/^(?:pyproject\.toml|Pipfile|(?:poetry|uv|pdm)\.lock)$/.test(name)) return readToml(text, name);
  if (name === "Pipfile.lock") return readPipfileLock(text);
  if (name === "setup.py") return readSetupPy(text);
  if (name === "setup.cfg") return readSetupCfg(text);
  if (/^(?:Dockerfile(?:\..*)?|.*\.[Dd]ockerfile|Containerfile)$/.test(name)) return readDockerfile(text);
  if (name === "libs.versions.toml") return readCatalog(text);
  if (/^pom\.xml$|\.gradle(?:\.kts)?$/.test(name)) return readBuild(name, text);
  if (/^conda-lock\.ya?ml$/.test(name)) return readCondaLock(text);
  if (/^(?:environment|conda).*\.ya?ml$/.test(name)) return readEnvironment(text);
  if (isRequirements) return readRequirements(text);
  if (name === "Jenkinsfile") return readJenkinsfile(text);
  if (/\.ya?ml$/.test(name)) return readCi(text);
  return undefined;
}

/** A text, or why there is none. */
export type PinText = { readonly text: string; readonly warning?: string } | { readonly error: string };

/** What some files and the requirements they include say of h2o, by path. */
export interface Gathered {
  readonly files: ReadonlyMap<string, PinFile>;
  readonly texts: ReadonlyMap<string, string>;
  /** What could not be read, in part or at all. */
  readonly unread: readonly { readonly file: string; readonly reason: string; readonly isPart: boolean }[];
}

/**
 * Reads files, and what they include by `-r` and `-c` wherever below the root that is.
 *
 * @param files - paths relative to the root
 * @param read - the text of such a path
 */
export function gatherPins(files: Iterable<string>, read: (file: string) => PinText): Gathered {
  const found = new Map<string, PinFile>();
  const texts = new Map<string, string>();
  const unread: { file: string; reason: string; isPart: boolean }[] = [];
  const pending = Array.from(files, (file) => ({ file, isIncluded: false }));
  for (let next = pending.shift(); next; next = pending.shift()) {
    const { file, isIncluded } = next;
    if (found.has(file)) continue;
    const content = withoutMark(read(file));
    if ("error" in content) {
      // What a requirements file includes may be made only when it is needed.
      if (!isIncluded) unread.push({ file, reason: content.error, isPart: false });
      continue;
    }
    const said = isIncluded ? readRequirements(content.text) : readPins(file, content.text);
    if (!said) continue;
    found.set(file, said);
    texts.set(file, content.text);
    if (content.warning !== undefined) unread.push({ file, reason: content.warning, isPart: true });
    if (said.unread !== undefined) unread.push({ file, reason: said.unread, isPart: said.pins.length > 0 });
    for (const { path } of said.includes) {
      const target = included(file, path);
      if (target !== undefined) pending.push({ file: target, isIncluded: true });
    }
  }
  return { files: found, texts, unread };
}

/** Offsets do not count a byte order mark. */
function withoutMark(content: PinText): PinText {
  return "text" in content ? { ...content, text: content.text.replace(/^\uFEFF/, "") } : content;
}

/** The file that another one includes, relative to the root; undefined for one outside, or elsewhere. */
export function included(file: string, path: string): string | undefined {
  if (path.startsWith("/") || path.includes(":")) return undefined;
  const parts: string[] = [];
  for (const part of [...file.split("/").slice(0, -1), ...path.split("/")]) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
