import path from "node:path";
import { openText } from "../language/open.js";
import type { DataFile } from "../language/value.js";
import type { Disk } from "../model/compose/disk.js";
import { isInside, listFiles, readText, stampOf } from "./disk.js";

/** A tree is looked through again after this many times what the last look took: at most a thirtieth of all time. */
const REST = 30;
/** Texts are looked through for workloads up to this many characters. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

type Read = { readonly text: string } | { readonly error: string };
type Opened = DataFile | { readonly error: string };

/** The files below one root as they are on disk, or in the editor that lints one of them. */
export class Tree implements Disk {
  readonly root: string;
  /** Another number whenever a file is not what it was. */
  version = 0;
  #listed: ReadonlySet<string> = new Set();
  /** Files that are looked at where no look would find them. */
  readonly #asked = new Set<string>();
  #stamps = new Map<string, string | undefined>();
  #texts = new Map<string, { stamp: string; read: Read }>();
  #opened = new Map<string, { text: string; opened: Opened }>();
  #edited: { path: string; text: string } | undefined;
  #lookedAt = -Infinity;
  #rest = 0;
  #isCut = false;

  constructor(root: string) {
    this.root = root;
  }

  /** Brings the tree in line with the disk, unless that was done a moment ago. */
  look(): void {
    const started = performance.now();
    if (started - this.#lookedAt < this.#rest) return;
    this.#listed = new Set(listFiles(this.root, (name) => /\.(?:ya?ml|json)$/i.test(name), this.#asked));
    const stamps = new Map<string, string | undefined>();
    // Files of variables and files that are missing count as well, once they were asked for.
    for (const file of new Set([...this.#listed, ...this.#stamps.keys()])) stamps.set(file, stampOf(file));
    const isSame =
      stamps.size === this.#stamps.size &&
      [...stamps].every(([file, stamp]) => this.#stamps.has(file) && this.#stamps.get(file) === stamp);
    if (!isSame) this.version++;
    this.#stamps = stamps;
    this.#lookedAt = performance.now();
    this.#rest = REST * (this.#lookedAt - started);
  }

  /** Looks at files wherever in the tree they are: in what a build made, behind a link, beyond what is looked through. */
  lookAt(files: Iterable<string>): void {
    this.look();
    const more = [...files].filter(
      (file) => !this.#listed.has(file) && !this.#asked.has(file) && isInside(this.root, file),
    );
    if (more.length === 0) return;
    for (const file of more) this.#asked.add(file);
    this.#lookedAt = -Infinity;
    this.look();
  }

  /** Whether a file on disk is one of this tree, its links followed. What was listed is: no links were. */
  holds(file: string): boolean {
    return this.#listed.has(file) || isInside(this.root, file);
  }

  /** Takes a linted file's text and tree, which win over the disk. */
  accept(file: string, text: string, opened: DataFile | undefined): void {
    const read = this.#fromDisk(file);
    const isSaved = "text" in read && read.text === text;
    const edited = isSaved ? undefined : { path: file, text };
    if (edited?.path !== this.#edited?.path || edited?.text !== this.#edited?.text) this.version++;
    this.#edited = edited;
    if (opened && this.#opened.get(file)?.text !== text) this.#opened.set(file, { text, opened });
  }

  /** Whether the tree holds more YAML and JSON than is looked through. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Files with a wanted text, sorted; YAML and JSON. */
  matching(isWanted: (text: string) => boolean): string[] {
    let characters = 0;
    const found = [...this.#listed].filter((file) => {
      if (characters > MAX_CHARACTERS) return false;
      const read = this.read(file);
      if (!("text" in read)) return false;
      characters += read.text.length;
      return characters <= MAX_CHARACTERS && isWanted(read.text);
    });
    this.#isCut = characters > MAX_CHARACTERS;
    return found;
  }

  open(file: string): Opened {
    const read = this.read(file);
    if ("error" in read) return read;
    const known = this.#opened.get(file);
    if (known?.text === read.text) return known.opened;
    const opened = openText({ path: file, text: read.text });
    this.#opened.set(file, { text: read.text, opened });
    return opened;
  }

  /** Lets go of a file's tree, which is parsed again if it is asked for again. */
  close(file: string): void {
    this.#opened.delete(file);
  }

  read(file: string): Read {
    return file === this.#edited?.path ? this.#edited : this.#fromDisk(file);
  }

  /** What lies outside of the tree may be there: it is not looked at. */
  has(file: string): boolean {
    return file === this.#edited?.path || this.#isOutside(file) || this.#stampOf(file) !== undefined;
  }

  show(file: string): string {
    const below = `${this.root}/`;
    // Working a path out takes longer than most of what is done with a file.
    if (file.startsWith(below) && !file.includes("/../")) return file.slice(below.length);
    return path.relative(this.root, file).split(path.sep).join("/");
  }

  #isOutside(file: string): boolean {
    return this.show(file).startsWith("..");
  }

  #stampOf(file: string): string | undefined {
    if (!this.#stamps.has(file)) this.#stamps.set(file, stampOf(file));
    return this.#stamps.get(file);
  }

  #fromDisk(file: string): Read {
    const outside = { error: "it lies outside of the checked tree" };
    if (this.#isOutside(file)) return outside;
    const stamp = this.#stampOf(file);
    if (stamp === undefined) return { error: "there is no such file" };
    const known = this.#texts.get(file);
    if (known?.stamp === stamp) return known.read;
    const read = this.holds(file) ? readText(file) : outside;
    this.#texts.set(file, { stamp, read });
    return read;
  }
}
