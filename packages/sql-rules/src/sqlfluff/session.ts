import { dirname, resolve } from "node:path";
import { ignoringFile, sqlfluffFiles, type SqlfluffFiles } from "../files/sqlfluff.js";
import { findFiles, readSql, type SqlFile } from "../files/targets.js";
import { wayTo } from "../files/paths.js";
import { configOf, type Config } from "./config/config.js";
import { inlineConfig } from "./config/inline.js";
import { combine, type Values } from "./config/values.js";
import type { Style } from "./formats/human.js";
import { lint, planOf, settled, unreadable, type Plan, type Source } from "./lint.js";
import { UserError, type Io } from "./io.js";
import { overridesOf, type CoreOptions } from "./options.js";
import { characterCount } from "./position.js";
import type { FileResult } from "./violation.js";

/** A file with what was found in it. Without a source it could not be read. */
export interface Linted {
  result: FileResult;
  source?: Source;
  plan: Plan;
}

/** From so many files on a settled plan pays. */
const MANY = 50;

/** One run over files, under sqlfluff's configuration. */
export class Session {
  /** What is configured for the working directory. */
  readonly config: Config;
  readonly style: Style;
  /** Files that were left out for their size or their dialect. */
  skipped = 0;
  readonly #files: SqlfluffFiles;
  readonly #overrides: Values;
  /** By what the configuration says: folders of migrations are many, and say the same. */
  readonly #plans = new Map<string, Promise<Plan>>();
  #found = 0;
  readonly #merged = new Map<string, Values>();
  readonly #warned = new Set<string>();
  readonly #otherDialects = new Map<string, string[]>();

  /**
   * @param isFormat - whether only layout may change
   * @throws ConfigError where configuration cannot be read
   */
  constructor(
    readonly io: Io,
    readonly options: CoreOptions,
    readonly isFormat = false,
  ) {
    const { config: extra, ignoreLocalConfig } = options;
    this.#files = sqlfluffFiles({ cwd: io.cwd, extra, ignoreLocal: ignoreLocalConfig === true });
    this.#overrides = overridesOf(options);
    this.config = configOf(this.#valuesFor(io.cwd));
    const { noColor, lineLength } = this.config;
    this.style = { hasColors: noColor === undefined ? io.hasColors : !noColor, lineLength };
    if (options.persistTiming !== undefined)
      this.warn("--persist-timing is not supported: no file is written.");
  }

  /** Says something about the run on standard error, once. */
  warn(message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.io.stderr(`WARNING    ${message}\n`);
  }

  /**
   * Lints standard input or files, one after the other.
   *
   * @param withStatistics - whether results count tokens
   * @throws UserError for a path that does not exist
   */
  async *linted(paths: readonly string[], withStatistics = false): AsyncGenerator<Linted> {
    const isStdin = paths.length === 1 && paths[0] === "-";
    for (const item of isStdin ? this.#standardInput() : this.#onDisk(paths)) {
      const linted = await this.#lint(item, withStatistics);
      if (linted) yield linted;
    }
    for (const [dialect, files] of this.#otherDialects) {
      const shown =
        files.length > 3 ? `${files.slice(0, 3).join(", ")} and ${files.length - 3} more` : files.join(", ");
      this.warn(
        `Dialect '${dialect}' is configured for ${shown}. These rules know PostgreSQL only, so nothing was checked there.`,
      );
    }
  }

  async #lint(item: Item, withStatistics: boolean): Promise<Linted | undefined> {
    const { path, absolute, read } = item;
    const values = this.#valuesFor(dirname(absolute));
    if ("error" in read) return { result: unreadable(path, read.error), plan: await this.#planFor(values) };

    const inline = inlineConfig(read.text);
    for (const line of inline?.malformed ?? []) {
      this.warn(`Malformed inline config in '${path}': '${line}'. It is written \`-- sqlfluff:rules:OR01\`.`);
    }
    const plan = await this.#planFor(inline ? combine([values, inline.values]) : values);
    if (this.#isSkipped(plan.config, path, read)) return undefined;
    const source = { path, absolute, text: read.text, root: this.io.cwd };
    return { result: lint(source, plan, withStatistics), source, plan };
  }

  #isSkipped(config: Config, path: string, { text, bytes }: Text): boolean {
    const { dialect = "postgres", byteLimit, characterLimit } = config;
    const reason =
      byteLimit > 0 && bytes !== undefined && bytes > byteLimit
        ? `Length of file '${path}' is ${bytes} bytes which is over the limit of ${byteLimit} bytes (large_file_skip_byte_limit). It was not checked.`
        : characterLimit > 0 && characterCount(text) > characterLimit
          ? `Length of file '${path}' is over ${characterLimit} characters (large_file_skip_char_limit). It was not checked.`
          : undefined;
    if (reason !== undefined) this.warn(reason);
    else if (dialect !== "postgres") {
      this.#otherDialects.set(dialect, [...(this.#otherDialects.get(dialect) ?? []), path]);
    } else return false;
    this.skipped++;
    return true;
  }

  #valuesFor(directory: string): Values {
    const known = this.#merged.get(directory);
    if (known) return known;
    const values = combine([this.#files.valuesFor(directory), this.#overrides]);
    this.#merged.set(directory, values);
    return values;
  }

  #planFor(values: Values): Promise<Plan> {
    const key = JSON.stringify([...values]);
    const known = this.#plans.get(key);
    if (known) return known;
    const plan = this.#plan(configOf(values));
    this.#plans.set(key, plan);
    return plan;
  }

  async #plan(config: Config): Promise<Plan> {
    const plan = planOf(config, this.isFormat);
    for (const problem of plan.problems) this.warn(problem);
    return this.#found > MANY ? settled(plan, this.io.cwd) : plan;
  }

  *#standardInput(): Generator<Item> {
    const { stdinFilename } = this.options;
    const absolute = resolve(this.io.cwd, stdinFilename ?? "stdin");
    const ignoring =
      stdinFilename === undefined
        ? undefined
        : ignoringFile(absolute, wayTo(dirname(absolute), this.io.cwd).flatMap(this.#files.ignoresIn));
    if (ignoring === undefined) yield { path: "stdin", absolute, read: this.io.stdin() };
    else this.warn(`${stdinFilename} is ignored by a pattern in ${ignoring}, so it was not checked.`);
  }

  *#onDisk(paths: readonly string[]): Generator<Item> {
    for (const file of this.#find(paths)) yield { ...file, read: readSql(file.absolute) };
  }

  #find(paths: readonly string[]): SqlFile[] {
    const { disregardSqlfluffignores } = this.options;
    const { files, missing, outside, skipped } = findFiles(paths, {
      cwd: this.io.cwd,
      fileEnds: this.config.fileEnds,
      ignoresIn: disregardSqlfluffignores ? () => [] : this.#files.ignoresIn,
    });
    if (missing[0] !== undefined) {
      throw new UserError(`Specified path does not exist. Check it/they exist(s): ${missing[0]}.`);
    }
    this.#found = files.length;
    this.io.expect?.(files.length);
    for (const path of outside) this.warn(`${path} links out of the tree and was not read.`);
    for (const { path, reason } of skipped) this.warn(`${path} was not checked: ${reason}.`);
    return files;
  }
}

interface Text {
  text: string;
  /** Absent for standard input, which sqlfluff takes at any length. */
  bytes?: number;
}

interface Item {
  path: string;
  absolute: string;
  read: Text | { error: string };
}
