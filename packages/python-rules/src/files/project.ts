import { blockingCalls } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { isSkipped, list, readText, stampOf } from "@orchestrator-lint/sql-rules/shared";
import path from "node:path";
import type { StatementFacts } from "../model/facts/types.js";
import { Table } from "../model/graph/table.js";
import { Codebase, type FactsCache, type Sources } from "../model/project/codebase.js";
import { Radar } from "../model/radar/radar.js";

/** What of ESLint's rule context names a file and its text. */
export interface LintedFile {
  readonly physicalFilename: string;
  /** Directory outside of which nothing is read. */
  readonly cwd: string;
  readonly sourceCode: { readonly text: string };
}

/** A longer file is not read by the model. */
const MAX_FILE = 4 * 1024 * 1024;
/** A tree is looked through again after this many times what the last look took: at most a twentieth of all time. */
const REST = 20;
/** Facts of statements that are kept; about a hundred bytes a character. */
const MAX_FACTS = 200_000;

const KNOWN = new Table(blockingCalls).distributions;

/** The radar of the project that a linted file belongs to, and the name that the file has there. */
export function radarOf({ physicalFilename, cwd, sourceCode }: LintedFile): { radar: Radar; file: string } {
  const absolute = path.resolve(cwd, physicalFilename);
  const root = rootOf(absolute, path.resolve(cwd));
  if (root === undefined) {
    const file = path.basename(absolute);
    return {
      radar: radarFor({ paths: [file], text: (name) => (name === file ? sourceCode.text : undefined) }),
      file,
    };
  }
  const file = path.relative(root, absolute).split(path.sep).join("/");
  return { radar: projectAt(root).radar({ file, text: sourceCode.text }), file };
}

/** The radar of a whole tree as it is on disk. */
export function radarAt(root: string): Radar {
  return projectAt(path.resolve(root)).radar();
}

/** The absolute path of a file of a project that a linted file belongs to. */
export function absoluteOf({ physicalFilename, cwd }: LintedFile, file: string): string {
  const absolute = path.resolve(cwd, physicalFilename);
  return path.join(rootOf(absolute, path.resolve(cwd)) ?? path.dirname(absolute), file);
}

/** The working directory, or the innermost passed-over folder below it that the file is in; none for a file elsewhere. */
function rootOf(file: string, cwd: string): string | undefined {
  const relative = path.relative(cwd, file);
  if (relative.startsWith("..") || path.isAbsolute(relative) || !stampOf(file)) return undefined;
  const folders = path.dirname(relative).split(path.sep);
  const skipped = folders.findLastIndex(isSkipped);
  return path.join(cwd, ...folders.slice(0, skipped + 1));
}

const facts: FactsCache = new Map<string, StatementFacts>();

function radarFor(sources: Sources): Radar {
  if (facts.size > MAX_FACTS) facts.clear();
  return new Radar(new Codebase(sources, KNOWN, facts), blockingCalls);
}

const projects = new Map<string, Project>();

function projectAt(root: string): Project {
  let project = projects.get(root);
  if (!project) projects.set(root, (project = new Project(root)));
  return project;
}

/** The Python files below one root, and what they mean until one of them changes. */
class Project {
  readonly #root: string;
  #stamps = new Map<string, string>();
  #texts = new Map<string, string | undefined>();
  #lookedAt = -Infinity;
  #rest = 0;
  #onDisk: Radar | undefined;
  /** With the last text that differs from the disk: an editor's buffer wins. */
  #edited: { file: string; text: string; radar: Radar } | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  radar(overlay?: { file: string; text: string }): Radar {
    this.#look();
    if (!overlay || this.#text(overlay.file) === overlay.text)
      return (this.#onDisk ??= radarFor(this.#sources()));
    const { file, text } = overlay;
    if (this.#edited?.file !== file || this.#edited.text !== text) {
      this.#edited = { file, text, radar: radarFor(this.#sources(overlay)) };
    }
    return this.#edited.radar;
  }

  #sources(overlay?: { file: string; text: string }): Sources {
    const paths = [...this.#stamps.keys()];
    if (overlay && !this.#stamps.has(overlay.file)) paths.push(overlay.file);
    return {
      paths: paths.sort(),
      text: (file) => (file === overlay?.file ? overlay.text : this.#text(file)),
    };
  }

  #text(file: string): string | undefined {
    if (this.#texts.has(file)) return this.#texts.get(file);
    const read = this.#stamps.has(file) ? readText(path.join(this.#root, file), MAX_FILE) : { error: "" };
    const text = "text" in read ? read.text : undefined;
    this.#texts.set(file, text);
    return text;
  }

  /** Brings the list of files in line with the disk, unless that was done a moment ago. */
  #look(): void {
    const started = performance.now();
    if (started - this.#lookedAt < this.#rest) return;
    const { files } = list(this.#root, (name) => /\.pyi?$/.test(name));
    const stamps = new Map<string, string>();
    for (const file of files) {
      const found = stampOf(path.join(this.#root, file));
      if (found) stamps.set(file, found.stamp);
    }
    const changed = [...new Set([...stamps.keys(), ...this.#stamps.keys()])].filter(
      (file) => stamps.get(file) !== this.#stamps.get(file),
    );
    if (changed.length > 0) {
      for (const file of changed) this.#texts.delete(file);
      this.#onDisk = this.#edited = undefined;
      this.#stamps = stamps;
    }
    this.#lookedAt = performance.now();
    this.#rest = REST * (this.#lookedAt - started);
  }
}
