import { hash } from "node:crypto";
import type { Tree } from "@orchestrator-lint/sql-rules/generated";
import { concernsSchema } from "./concern.js";
import { readProgram, type Program } from "../language/program.js";
import { parseTree, type PyNode } from "../language/tree.js";
import { modulesOf, type Modules } from "../model/project/modules.js";

/** Top-level names that are other distributions', whatever folders of a repository are called. */
const KNOWN = new Set(
  "alembic sqlalchemy sqlmodel sqlalchemy_utils sqlalchemy_json advanced_alchemy geoalchemy2 pgvector flask django logging warnings time os sys json re uuid datetime contextlib textwrap structlog typing typing_extensions enum collections pathlib functools itertools decimal dataclasses".split(
    " ",
  ),
);
/** Larger modules are generated. */
const MAX_FILE = 256 * 1024;
/** A longer class is none of types, and a longer function no helper; a table of data says nothing. */
const MAX_STATEMENT = 32 * 1024;

/** Where a name is looked for. */
export interface Found {
  /** Relative to the root. */
  file: string;
  name: string;
}

const libraries = new WeakMap<Tree, Library>();

/** The modules of a repository from which migrations take something: none of them is run. */
export class Library {
  readonly #tree: Tree;
  #modules: Modules | undefined;
  readonly #programs = new Map<string, ElsewhereModule | undefined>();
  readonly #found = new Map<string, Found | undefined>();

  private constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** Made when the first name is looked for: most migrations take nothing from their repository. */
  get #index(): Modules {
    const paths = () => this.#tree.paths.filter((path) => path.endsWith(".py"));
    return (this.#modules ??= modulesOf(paths(), KNOWN));
  }

  /** The one of a tree. */
  static of(tree: Tree): Library {
    let found = libraries.get(tree);
    if (!found) libraries.set(tree, (found = new Library(tree)));
    return found;
  }

  /**
   * The module that a full name's last part is looked for in.
   *
   * @param from - the file that the name stands in
   * @param path - the name; that of a relative module begins with dots
   */
  find(from: string, path: string): Found | undefined {
    const key = `${folderOf(from)}\0${path}`;
    if (!this.#found.has(key)) this.#found.set(key, this.#look(from, path));
    return this.#found.get(key);
  }

  #look(from: string, path: string): Found | undefined {
    const [dots = ""] = /^\.*/.exec(path) ?? [];
    const parts = path.slice(dots.length).split(".");
    const name = parts.pop()!;
    const module =
      dots === ""
        ? (this.#index.absolute(from, parts.join(".")) ?? this.#besideEnvironment(from, parts))
        : this.#below(this.#index.relative(from, dots.length), parts);
    const file = module === undefined ? undefined : this.#index.fileOf(module);
    return file === undefined || file === from ? undefined : { file, name };
  }

  #below(start: string | undefined, parts: readonly string[]): string | undefined {
    let module = start;
    for (const part of parts) module = module === undefined ? undefined : this.#index.below(module, part);
    return module;
  }

  /** `import migration_utils`: what lies beside `env.py` may be on the path that it is run with. */
  #besideEnvironment(from: string, parts: readonly string[]): string | undefined {
    if (parts.length === 0 || KNOWN.has(parts[0]!)) return undefined;
    for (let folder = folderOf(from); folder !== ""; folder = folderOf(folder)) {
      if (this.#index.fileOf(`${folder}/env`) !== undefined) return this.#below(folder, parts);
    }
    return undefined;
  }

  /** A module that is found so; undefined where it cannot be read as Python. */
  module(file: string): ElsewhereModule | undefined {
    if (!this.#programs.has(file)) {
      const text = this.#tree.text(file);
      const program = text === undefined || text.length > MAX_FILE ? undefined : readProgram(text);
      this.#programs.set(file, program && !program.unread ? new ElsewhereModule(program) : undefined);
    }
    return this.#programs.get(file);
  }

  /** What there is where a name is looked for: the facts of a migration hold as long as that is the same. */
  answer(from: string, path: string): string {
    const found = this.find(from, path);
    return found ? `${found.file} ${this.module(found.file)?.key ?? ""}` : "";
  }
}

/** A module of which only what is asked for is parsed. */
export class ElsewhereModule {
  readonly text: string;
  readonly #program: Program;
  readonly #trees = new Map<number, readonly PyNode[]>();
  #key: string | undefined;
  #isHelper: boolean | undefined;

  constructor(program: Program) {
    this.text = program.text;
    this.#program = program;
  }

  /** Whether it has to do with migrations. */
  get isHelper(): boolean {
    return (this.#isHelper ??= concernsSchema(this.text));
  }

  /** Of its text. */
  get key(): string {
    return (this.#key ??= hash("sha1", this.text, "base64"));
  }

  /** The indices of the statements that may bind a name, in order. */
  binding(name: string): number[] {
    if (!/^\w+$/.test(name) || !this.text.includes(name)) return [];
    const binds = bindingOf(name);
    return this.#program.statements.flatMap((one, i) => {
      if (one.range[1] - one.range[0] > MAX_STATEMENT) return [];
      const isIt = one.name === undefined ? binds(this.text.slice(...one.range)) : one.name === name;
      return isIt ? [i] : [];
    });
  }

  /** The indices of the statements that take all names of another module. */
  get stars(): number[] {
    return this.#program.statements.flatMap(({ kind, range }, i) =>
      kind === "import" && /\bimport\s*\(?\s*\*/.test(this.text.slice(...range)) ? [i] : [],
    );
  }

  trees(i: number): readonly PyNode[] {
    let found = this.#trees.get(i);
    if (!found) {
      const [start, end] = this.#program.statements[i]!.range;
      this.#trees.set(i, (found = parseTree(this.text.slice(start, end), start)));
    }
    return found;
  }
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** Statements that bind names anywhere in them, or change what a name stands for. */
const COMPOUND = /^(?:from|import|if|try|with|for|while|async|match|del)\b|^[\w.]+\s*\(/;

/** Tells of a statement that is no definition whether it may bind a name. */
function bindingOf(name: string): (text: string) => boolean {
  const word = new RegExp(`\\b${name}\\b`);
  const first = new RegExp(`^${name}\\b`);
  return (text) => {
    if (!text.includes(name)) return false;
    if (COMPOUND.test(text)) return word.test(text);
    // What stands before the last sign of an assignment: `a = b = c`.
    const targets = text.split(/(?<![=!<>])=(?!=)/).slice(0, -1);
    return first.test(text) || targets.some((one) => !one.includes("(") && word.test(one));
  };
}
