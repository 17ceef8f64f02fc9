import { scan, type Scan, type TopStatement } from "../../language/scan.js";
import { drawFacts } from "../facts/draw.js";
import type { ImportedName, StatementFacts, Step } from "../facts/types.js";
import { modulesOf, type Modules } from "./modules.js";

/** The files of a project as they are now. */
export interface Sources {
  /** Posix paths relative to the root, of Python files. */
  readonly paths: readonly string[];
  /** Text without byte order mark; undefined where it cannot be read. */
  text(path: string): string | undefined;
}

/** One step that binds a name at the top level of a module. */
export interface Binding {
  step: Step;
  /** Offset of its statement in the file. */
  base: number;
  /** Whether it may not run: inside `if`, `try` or a loop. */
  isConditional: boolean;
}

/** Facts of statements by their text, whatever file they stand in. */
export type FactsCache = Map<string, StatementFacts>;

/** Stands in every template of Jinja and in every file of Python 2 that a scan tells. */
const MAY_BE_UNREAD = /\{%|\{\{|^[ \t]*(?:print[ \t]+[^(=\s]|exec[ \t]+["']|raise[ \t]+[\w.]+[ \t]*,)/m;

/** A project's modules, each statement of which is read when somebody asks for what it binds. */
export class Codebase {
  readonly sources: Sources;
  readonly modules: Modules;
  /** Files that were looked at and could not be read in full. */
  readonly unread = new Set<string>();
  readonly #facts: FactsCache;
  readonly #scans = new Map<string, Scan | undefined>();
  readonly #bindings = new Map<string, Binding[]>();

  /** @param known - top-level names of other distributions */
  constructor(
    sources: Sources,
    known: ReadonlySet<string>,
    facts: FactsCache = new Map<string, StatementFacts>(),
  ) {
    this.sources = sources;
    this.modules = modulesOf(sources.paths, known);
    this.#facts = facts;
  }

  /** The statements of a file; none where it cannot be read or is no Python. */
  statements(file: string): readonly TopStatement[] {
    const found = this.scanned(file);
    return found && !found.unread ? found.statements : [];
  }

  /** Looks at every file that may be no Python of today. */
  findUnread(): void {
    for (const file of this.sources.paths)
      if (MAY_BE_UNREAD.test(this.sources.text(file) ?? "")) this.scanned(file);
  }

  scanned(file: string): Scan | undefined {
    if (this.#scans.has(file)) return this.#scans.get(file);
    const text = this.sources.text(file);
    const found = text === undefined ? undefined : scan(text);
    if (found?.unread) this.unread.add(file);
    this.#scans.set(file, found);
    return found;
  }

  textOf(file: string, { range: [start, end] }: TopStatement): string {
    return this.sources.text(file)?.slice(start, end) ?? "";
  }

  facts(file: string, statement: TopStatement): StatementFacts {
    const text = this.textOf(file, statement);
    let facts = this.#facts.get(text);
    if (!facts) this.#facts.set(text, (facts = drawFacts(text)));
    if (facts.problem) this.unread.add(file);
    return facts;
  }

  /** What binds a name at the top level of a file, in order; statements that do not hold the word are not read. */
  bindings(file: string, name: string): readonly Binding[] {
    const key = `${file}\0${name}`;
    let found = this.#bindings.get(key);
    if (!found) {
      found = this.statements(file).flatMap((statement) => {
        if (statement.name !== undefined && statement.name !== name) return [];
        const text = this.textOf(file, statement);
        if (!text.includes(name)) return [];
        return bindingsIn(this.facts(file, statement).steps, name, statement.range[0]);
      });
      this.#bindings.set(key, found);
    }
    return found;
  }

  /** The modules that `from … import *` takes names from. */
  stars(file: string): (Step & { k: "from" })[] {
    return this.statements(file)
      .filter(
        (statement) =>
          statement.kind !== "function" &&
          statement.kind !== "class" &&
          this.textOf(file, statement).includes("*"),
      )
      .flatMap((statement) => this.facts(file, statement).steps)
      .filter(
        (step): step is Step & { k: "from" } =>
          step.k === "from" && step.names.some(({ name }) => name === "*"),
      );
  }

  /** The top-level functions and classes whose text declares a name `global`. */
  writers(file: string, name: string): Binding[] {
    return this.statements(file)
      .filter(({ kind }) => kind === "function" || kind === "class")
      .filter((statement) => {
        const text = this.textOf(file, statement);
        return text.includes("global ") && text.includes(name);
      })
      .flatMap((statement) =>
        this.facts(file, statement).steps.map((step) => ({
          step,
          base: statement.range[0],
          isConditional: true,
        })),
      );
  }
}

function bindingsIn(steps: readonly Step[], name: string, base: number, isConditional = false): Binding[] {
  return steps.flatMap((step): Binding[] => {
    const inner = (...blocks: Step[][]) => blocks.flatMap((block) => bindingsIn(block, name, base, true));
    const own = binds(step, name) ? [{ step, base, isConditional }] : [];
    switch (step.k) {
      case "if":
        return inner(step.a, step.b);
      case "for":
      case "while":
        return [...own, ...inner(step.body, step.b)];
      case "try":
        return [
          // What `try` binds is bound unless it fails; what its handlers bind is not.
          ...bindingsIn(step.body, name, base, isConditional),
          ...inner(...step.handlers.map(({ body }) => body), step.b, step.last),
        ];
      case "match":
        return inner(...step.cases);
      default:
        return own;
    }
  });
}

function binds(step: Step, name: string): boolean {
  switch (step.k) {
    case "def":
      return step.fn.name === name;
    case "class":
      return step.cls.name === name;
    case "import":
      return (step.as ?? step.module.split(".", 1)[0]) === name;
    case "from":
      return step.names.some((one) => boundName(one) === name);
    case "set":
      return step.to.some((to) => isTarget(to, name));
    case "for":
      return isTarget(step.to, name);
    case "with":
      return step.to !== undefined && isTarget(step.to, name);
    default:
      return false;
  }
}

/** The name that an imported one has here. */
export function boundName({ name, as }: ImportedName): string {
  return as ?? name;
}

type Target = (Step & { k: "for" })["to"];

function isTarget(to: Target, name: string): boolean {
  if (to.k === "name") return to.id === name;
  if (to.k === "star") return isTarget(to.of, name);
  return (to.k === "tuple" || to.k === "list") && to.items.some((item) => isTarget(item, name));
}
