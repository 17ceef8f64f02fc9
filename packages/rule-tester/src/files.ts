/** The one module that reads and writes files. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  type Dirent,
} from "node:fs";
import { tmpdir } from "node:os";
import nodePath from "node:path";
import { parseHeader } from "./markers.js";
import type { Fixture, Layout, Output, SourceFile } from "./types.js";

const FRAMES = "frames.txt";
const LABELLED_FILE = /^(.+)\.(fixed|suggested-(\d+))(\.[^.]+)?$/u;
const LABELLED_FOLDER = /^(.+)\.(fixed|suggested-(\d+))$/u;

export interface LoadOptions {
  /** Default: "folders". */
  layout?: Layout;
  /** Only these rules. */
  rules?: readonly string[];
}

/**
 * Reads the fixtures of a directory, sorted by rule and case. In the layout "folders" every folder is a rule; in the
 * layout "beside" every `<id>.yaml`, at any depth, is a rule and the files `<id>.<ext>` beside it are its cases.
 * Throws when the directory cannot be read, or when an expected output or a sidecar belongs to no case.
 */
export function loadFixtures(directory: string, options: LoadOptions = {}): Fixture[] {
  const base = nodePath.resolve(directory);
  const wanted = (rule: string) => options.rules?.includes(rule) ?? true;
  if (options.layout === "beside") {
    return ruleFiles(base).flatMap((file) => {
      const rule = ruleName(file);
      if (!wanted(rule)) return [];
      const own = (name: string) => name.startsWith(`${rule}.`) && name !== nodePath.basename(file);
      // Semgrep's own tester takes every file named `<id>.…` for a target, so the frames are named `<id>-…`.
      return loadRule(nodePath.dirname(file), rule, "beside", `${rule}-${FRAMES}`, own);
    });
  }
  return entries(base)
    .filter((entry) => entry.isDirectory() && wanted(entry.name))
    .flatMap((entry) => loadRule(nodePath.join(base, entry.name), entry.name, "folders", FRAMES, () => true));
}

function entries(directory: string): Dirent[] {
  // Not the locale's order: it differs between machines.
  return readdirSync(directory, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function loadRule(
  directory: string,
  rule: string,
  layout: Layout,
  frames: string,
  own: (name: string) => boolean,
): Fixture[] {
  const listed = entries(directory).filter((entry) => own(entry.name) && entry.name !== frames);
  const fixtures = new Map<string, Fixture>();
  for (const entry of listed) {
    const folder = entry.isDirectory();
    if (!folder && !entry.isFile()) continue;
    if ((folder ? LABELLED_FOLDER : LABELLED_FILE).test(entry.name) || entry.name.endsWith(".expect"))
      continue;
    const framesFile = nodePath.join(directory, frames);
    fixtures.set(entry.name, loadCase(directory, entry.name, folder, { rule, layout, framesFile }));
  }
  const stems = new Set([...fixtures.keys()].flatMap((name) => [name, nodePath.parse(name).name]));
  for (const entry of listed) {
    if (entry.name.endsWith(".expect") && !stems.has(entry.name.slice(0, -".expect".length))) {
      throw new Error(`${nodePath.join(directory, entry.name)} belongs to no case.`);
    }
    const [, stem = "", label = "", number, extension = ""] =
      (entry.isDirectory() ? LABELLED_FOLDER : LABELLED_FILE).exec(entry.name) ?? [];
    if (label === "") continue;
    const fixture = fixtures.get(stem + extension);
    const path = nodePath.join(directory, entry.name);
    if (!fixture) throw new Error(`${path} belongs to no case: there is no ${stem}${extension}.`);
    attach(fixture, path, entry.isDirectory(), number === undefined ? undefined : Number(number));
  }
  return [...fixtures.values()];
}

function loadCase(
  directory: string,
  name: string,
  folder: boolean,
  common: Pick<Fixture, "rule" | "layout" | "framesFile">,
): Fixture {
  const { name: stem, ext } = folder ? { name, ext: "" } : nodePath.parse(name);
  const files = folder
    ? textFiles(nodePath.join(directory, name))
    : [{ path: name, text: readCase(directory, name) }];
  const expect = readText(nodePath.join(directory, `${stem}.expect`));
  const headers = files.map((file) => parseHeader(file.text));
  if (expect !== undefined) headers.push(parseHeader(expect, true));
  const header = Object.assign({}, ...headers.map((one) => one.header)) as (typeof headers)[number]["header"];
  const only = files[0];
  if (!folder && only && header.filename !== undefined) only.path = header.filename;
  const { options = [], settings, changes } = header;
  return {
    ...common,
    name,
    // A case of one file stands alone: nothing else is in the directory it is linted in.
    root: nodePath.join(directory, folder ? name : stem),
    files,
    options,
    ...(settings === undefined ? {} : { settings }),
    ...(changes === undefined ? {} : { changes }),
    ...(expect === undefined ? {} : { expect }),
    fixed: new Map(),
    suggested: new Map(),
    outputFile: (label, path) =>
      folder
        ? nodePath.join(directory, `${name}.${label}`, path)
        : nodePath.join(directory, `${stem}.${label}${ext}`),
    problems: headers.flatMap((one) => one.problems).map((problem) => ({ ...problem, path: name })),
  };
}

function attach(fixture: Fixture, path: string, folder: boolean, number: number | undefined): void {
  const outputs = folder
    ? textFiles(path).map((file) => ({
        path: file.path,
        text: file.text,
        file: nodePath.join(path, file.path),
      }))
    : [{ path: fixture.files[0]?.path ?? "", text: readText(path), file: path }];
  const target =
    number === undefined ? fixture.fixed : (fixture.suggested.get(number) ?? new Map<string, Output>());
  for (const { path: linted, ...output } of outputs) target.set(linted, output);
  if (number !== undefined) fixture.suggested.set(number, target);
}

function readCase(directory: string, name: string): string {
  const bytes = readFileSync(nodePath.join(directory, name));
  if (bytes.includes(0))
    throw new Error(`${nodePath.join(directory, name)} is no text; put it into a folder case.`);
  return bytes.toString("utf8");
}

/** The text files under a folder. Binary files and links are there for the rule to see, but are not linted. */
function textFiles(folder: string, prefix = ""): SourceFile[] {
  return entries(nodePath.join(folder, prefix)).flatMap((entry) => {
    const path = prefix + entry.name;
    if (entry.isDirectory()) return textFiles(folder, `${path}/`);
    if (!entry.isFile()) return [];
    const bytes = readFileSync(nodePath.join(folder, path));
    return bytes.includes(0) ? [] : [{ path, text: bytes.toString("utf8") }];
  });
}

/** The text of a file, or undefined when there is none. */
export function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Writes or, where the text is undefined, deletes an expected output. */
export function writeOutput({ file, text }: Output): void {
  if (text === undefined) {
    rmSync(file, { force: true });
    return;
  }
  if (readText(file) === text) return;
  mkdirSync(nodePath.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Absolute paths of the Semgrep rule files under a directory, without the YAML fixtures beside them. */
export function ruleFiles(directory: string): string[] {
  return entries(directory).flatMap((entry) => {
    const path = nodePath.join(directory, entry.name);
    if (entry.isDirectory()) return ruleFiles(path);
    return entry.isFile() && /^[^.]+\.ya?ml$/u.test(entry.name) ? [path] : [];
  });
}

/** The rule a Semgrep rule file is named after. */
export function ruleName(file: string): string {
  return nodePath.parse(file).name;
}

/** Lays files out in a new directory, hands its path on, and removes it again. */
export async function withScanDirectory<T>(
  files: readonly SourceFile[],
  use: (path: string) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(nodePath.join(tmpdir(), "rule-tester-"));
  try {
    for (const { path, text } of files) {
      const file = nodePath.join(directory, path);
      mkdirSync(nodePath.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
