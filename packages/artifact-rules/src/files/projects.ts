/** What of a tree decides a release of h2o, kept from one linted file to the next. */
import { decode, list, stampOf } from "@orchestrator-lint/sql-rules/files";
import { realpathSync } from "node:fs";
import path from "node:path";
import { gatherPins, isPinFile, type PinText } from "../coherence/files.js";
import type { PinProject } from "../coherence/project.js";
import { releaseInside } from "../verify.js";
import { UnreadableFile, withFile } from "./disk.js";

/** What of ESLint's rule context names a file and its text. */
export interface LintedFile {
  readonly physicalFilename: string;
  /** Directory outside of which nothing is read. */
  readonly cwd: string;
  readonly sourceCode: { readonly text: string };
  /** The configuration's; `orchestrator.h2o.secure` says that H2O-3 Secure is what is installed. */
  readonly settings?: unknown;
}

/** A longer file decides no release. */
const MAX_FILE = 64 * 1024 * 1024;
/** A tree is looked through again after this many times what the last look took: at most a twentieth of all time. */
const REST = 20;

/**
 * The tree a linted file belongs to, and the file's path in it.
 *
 * @returns undefined for a file that decides no release
 */
export function projectWith({
  physicalFilename,
  cwd,
  sourceCode,
  settings,
}: LintedFile): { project: PinProject; file: string } | undefined {
  const root = path.resolve(cwd);
  const absolute = path.resolve(root, physicalFilename);
  const relative = path.relative(root, absolute);
  const isOutside = relative.startsWith("..") || path.isAbsolute(relative);
  const file = (isOutside ? path.basename(absolute) : relative).split(path.sep).join("/");
  if (!isPinFile(file)) return undefined;
  const { h2o } = (settings as { orchestrator?: { h2o?: { secure?: boolean } } } | undefined)?.orchestrator ?? {}; // prettier-ignore
  const isSecure = h2o?.secure === true;
  const text = sourceCode.text;
  if (isOutside) {
    const { files } = gatherPins([file], (name) => (name === file ? { text } : { error: "" }));
    return { file, project: { files, models: new Map(), isSecure } };
  }
  let tree = trees.get(root);
  if (!tree) trees.set(root, (tree = new Tree(root)));
  return { file, project: { ...tree.with(file, text), isSecure } };
}

const trees = new Map<string, Tree>();

type Found = Pick<PinProject, "files" | "models">;

/** The files below one root that decide a release, and the archives that one made. */
class Tree {
  readonly #root: string;
  #stamps = new Map<string, string>();
  readonly #texts = new Map<string, PinText>();
  readonly #releases = new Map<string, string | undefined>();
  /** Texts that are not on disk, with the stamp of the file when they were seen: once that is written, it is newer. */
  readonly #buffers = new Map<string, { text: string; stamp: string | undefined }>();
  #found: Found | undefined;
  #lookedAt = -Infinity;
  #rest = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** @param given - the text of the linted file: wins over the disk, now and when other files are linted */
  with(file: string, given: string): Found {
    this.#look();
    const onDisk = this.#fromDisk(file);
    // ESLint takes every file for UTF-8: what it reads of UTF-16 is none of the file's text.
    const text = given.includes("\0") && "text" in onDisk ? onDisk.text : given;
    // A file in a folder that is passed over counts while it is linted.
    const isSaved = this.#stamps.has(file) && "text" in onDisk && onDisk.text === text;
    if (isSaved ? this.#buffers.delete(file) : this.#buffers.get(file)?.text !== text)
      this.#found = undefined;
    if (!isSaved) this.#buffers.set(file, { text, stamp: this.#stamps.get(file) });
    return (this.#found ??= this.#link());
  }

  #link(): Found {
    const known = new Set([...this.#stamps.keys(), ...this.#buffers.keys()]);
    const { files } = gatherPins(
      [...known].filter((file) => isPinFile(file)).sort(),
      (file) => this.#buffers.get(file) ?? this.#fromDisk(file),
    );
    const models = new Map<string, string>();
    for (const file of [...known].filter((name) => ARCHIVE.test(name)).sort()) {
      const release = this.#releaseOf(file);
      if (release !== undefined) models.set(file, release);
    }
    return { files, models };
  }

  /** Brings the list of files in line with the disk, unless that was done a moment ago. */
  #look(): void {
    const started = performance.now();
    if (started - this.#lookedAt < this.#rest) return;
    const stamps = new Map<string, string>();
    for (const file of list(this.#root, (name) => ARCHIVE.test(name) || MAY_BE_PINS.test(name)).files) {
      if (!ARCHIVE.test(file) && !isPinFile(file)) continue;
      const found = stampOf(path.join(this.#root, file));
      if (found) stamps.set(file, found.stamp);
    }
    for (const file of new Set([...stamps.keys(), ...this.#stamps.keys()])) {
      if (stamps.get(file) === this.#stamps.get(file)) continue;
      this.#found = undefined;
      this.#releases.delete(file);
      if (this.#buffers.get(file)?.stamp !== stamps.get(file)) this.#buffers.delete(file);
    }
    if (this.#found === undefined) this.#texts.clear();
    this.#stamps = stamps;
    this.#lookedAt = performance.now();
    this.#rest = REST * (this.#lookedAt - started);
  }

  #fromDisk(file: string): PinText {
    const known = this.#texts.get(file);
    if (known) return known;
    let text: PinText;
    try {
      const real = realpathSync(this.#root);
      const read = withFile(real, file, (source) => decode(source.read(0, Math.min(source.size, MAX_FILE))));
      text = "text" in read ? { text: read.text.replace(/^\uFEFF/, "") } : read;
    } catch (error) {
      text = { error: (error as Error).message };
    }
    this.#texts.set(file, text);
    return text;
  }

  #releaseOf(file: string): string | undefined {
    if (this.#releases.has(file)) return this.#releases.get(file);
    let release: string | undefined;
    try {
      release = withFile(realpathSync(this.#root), file, releaseInside);
    } catch (error) {
      // The verifier says of an archive that it cannot be read; here it decides nothing.
      if (!(error instanceof UnreadableFile)) throw error;
    }
    this.#releases.set(file, release);
    return release;
  }
}

const ARCHIVE = /\.(?:zip|mojo)$/;
/** A cheap test of a name, before the patterns of paths are asked. */
const MAY_BE_PINS = /\.(?:txt|in|toml|lock|py|cfg|ya?ml|xml|gradle|kts|dockerfile)$|file/i;
