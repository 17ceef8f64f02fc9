import { blockingCalls } from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { isSkipped, list, readText, stampOf } from "@orchestrator-lint/sql-rules/shared";
import path from "node:path";
import { Table } from "../model/graph/table.js";
import { Codebase, type Sources } from "../model/project/codebase.js";
import { SourceFile } from "../model/project/source-file.js";
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

const KNOWN = new Table(blockingCalls).distributions;

/** The radar of the project that a linted file belongs to, and the name that the file has there. */
export function radarOf({ physicalFilename, cwd, sourceCode }: LintedFile): { radar: Radar; file: string } {
  const absolute = path.resolve(cwd, physicalFilename);
  const root = rootOf(absolute, path.resolve(cwd));
  if (root === undefined) {
    const file = path.basename(absolute);
    const source = new SourceFile(sourceCode.text);
    return { radar: radarFor({ paths: [file], file: (name) => (name === file ? source : undefined) }), file };
  }
  const file = path.relative(root, absolute).split(path.sep).join("/");
  return { radar: projectAt(root).radar({ file, text: sourceCode.text }), file };
}

/**
 * The files of a tree in which the rules of this package may have something to report, as they are on disk: where chains
 * to blocking calls begin, and what was on the way and could not be read. No other file needs to be linted.
 *
 * @param root - absolute path
 * @returns paths relative to the root, sorted
 */
export function filesToLint(root: string): string[] {
  const radar = projectAt(path.resolve(root)).radar();
  const files = new Set([...radar.paths()].flatMap(([file, paths]) => (paths.length > 0 ? [file] : [])));
  for (const file of radar.code.unread()) files.add(file);
  return [...files].sort();
}

/**
 * How many of the calls on the way from the event loop could be told, for a reader, and a list of those that could not:
 * what is behind them was not looked at.
 *
 * @param root - absolute path
 */
export function describeCalls(root: string): string {
  const radar = projectAt(path.resolve(root)).radar();
  radar.paths();
  const { calls, unresolved } = radar.coverage();
  const share = calls === 0 ? 0 : (100 * unresolved.length) / calls;
  const lines = unresolved.map(({ place, callee }) => {
    const before = radar.code.text(place.file).slice(0, place.range[0]);
    return `${place.file}:${before.split("\n").length} ${callee}()`;
  });
  const head = `Followed ${calls} calls; the targets of ${unresolved.length} (${share.toFixed(1)} %) are not known:`;
  return `${[head, ...lines.sort()].join("\n")}\n`;
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

function radarFor(sources: Sources): Radar {
  return new Radar(new Codebase(sources, KNOWN), blockingCalls);
}

const projects = new Map<string, Project>();

function projectAt(root: string): Project {
  let project = projects.get(root);
  if (!project) projects.set(root, (project = new Project(root)));
  return project;
}

/** A text that is not on disk: an editor's buffer, or what a fix left. */
interface Buffer {
  source: SourceFile;
  /** Of the file on disk when the text was seen: once that is written, it is the newer one. */
  stamp: string | undefined;
}

/** The Python files below one root, and what they mean until one of them changes. */
class Project {
  readonly #root: string;
  #stamps = new Map<string, string>();
  readonly #files = new Map<string, SourceFile | undefined>();
  readonly #buffers = new Map<string, Buffer>();
  #lookedAt = -Infinity;
  #rest = 0;
  #radar: Radar | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** @param linted - wins over the disk, now and when other files are linted */
  radar(linted?: { file: string; text: string }): Radar {
    this.#look();
    if (linted) {
      const { file, text } = linted;
      const before = this.#current(file);
      if (before?.text !== text) {
        if (this.#file(file)?.text === text) this.#buffers.delete(file);
        else this.#buffers.set(file, { source: new SourceFile(text, before), stamp: this.#stamps.get(file) });
        this.#radar = undefined;
      }
    }
    this.#radar ??= radarFor({
      paths: [...new Set([...this.#stamps.keys(), ...this.#buffers.keys()])].sort(),
      file: (file) => this.#current(file),
    });
    return this.#radar;
  }

  #current(file: string): SourceFile | undefined {
    return this.#buffers.get(file)?.source ?? this.#file(file);
  }

  #file(file: string): SourceFile | undefined {
    const known = this.#files.get(file);
    if (known || this.#files.has(file)) return known;
    const read = this.#stamps.has(file) ? readText(path.join(this.#root, file), MAX_FILE) : { error: "" };
    const source = "text" in read ? new SourceFile(read.text) : undefined;
    this.#files.set(file, source);
    return source;
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
    if (changed.length > 0) this.#radar = undefined;
    for (const file of changed) {
      this.#files.delete(file);
      if (this.#buffers.get(file)?.stamp !== stamps.get(file)) this.#buffers.delete(file);
    }
    this.#stamps = stamps;
    this.#lookedAt = performance.now();
    this.#rest = REST * (this.#lookedAt - started);
  }
}
