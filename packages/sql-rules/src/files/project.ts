import path from "node:path";
import type { Program } from "../language/parse.js";
import type { Database, HistoryProblem } from "../model/database.js";
import { doubtsOf } from "../model/doubts.js";
import { packed, unreadFacts, type FileFacts } from "../model/facts.js";
import { alone, link, type Linked, type Listed } from "../model/link.js";
import { describe, isControl } from "../model/sources/index.js";
import { settingsOf, type MigrationSettings } from "../settings.js";
import { keyOf, openCache, type DiskCache } from "./cache.js";
import { isSkipped, list, readText, stampOf } from "./listing.js";
import { readerOf, sql, type Tree } from "./readers.js";

/** What of ESLint's rule context names a file and its text. */
export interface LintedFile {
  readonly physicalFilename: string;
  /** Directory outside of which nothing is read. */
  readonly cwd: string;
  readonly settings: unknown;
  readonly sourceCode: { readonly ast: object; readonly text: string };
}

/** A larger script is given its place in a history, but is not read into it. */
const MAX_SCRIPT = 64 * 1024 * 1024;
const MAX_CONTROL = 1024 * 1024;
/** Of a tree with more text the largest files are not read. */
const MAX_BYTES = 128 * 1024 * 1024;
/** Facts of this much text (UTF-16 units) are kept as they are, those of more with their changes as JSON. */
const MAX_HOT = 1024 * 1024;
/** A tree is looked through again after this many times what the last look took: at most a twentieth of all time. */
const REST = 20;
/** But after this many milliseconds where a look took as long as it did because much was read. */
const MAX_REST = 1000;

/** The absolute path of a linted file, as places name it. */
export function pathOf({ physicalFilename, cwd }: Pick<LintedFile, "physicalFilename" | "cwd">): string {
  return path.resolve(cwd, physicalFilename);
}

/**
 * The databases a linted file speaks to: the one its migration history builds first, then the one that the nearest
 * history builds whose tables it names. A script that belongs to no history is a database of its own.
 *
 * @returns none where the file cannot be told to belong to one, and where the tree is too large to be read as a whole
 */
export function databasesOf(context: LintedFile): readonly Database[] {
  return lookUp(context).databases;
}

/** What is wrong with the history of a linted file, as far as it is to be said in this one. */
export function historyProblems(context: LintedFile): readonly HistoryProblem[] {
  return lookUp(context).problems;
}

/**
 * The migration histories below a root, for a reader: the order of their scripts with its reasons, what is left out,
 * what is wrong with them, and what of their outcome is not certain.
 *
 * @param root - absolute path
 * @param settings - `settings` of a configuration
 * @param folder - absolute path of the folder whose scripts are meant
 */
export function describeHistories(root: string, settings?: unknown, folder = root): string {
  const project = projectAt(root);
  const { cut, linked } = project.linked(settingsOf(settings).migrations);
  if (cut !== undefined) return `Nothing was read: ${cut}.\n`;
  const databases = new Map(
    [...linked.databasesOf.values()].flat().map((one) => [`${one.layout} ${one.name}`, one]),
  );
  const below = path.relative(root, path.resolve(root, folder)).split(path.sep).join("/");
  const isMeant = ({ path: file }: { path: string }) => below === "" || file.startsWith(`${below}/`);
  const histories = linked.histories.filter(({ steps, left }) => [...steps, ...left].some(isMeant));
  return describe(histories, ({ name, layout }) => {
    const database = databases.get(`${layout} ${name}`);
    return database ? doubtsOf(database.catalog) : [];
  });
}

/** Whether a script is another database's by what stands beside it, or by the settings where nothing else tells. */
export function isForeign(context: LintedFile): boolean {
  return isForeignBySettings(context) || lookUp(context).isOtherDatabase === true;
}

function isForeignBySettings({ sourceCode: { ast }, settings }: LintedFile): boolean {
  const { dialect } = settingsOf(settings).migrations;
  if (dialect === undefined || dialect === "postgresql" || !("dialect" in ast)) return false;
  return (ast as Program).dialect.by === "default";
}

interface Answer {
  databases: readonly Database[];
  problems: readonly HistoryProblem[];
  isOtherDatabase?: boolean;
}

/** The rules ask about one file after the other; a map by trees would keep many of them from being forgotten young. */
let last: { ast: object; answer: Answer } | undefined;

function lookUp(context: LintedFile): Answer {
  const { ast } = context.sourceCode;
  if (last?.ast !== ast) last = { ast, answer: ask(context) };
  return last.answer;
}

function ask(context: LintedFile): Answer {
  const { ast, text } = context.sourceCode;
  const file = pathOf(context);
  const reader = "dialect" in ast ? sql : readerOf(file);
  const draw = (tree?: Tree) =>
    reader?.fromSource?.(context.sourceCode, file, tree) ??
    reader?.read(text, file, tree) ??
    unreadFacts(file, "nothing reads such files");

  const { migrations } = settingsOf(context.settings);
  if (isForeignBySettings(context)) return { databases: [], problems: [] };

  const root = rootOf(file, path.resolve(context.cwd));
  const relative = root === undefined ? undefined : path.relative(root, file).split(path.sep).join("/");
  // Most sources hold no SQL; asking for what is around them would cost the most of all.
  const isOther =
    reader?.mayMatter?.(text, file) === false || (relative && reader?.isOwn?.(relative) === false);
  if (isOther) return { databases: [], problems: [] };
  if (root === undefined || relative === undefined) {
    return { databases: [alone(draw(), path.basename(file))], problems: [] };
  }
  const project = projectAt(root);
  const { cut, linked } = project.linked(migrations, { path: relative, text, draw });
  if (cut !== undefined) {
    return {
      databases: [],
      problems: [{ kind: "cut", message: cut, place: { path: file, range: [0, 0] } }],
    };
  }
  const problems = [...(linked.problems.get(file) ?? []), ...misreading(file, text)];
  const databases = linked.databasesOf.get(file);
  if (databases || linked.left.has(file))
    return { databases: databases ?? [], problems, isOtherDatabase: linked.others.has(file) };
  const facts = project.factsOf(relative, text) ?? draw(project.tree);
  return { databases: [alone(facts, relative, linked)], problems };
}

/** ESLint hands out texts as if they were UTF-8, with U+FFFD for what is not. */
function misreading(file: string, text: string): HistoryProblem[] {
  const at = text.indexOf("\uFFFD");
  const read = at < 0 ? undefined : readText(file, MAX_SCRIPT);
  if (!read || !("warning" in read)) return [];
  return [{ kind: "encoding", message: read.warning, place: { path: file, range: [at, at + 1] } }];
}

/**
 * The folder that a file's project is: the working directory, or the innermost passed-over folder below it that the
 * file is in; where that is a whole machine, as in a container, the topmost folder the file is in. Undefined for a file elsewhere, or that is not on disk.
 */
function rootOf(file: string, cwd: string): string | undefined {
  const relative = path.relative(cwd, file);
  if (relative.startsWith("..") || path.isAbsolute(relative) || !stampOf(file)) return undefined;
  const folders = path.dirname(relative).split(path.sep);
  const least = cwd === path.parse(cwd).root ? 0 : -1;
  const last = Math.max(folders.findLastIndex(isSkipped), least);
  return path.join(cwd, ...folders.slice(0, last + 1));
}

const projects = new Map<string, Project>();

function projectAt(root: string): Project {
  let project = projects.get(root);
  if (!project) projects.set(root, (project = new Project(root)));
  return project;
}

const NOTHING: Linked = {
  histories: [],
  databasesOf: new Map(),
  problems: new Map(),
  left: new Set(),
  others: new Set(),
  isBesideTests: false,
  isRead: false,
  beside: [],
  basis: { sources: [], controls: new Map() },
};

/** Sources, notebooks and templates whose SQL is not read. */
const OTHERS =
  /\.(?:pyi?|ipynb|go|java|kts?|groovy|scala|clj[cs]?|rb|erb|rs|php|cs|fs|vb|exs?|eex|erl|hs|ml|swift|dart|lua|jl|r|rmd|sh|bash|zsh|ps1|p[lm]|vue|svelte|astro|c|cc|cpp|h|hpp|m|j2|jinja2?|tmpl|tpl|mustache|hbs|ejs)$/i;

/** A linted text, which wins over the disk. */
interface Overlay {
  path: string;
  text: string;
  draw: (tree: Tree) => FileFacts;
}

interface Entry {
  stamp: string;
  key: string;
  facts: FileFacts | undefined;
  /** The facts were taken from the disk cache. */
  isCached?: boolean;
  /** It was left out for all that the tree holds. */
  isOver?: boolean;
}

interface Control {
  stamp: string;
  text: string;
}

/** What the files of a project mean under some settings. */
interface Links {
  /** As they are on disk; absent after a change. */
  onDisk?: Linked | undefined;
  /** With the last linted text that differs from the disk. */
  edited?: { key: string; linked: Linked } | undefined;
  /** The last result of all: what did not change since is taken from it. */
  last?: Linked;
}

function isEqual(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

/** The files below one root: facts of each, linked when asked for. */
class Project {
  readonly #root: string;
  readonly #cache: DiskCache;
  #entries = new Map<string, Entry>();
  /** The files with facts, by path. */
  #listed: readonly Listed[] = [];
  #controls = new Map<string, Control>();
  #texts: ReadonlyMap<string, string> = new Map();
  #tree: Tree;
  #cut: string | undefined;
  /** Sources whose SQL is not read: Python's, of which only migrations are. */
  #hasOthers = false;
  /** Each file with its stamp, as of the last look. */
  #seen: readonly string[] = [];
  #lookedAt = -Infinity;
  #rest = 0;
  /** By settings. */
  #links = new Map<string, Links>();

  constructor(root: string) {
    this.#root = root;
    this.#cache = openCache(root);
    this.#tree = this.#treeOf([]);
  }

  /** Its files, for readers of one that takes something from another. */
  get tree(): Tree {
    return this.#tree;
  }

  #treeOf(paths: readonly string[]): Tree {
    const texts = new Map<string, string | undefined>();
    return {
      root: this.#root,
      paths,
      text: (file) => {
        if (!texts.has(file)) {
          const read = readText(this.#absolute(file), MAX_CONTROL);
          texts.set(file, "text" in read ? read.text : undefined);
        }
        return texts.get(file);
      },
    };
  }

  /** A file's facts if they are known for this text. */
  factsOf(file: string, text: string): FileFacts | undefined {
    const entry = this.#entries.get(file);
    return entry?.facts && entry.key === keyOf(text, this.#absolute(file)) ? entry.facts : undefined;
  }

  linked(settings: MigrationSettings, overlay?: Overlay): { linked: Linked; cut?: string } {
    this.#look();
    if (this.#cut !== undefined) {
      return { linked: NOTHING, cut: this.#cut };
    }
    const key = JSON.stringify(settings);
    let links = this.#links.get(key);
    if (!links) this.#links.set(key, (links = {}));
    if (!overlay || this.factsOf(overlay.path, overlay.text)) {
      links.last = links.onDisk ??= this.#link(this.#listed, settings, links.last);
      return { linked: links.onDisk };
    }
    const textKey = keyOf(overlay.text, this.#absolute(overlay.path));
    if (links.edited?.key !== textKey) {
      const own = { path: overlay.path, facts: overlay.draw(this.#tree) };
      const at = this.#listed.findIndex(({ path: name }) => name >= overlay.path);
      const isListed = this.#listed[at]?.path === overlay.path;
      const files = this.#listed.toSpliced(at < 0 ? this.#listed.length : at, isListed ? 1 : 0, own);
      links.edited = { key: textKey, linked: this.#link(files, settings, links.last) };
    }
    links.last = links.edited.linked;
    return { linked: links.edited.linked };
  }

  #link(files: readonly Listed[], settings: MigrationSettings, last: Linked | undefined): Linked {
    return link(files, this.#texts, settings, last, this.#hasOthers);
  }

  #absolute(file: string): string {
    return path.join(this.#root, file);
  }

  /** Brings the facts in line with the disk, unless that was done a moment ago. */
  #look(): void {
    const started = performance.now();
    if (started - this.#lookedAt < this.#rest) return;
    let hasOthers = false;
    const { files: all, cut } = list(this.#root, (name) => {
      hasOthers ||= OTHERS.test(name);
      return readerOf(name) !== undefined || isControl(name);
    });
    const own = all.filter((name) => !readerOf(name)?.isForeign);
    const files = own.length > 0 ? all : own;
    if (hasOthers !== this.#hasOthers) {
      this.#hasOthers = hasOthers;
      for (const links of this.#links.values()) links.onDisk = links.edited = undefined;
    }
    const found = files.map((file) => stampOf(this.#absolute(file)));
    const seen = files.map((file, i) => `${file} ${found[i]?.stamp ?? ""}`);
    const looked = performance.now() - started;
    // Most looks find nothing new, and leave nothing behind.
    if (cut !== undefined || !isEqual(seen, this.#seen)) {
      this.#cut = cut;
      this.#update(files, found);
      this.#seen = seen;
    }
    this.#lookedAt = performance.now();
    this.#rest = REST * (this.#lookedAt - started);
    // Minutes of rest after a long first read would hide what changes meanwhile.
    if (this.#rest > MAX_REST) this.#rest = Math.max(MAX_REST, REST * looked);
  }

  /** @param found - what is known of each file's content without reading it */
  #update(files: readonly string[], found: readonly ReturnType<typeof stampOf>[]): void {
    const before = this.#entries;
    this.#tree = this.#treeOf(files);
    const entries = new Map<string, Entry>();
    const controls = new Map<string, Control>();
    let [bytes, drawn, isChanged, hasNewControl] = [0, 0, false, false];
    const sized = files.map((file, i) => ({ file, stamp: found[i]?.stamp, size: found[i]?.size ?? 0 }));
    // Dumps of data are the largest files there are, and say the least.
    for (const { file, stamp, size } of sized.sort((a, b) => a.size - b.size)) {
      if (stamp === undefined) continue;
      const reader = readerOf(file);
      if (reader?.isOwn?.(file) === false) continue;
      if (!reader) {
        const known = this.#controls.get(file);
        const control = known?.stamp === stamp ? known : this.#control(file, stamp);
        if (control) controls.set(file, control);
        hasNewControl ||= control !== known;
        continue;
      }
      const known = before.get(file);
      const isOver = bytes + size > MAX_BYTES;
      const isKnown = known?.stamp === stamp && (known.isOver ?? false) === isOver && this.#isFresh(file, known.facts); // prettier-ignore
      const entry = isKnown ? known : this.#read(file, stamp, known, isOver);
      if (entry.facts && entry.facts !== known?.facts) {
        if (!entry.isCached) drawn++;
        if (bytes > MAX_HOT) entry.facts = packed(entry.facts);
      }
      isChanged ||= entry.facts !== known?.facts;
      entries.set(file, entry);
      if (entry.facts && !entry.facts.isUnread) bytes += size;
    }
    this.#entries = entries;
    this.#listed = files.flatMap((file) => {
      const facts = entries.get(file)?.facts;
      return facts ? [{ path: file, facts }] : [];
    });
    if (controls.size !== this.#controls.size || hasNewControl) {
      this.#texts = new Map([...controls].map(([name, { text }]) => [name, text]));
      isChanged = true;
    }
    this.#controls = controls;
    const isOther = isChanged || before.size !== entries.size;
    for (const links of this.#links.values()) {
      if (isOther) links.onDisk = undefined;
      // What is edited may take something from any file.
      links.edited = undefined;
    }
    this.#cache.release();
    if (drawn > 16)
      this.#cache.save(
        new Map([...entries.values()].flatMap(({ key, facts }) => (facts ? [[key, facts]] : []))),
      );
  }

  /** Whether what facts took from other files is still so. */
  #isFresh(file: string, facts: FileFacts | undefined): boolean {
    return facts?.asked === undefined || readerOf(file)?.isFresh?.(facts, this.#tree) !== false;
  }

  #control(file: string, stamp: string): Control | undefined {
    const read = readText(this.#absolute(file), MAX_CONTROL);
    return "text" in read ? { stamp, text: read.text } : undefined;
  }

  /** @param isOver - whether there is no room for its facts */
  #read(file: string, stamp: string, known: Entry | undefined, isOver: boolean): Entry {
    const absolute = this.#absolute(file);
    const over = isOver ? { isOver } : {};
    const read = readText(absolute, MAX_SCRIPT);
    if ("error" in read) return { stamp, key: "", facts: unreadFacts(absolute, read.error), ...over };
    const reader = readerOf(file);
    if (!reader || reader.mayMatter?.(read.text, file) === false)
      return { stamp, key: "", facts: undefined, ...over };
    if (isOver) {
      const error = `it is one of the largest of a tree with more than ${MAX_BYTES / 1024 / 1024} MiB of scripts`;
      return { stamp, key: "", facts: unreadFacts(absolute, error), isOver };
    }
    const key = keyOf(read.text, absolute);
    if (known?.key === key && this.#isFresh(file, known.facts)) return { ...known, stamp };
    // What changed since the first look is not on disk, and loading all that is would take longer than reading one file.
    const cached = this.#seen.length === 0 ? this.#cache.get(key) : undefined;
    return cached && this.#isFresh(file, cached)
      ? { stamp, key, facts: cached, isCached: true }
      : { stamp, key, facts: reader.read(read.text, absolute, this.#tree) };
  }
}
