import {
  blockingCalls,
  extendedTable,
  type BlockingExtension,
  type BlockingTable,
} from "@orchestrator-lint/semgrep-rules/blocking-calls";
import { isSkipped, list, readText, stampOf } from "@orchestrator-lint/sql-rules/files";
import type { Range } from "@orchestrator-lint/sql-rules/shared";
import path from "node:path";
import { Table } from "../model/graph/table.js";
import { Codebase, type Sources } from "../model/project/codebase.js";
import { SourceFile } from "../model/project/source-file.js";
import type { FarFinding } from "../model/requests/requests.js";
import type { Chain } from "../model/radar/chains.js";
import { Radar } from "../model/radar/radar.js";
import { tagsOfFile, type Tag } from "../model/radar/tags.js";
import { filesInLayers, layersOf, packagesOf, type LayeredCode } from "../model/layers/layers.js";
import { MageProject } from "../model/mage/mage.js";
import { METADATA, readPipeline, type Pipeline } from "../model/mage/pipelines.js";
import { keyOf, openCache, type Found, type Inputs, type ResultCache } from "./cache.js";

/** What of ESLint's rule context names a file and its text. */
export interface LintedFile {
  readonly physicalFilename: string;
  /** Directory outside of which nothing is read. */
  readonly cwd: string;
  readonly sourceCode: { readonly text: string };
  /** The configuration's; `orchestrator.blockingCalls` is a team's own part of the table of blocking calls. */
  readonly settings?: unknown;
}

/** A longer file is not read by the model. */
const MAX_FILE = 4 * 1024 * 1024;
/** A tree is looked through again after this many times what the last look took: at most a twentieth of all time. */
const REST = 20;
/**
 * The coarsest clock of a file system, in milliseconds: a file that changed so recently may change once more without its
 * stamp telling.
 */
const TICK = 2000;

/** The chains that begin in a linted file, in order of their places. */
export function chainsFrom({ physicalFilename, cwd, sourceCode, settings }: LintedFile): readonly Chain[] {
  const table = tableOf((settings as { orchestrator?: OrchestratorSettings } | undefined)?.orchestrator);
  const absolute = path.resolve(cwd, physicalFilename);
  const root = rootOf(absolute, path.resolve(cwd));
  if (root === undefined) {
    const file = path.basename(absolute);
    return radarFor(table, aloneIn(file, sourceCode.text)).chainsFrom(file);
  }
  const file = path.relative(root, absolute).split(path.sep).join("/");
  return projectAt(root, table).chainsFrom({ file, text: sourceCode.text });
}

/** What requests that begin in a linted file bring about elsewhere, in order of its places. */
export function farFrom({ physicalFilename, cwd, sourceCode, settings }: LintedFile): readonly FarFinding[] {
  const table = tableOf((settings as { orchestrator?: OrchestratorSettings } | undefined)?.orchestrator);
  const absolute = path.resolve(cwd, physicalFilename);
  const root = rootOf(absolute, path.resolve(cwd));
  if (root === undefined) {
    const file = path.basename(absolute);
    return radarFor(table, aloneIn(file, sourceCode.text)).requests().findingsIn(file);
  }
  const file = path.relative(root, absolute).split(path.sep).join("/");
  return projectAt(root, table).farFrom({ file, text: sourceCode.text });
}

/** The project that a linted file belongs to with its layers, and the file's path in it; none for a file elsewhere. */
export function layeredFrom(linted: LintedFile): { project: LayeredCode; file: string } | undefined {
  const { physicalFilename, cwd, sourceCode, settings } = linted;
  const { orchestrator } = (settings ?? {}) as { orchestrator?: OrchestratorSettings };
  const absolute = path.resolve(cwd, physicalFilename);
  const root = rootOf(absolute, path.resolve(cwd));
  if (root === undefined) return undefined;
  const file = path.relative(root, absolute).split(path.sep).join("/");
  const code = projectAt(root, tableOf(orchestrator)).codeWith({ file, text: sourceCode.text });
  return { project: withLayers(code, orchestrator), file };
}

/** Layers by code, and by what a configuration says of them. */
const layeredCode = new WeakMap<Codebase, Map<string, LayeredCode>>();

function withLayers(code: Codebase, settings: OrchestratorSettings | undefined): LayeredCode {
  let known = layeredCode.get(code);
  if (!known) layeredCode.set(code, (known = new Map<string, LayeredCode>()));
  const packages = packagesOf(settings?.packages);
  const key = JSON.stringify(packages);
  let found = known.get(key);
  if (!found) known.set(key, (found = { code, layers: layersOf(code, packages) }));
  return found;
}

/** The Mage project that a linted file belongs to, and the file's path in it; a file elsewhere is alone in its own. */
export function mageFrom(linted: LintedFile): { project: MageProject; file: string } {
  const { physicalFilename, cwd, sourceCode, settings } = linted;
  const table = tableOf((settings as { orchestrator?: OrchestratorSettings } | undefined)?.orchestrator);
  const absolute = path.resolve(cwd, physicalFilename);
  const root = rootOf(absolute, path.resolve(cwd));
  if (root === undefined) {
    const file = path.basename(absolute);
    const code = new Codebase(aloneIn(file, sourceCode.text), table.known);
    return { project: new MageProject(code, table.table, []), file };
  }
  const file = path.relative(root, absolute).split(path.sep).join("/");
  const project = projectAt(root, table);
  project.codeWith({ file, text: sourceCode.text });
  return { project: project.mage(), file };
}

function aloneIn(file: string, text: string): Sources {
  const source = new SourceFile(text);
  return { paths: [file], file: (name) => (name === file ? source : undefined) };
}

/** How a whole tree is looked at. */
export interface TreeOptions {
  /** `settings` of the configuration. */
  settings?: OrchestratorSettings;
  /** Whether what was found the last time is kept on disk, and used where nothing changed since; it is by default. */
  cache?: boolean;
}

/** Settings of the rules that follow calls. */
export interface OrchestratorSettings {
  /** A team's own blocking calls. */
  readonly blockingCalls?: unknown;
  /** The folders of layers. */
  readonly packages?: unknown;
}

/**
 * The files of a tree in which the rules of this package may have something to report, as they are on disk: where chains
 * to blocking calls begin, and what was on the way and could not be read. No other file needs to be linted.
 *
 * @param root - absolute path
 * @returns paths relative to the root, sorted
 */
export function filesToLint(root: string, { settings, cache = true }: TreeOptions = {}): string[] {
  const project = projectAt(path.resolve(root), tableOf(settings));
  const { chains, far, unread, judged } = project.found(cache, settings);
  return [...new Set([...chains.keys(), ...far.keys(), ...unread, ...judged])].sort();
}

/**
 * Where blocks of Mage's pipelines train a model, whatever file that is in: `require-mojo-export` asks of the pipeline
 * whether it exports one, and the file by itself cannot tell.
 *
 * @param root - absolute path
 * @returns UTF-16 ranges by path relative to the root
 */
export function trainedByPipelines(
  root: string,
  { settings }: TreeOptions = {},
): ReadonlyMap<string, readonly Range[]> {
  return projectAt(path.resolve(root), tableOf(settings)).mage().trained();
}

/**
 * Whether what the rules of Redis found in files by themselves is done elsewhere in the project: a key gets the version of
 * its model, a value its expiry, an error its handler.
 *
 * @param root - absolute path
 * @returns asks of a finding: its rule, its file relative to the root, and its UTF-16 range
 */
export function redisMadeRight(
  root: string,
  { settings }: TreeOptions = {},
): (rule: string, file: string, range: Range) => boolean {
  const requests = projectAt(path.resolve(root), tableOf(settings)).radar().requests();
  return (rule, file, range) => requests.isMadeRight(rule, file, range);
}

/**
 * Whether calls that block the asynchronous function they stand in do so only in circumstances that nobody wants to be told
 * of: in tests, in scripts, before the first request.
 *
 * @param root - absolute path
 * @param ignored - those circumstances
 * @returns asks of a call: its file relative to the root, and its UTF-16 range
 */
export function blocksUnseen(
  root: string,
  ignored: readonly Tag[],
  { settings, cache = true }: TreeOptions = {},
): (file: string, range: Range) => boolean {
  const { chains } = projectAt(path.resolve(root), tableOf(settings)).found(cache, settings);
  const isIgnored = (tag: Tag) => ignored.includes(tag);
  return (file, [start, end]) => {
    if (tagsOfFile(file).some(isIgnored)) return true;
    const here = (chains.get(file) ?? []).filter(({ links: [first] }) => first!.place.range[0] < end && start < first!.place.range[1]); // prettier-ignore
    return here.length > 0 && here.every(({ tags }) => tags.some(isIgnored));
  };
}

/**
 * How many of the calls on the way from the event loop could be told, for a reader, and a list of those that could not:
 * what is behind them was not looked at.
 *
 * @param root - absolute path
 */
export function describeCalls(root: string, { settings }: TreeOptions = {}): string {
  const radar = projectAt(path.resolve(root), tableOf(settings)).radar();
  radar.chains();
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

/** A table of blocking calls, and what tells it from others. */
export interface NamedTable {
  readonly key: string;
  readonly table: BlockingTable;
  /** Top-level names of the distributions it knows. */
  readonly known: ReadonlySet<string>;
}

const tables = new Map<string, NamedTable>();

/** The table with a team's own calls in it. */
export function tableOf(settings: OrchestratorSettings | undefined): NamedTable {
  const own = Array.isArray(settings?.blockingCalls) ? (settings.blockingCalls as BlockingExtension[]) : [];
  const key = JSON.stringify(own);
  let found = tables.get(key);
  if (!found) {
    const table = own.length > 0 ? extendedTable(own) : blockingCalls;
    tables.set(key, (found = { key, table, known: new Table(table).distributions }));
  }
  return found;
}

function radarFor({ table, known }: NamedTable, sources: Sources, before?: Codebase): Radar {
  return new Radar(new Codebase(sources, known, before), table);
}

const projects = new Map<string, Project>();

function projectAt(root: string, table: NamedTable): Project {
  const key = `${root}\0${table.key}`;
  let project = projects.get(key);
  if (!project) projects.set(key, (project = new Project(root, table)));
  return project;
}

/** A text that is not on disk: an editor's buffer, or what a fix left. */
interface Buffer {
  source: SourceFile;
  /** Of the file on disk when the text was seen: once that is written, it is the newer one. */
  stamp: string | undefined;
}

const isPythonFile = (name: string): boolean => /\.pyi?$/.test(name);

/** The Python files below one root, and what they mean until one of them changes. */
export class Project {
  readonly #root: string;
  readonly #table: NamedTable;
  readonly #open: () => ResultCache;
  #stamps = new Map<string, string>();
  readonly #files = new Map<string, SourceFile | undefined>();
  readonly #buffers = new Map<string, Buffer>();
  #lookedAt = -Infinity;
  #rest = 0;
  #radar: Radar | undefined;
  /** The last one there was. */
  #code: Codebase | undefined;
  /** What is in the tree, where it was asked for as a whole. */
  #found: { found: Found; packages: string } | undefined;
  /** When a file of the tree changed last, by the file system's clock. */
  #changed = -Infinity;
  #lookedOn = -Infinity;
  #mage: MageProject | undefined;

  constructor(root: string, table: NamedTable, open = () => openCache(root)) {
    this.#root = root;
    this.#table = table;
    this.#open = open;
  }

  chainsFrom(linted: { file: string; text: string }): readonly Chain[] {
    this.#look();
    this.#take(linted);
    if (this.#found) return this.#found.found.chains.get(linted.file) ?? [];
    return this.#linked().chainsFrom(linted.file);
  }

  farFrom(linted: { file: string; text: string }): readonly FarFinding[] {
    this.#look();
    this.#take(linted);
    if (this.#found) return this.#found.found.far.get(linted.file) ?? [];
    return this.#linked().requests().findingsIn(linted.file);
  }

  /** What the whole tree holds. @param isKept - on disk, and looked for there */
  found(isKept: boolean, settings?: OrchestratorSettings): Found {
    this.#look();
    const packages = JSON.stringify(packagesOf(settings?.packages));
    if (this.#found?.packages === packages) return this.#found.found;
    const cache = isKept && this.#buffers.size === 0 ? this.#open() : undefined;
    const inputs = cache && this.#inputs(packages);
    let found = inputs && cache.get(inputs);
    if (!found) {
      const radar = this.#linked();
      const judged = [...filesInLayers(withLayers(radar.code, settings)), ...this.mage().files()];
      const chains = radar.chains();
      found = { chains, far: radar.requests().findings(), unread: radar.code.unread(), judged };
      if (inputs) cache.save(inputs, found);
    }
    this.#found = { found, packages };
    return found;
  }

  /** The files as they are on disk and in open buffers. */
  code(): Codebase {
    this.#look();
    return this.#linked().code;
  }

  codeWith(linted: { file: string; text: string }): Codebase {
    this.#look();
    this.#take(linted);
    return this.#linked().code;
  }

  /** The blocks of Mage in those files, and the pipelines beside them. */
  mage(): MageProject {
    const code = this.code();
    this.#mage ??= new MageProject(code, this.#table.table, this.#pipelines());
    return this.#mage;
  }

  #pipelines(): Pipeline[] {
    return [...this.#stamps.keys()]
      .filter((file) => METADATA.test(file))
      .flatMap((file) => {
        const read = readText(path.join(this.#root, file), MAX_FILE);
        return ("text" in read ? readPipeline(file, read.text) : undefined) ?? [];
      });
  }

  /** All that what is found depends on, beside this program. */
  #inputs(packages: string): Inputs {
    const { table, key } = this.#table;
    const settings = [packages, key, JSON.stringify(table, (_, value: unknown) => (value instanceof Map ? [...value] : value))]; // prettier-ignore
    const stamps = this.#stamps;
    const texts = function* (textOf: (file: string) => string) {
      for (const file of stamps.keys()) yield* [file, textOf(file)];
    };
    return {
      files: new Set(stamps.keys()),
      stamps:
        this.#lookedOn - this.#changed > TICK ? keyOf([...settings, JSON.stringify([...stamps])]) : undefined,
      texts: () => keyOf([...settings, ...texts((file) => this.#file(file)?.text ?? "")]),
    };
  }

  radar(): Radar {
    this.#look();
    return this.#linked();
  }

  /** @param linted - wins over the disk, now and when other files are linted */
  #take({ file, text }: { file: string; text: string }): void {
    const before = this.#current(file);
    if (before?.text === text) return;
    if (this.#file(file)?.text === text) this.#buffers.delete(file);
    else this.#buffers.set(file, { source: new SourceFile(text, before), stamp: this.#stamps.get(file) });
    this.#forget();
  }

  #forget(): void {
    this.#radar = undefined;
    this.#found = undefined;
    this.#mage = undefined;
  }

  #linked(): Radar {
    if (!this.#radar) {
      const sources: Sources = {
        paths: [...new Set([...this.#stamps.keys(), ...this.#buffers.keys()])].filter(isPythonFile).sort(),
        file: (file) => this.#current(file),
      };
      this.#radar = radarFor(this.#table, sources, this.#code);
      this.#code = this.#radar.code;
    }
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
    const lookedOn = Date.now();
    if (started - this.#lookedAt < this.#rest) return;
    const { files } = list(this.#root, (file) => isPythonFile(file) || METADATA.test(file));
    const stamps = new Map<string, string>();
    let changed = -Infinity;
    for (const file of files) {
      const found = stampOf(path.join(this.#root, file));
      if (!found) continue;
      stamps.set(file, found.stamp);
      changed = Math.max(changed, found.changed);
    }
    const others = [...new Set([...stamps.keys(), ...this.#stamps.keys()])].filter(
      (file) => stamps.get(file) !== this.#stamps.get(file),
    );
    if (others.length > 0) this.#forget();
    for (const file of others) {
      this.#files.delete(file);
      if (this.#buffers.get(file)?.stamp !== stamps.get(file)) this.#buffers.delete(file);
    }
    this.#stamps = stamps;
    this.#changed = changed;
    this.#lookedOn = lookedOn;
    this.#lookedAt = performance.now();
    this.#rest = REST * (this.#lookedAt - started);
  }
}
