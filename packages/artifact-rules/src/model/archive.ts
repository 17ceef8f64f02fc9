import type { Findings } from "../findings.js";
import type { ByteSource } from "../language/bytes.js";
import { readEntry, streamEntry } from "../language/entry.js";
import { checkText } from "../language/ini.js";
import { unescapeNewlines } from "../language/java.js";
import { Lines } from "../language/lines.js";
import type { ZipEntry } from "../language/zip.js";
import type { Limits } from "../limits.js";

/** The content of a zip file, each entry inflated once and checked as it is. */
export class Archive {
  readonly #entries = new Map<string, ZipEntry>();
  readonly #read = new Set<string>();
  readonly #held = new Map<string, Lines>();
  #room: number;
  /** In the order of their code units, so that those of a folder stand together: ensembles have many folders. */
  readonly #names: readonly string[];

  constructor(
    readonly source: ByteSource,
    entries: readonly ZipEntry[],
    readonly limits: Limits,
    readonly findings: Findings,
  ) {
    // A duplicate name is an error already; the first one is looked into.
    for (const entry of entries) if (!this.#entries.has(entry.name)) this.#entries.set(entry.name, entry);
    this.#room = limits.keptBytes;
    this.#names = [...this.#entries.keys()].sort();
  }

  /** The names that begin in a certain way, in order; all of them where none is given. */
  *names(beginning = ""): Iterable<string> {
    let [low, high] = [0, this.#names.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#names[middle]! < beginning) low = middle + 1;
      else high = middle;
    }
    for (; low < this.#names.length && this.#names[low]!.startsWith(beginning); low++)
      yield this.#names[low]!;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Inflated size, as declared. */
  size(name: string): number | undefined {
    return this.#entries.get(name)?.size;
  }

  /** The bytes of an entry; undefined where it is missing (which the caller reports), unsound or too large to hold. */
  read(name: string, limit = this.limits.heldBytes): Uint8Array | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    if (entry.size > limit) {
      this.findings.add("not-verified", `It has ${entry.size} bytes, more than are looked into (${limit}).`, {
        entry: name,
      });
      return undefined;
    }
    this.#read.add(name);
    return readEntry(this.source, entry, this.findings);
  }

  /**
   * Keeps lines in memory. Equal texts are kept once: the models of an ensemble have their levels in common.
   *
   * @returns undefined, and a word about it, where there is no room left for them
   */
  hold(name: string, lines: Lines): Lines | undefined {
    const key = `${this.#entries.get(name)?.crc ?? 0} ${lines.size}`;
    const known = this.#held.get(key);
    if (known?.equals(lines)) return known;
    if (lines.size > this.#room) {
      this.findings.add(
        "not-verified",
        `Its ${lines.length} lines were counted; they are too many to compare with what else names them.`,
        { entry: name },
      );
      return undefined;
    }
    this.#room -= lines.size;
    this.#held.set(key, lines);
    return lines;
  }

  /** Inflates and sums whatever nothing has asked for. */
  readRest(): void {
    for (const [name, entry] of this.#entries)
      if (!this.#read.has(name)) streamEntry(this.source, entry, this.findings);
  }
}

/** A model's folder within an archive; nested models see only their own. */
export class Folder {
  constructor(
    readonly archive: Archive,
    readonly path: string,
  ) {}

  /** Names below this folder, relative to it; where one below it is given, only those in there. */
  *names(below = ""): Iterable<string> {
    for (const name of this.archive.names(this.path + below)) yield name.slice(this.path.length);
  }

  full(name: string): string {
    return this.path + name;
  }

  has(name: string): boolean {
    return this.archive.has(this.full(name));
  }

  read(name: string): Uint8Array | undefined {
    return this.archive.read(this.full(name));
  }

  /** Reads an entry that has to be there. */
  need(
    name: string,
    check:
      | "tree-missing"
      | "matrix-shape"
      | "calibration"
      | "booster-bytes"
      | "vocabulary"
      | "encodings"
      | "ini-key",
  ): Uint8Array | undefined {
    if (!this.has(name))
      this.archive.findings.add(check, `The entry ${this.full(name)} is missing.`, {
        entry: this.full(name),
      });
    return this.read(name);
  }

  /** The lines of a text entry, with H2O's escapes undone where it writes them. */
  lines(name: string, isEscaped = false): Lines | undefined {
    const { findings, limits } = this.archive;
    const bytes = this.read(name);
    if (!bytes) return undefined;
    const entry = this.full(name);
    const text = checkText(bytes, entry, findings);
    const lines = Lines.of(text, limits.lines, isEscaped ? unescapeNewlines : undefined);
    if (!lines)
      findings.add("not-verified", `It has more than ${limits.lines} lines, more than are looked into.`, {
        entry,
      });
    return lines;
  }

  /** Lines of this folder that stay in memory. */
  hold(name: string, lines: Lines): Lines | undefined {
    return this.archive.hold(this.full(name), lines);
  }

  /** A folder below this one. */
  in(path: string): Folder {
    return new Folder(this.archive, this.path + path);
  }
}
