import { scan, type Scan, type TopStatement } from "../../language/scan.js";
import { drawFacts } from "../facts/draw.js";
import { mayFill } from "../facts/fills.js";
import type { ImportedName, StatementFacts, Step } from "../facts/types.js";

/** One step that binds a name at the top level of a module. */
export interface Binding {
  step: Step;
  /** Offset of its statement in the file. */
  base: number;
  /** Whether it may not run: inside `if`, `try` or a loop. */
  isConditional: boolean;
}

/** A statement longer than this is searched for a name before it is read: most are tables of data. */
const LONG = 10_000;

/** The text of a module, and what was read of it so far: each statement when somebody asks for what it binds. */
export class SourceFile {
  readonly text: string;
  #scan: Scan | undefined;
  #facts: (StatementFacts | undefined)[] = [];
  #known: ReadonlyMap<string, StatementFacts> | undefined;
  #index: Index | undefined;
  #globals: readonly number[] | undefined;
  readonly #bindings = new Map<string, readonly Binding[]>();
  readonly #told = new Map<(text: string) => unknown, unknown>();

  /**
   * @param text - without byte order mark
   * @param before - the file as it was before it changed: what was read of statements that are the same is kept
   */
  constructor(text: string, before?: SourceFile) {
    this.text = text;
    if (before) this.#known = before.#read();
  }

  /** What a function says of the text, which is asked but once: many functions and chains are in one file. */
  told<Result>(of: (text: string) => Result): Result {
    if (!this.#told.has(of)) this.#told.set(of, of(this.text));
    return this.#told.get(of) as Result;
  }

  /** Without comments. */
  get scan(): Scan {
    return (this.#scan ??= scan(this.text, false));
  }

  get isScanned(): boolean {
    return this.#scan !== undefined;
  }

  /** None where the text is no Python. */
  get statements(): readonly TopStatement[] {
    return this.scan.unread ? [] : this.scan.statements;
  }

  /** Whether some of what was read does not fit the grammar. */
  get hasProblem(): boolean {
    return this.#scan?.unread !== undefined || this.#facts.some((facts) => facts?.problem !== undefined);
  }

  textOf({ range: [start, end] }: TopStatement): string {
    return this.text.slice(start, end);
  }

  /** @param i - index of a statement */
  facts(i: number): StatementFacts {
    return (this.#facts[i] ??= this.#draw(this.textOf(this.statements[i]!)));
  }

  #draw(text: string): StatementFacts {
    return this.#known?.get(text) ?? drawFacts(text);
  }

  #read(): ReadonlyMap<string, StatementFacts> {
    return new Map(this.#facts.flatMap((facts, i) => (facts ? [[this.textOf(this.statements[i]!), facts] as const] : []))); // prettier-ignore
  }

  /** What binds a name at the top level, in order; statements that do not hold the word are not read. */
  bindings(name: string): readonly Binding[] {
    let found = this.#bindings.get(name);
    if (!found) this.#bindings.set(name, (found = this.#bindingsOf(name)));
    return found;
  }

  #bindingsOf(name: string): Binding[] {
    const { named, long } = this.#indexed();
    const holding = long.filter((i) => this.textOf(this.statements[i]!).includes(name));
    const short = named.get(name) ?? [];
    return (holding.length > 0 ? [...short, ...holding].sort((a, b) => a - b) : short).flatMap((i) =>
      bindingsIn(this.facts(i).steps, name, this.statements[i]!.range[0]),
    );
  }

  /** The modules that `from … import *` takes names from. */
  get stars(): readonly (Step & { k: "from" })[] {
    return this.#indexed().stars;
  }

  #indexed(): Index {
    return (this.#index ??= this.#makeIndex());
  }

  #makeIndex(): Index {
    const named = new Map<string, number[]>();
    const long: number[] = [];
    const stars: (Step & { k: "from" })[] = [];
    const add = (name: string, i: number) => {
      const known = named.get(name);
      if (!known) named.set(name, [i]);
      else if (known.at(-1) !== i) known.push(i);
    };
    for (const [i, statement] of this.statements.entries()) {
      const { name, range } = statement;
      if (name !== undefined) add(name, i);
      else if (range[1] - range[0] > LONG) long.push(i);
      else
        eachBinding(this.facts(i).steps, false, (bound, step) => {
          if (bound !== "*") add(bound, i);
          else if (step.k === "from") stars.push(step);
        });
    }
    return { named, long, stars };
  }

  /** The top-level functions and classes that may put something into a list or a dictionary of the top level. */
  fillers(name: string): Binding[] {
    return this.statements.flatMap((one, i) =>
      one.name !== undefined && mayFill(this.textOf(one), name) ? this.#stepsOf(i) : [],
    );
  }

  /** The top-level functions and classes whose text declares a name `global`. */
  writers(name: string): Binding[] {
    this.#globals ??= [...this.statements.entries()].flatMap(([i, one]) =>
      one.name !== undefined && this.textOf(one).includes("global ") ? [i] : [],
    );
    return this.#globals
      .filter((i) => this.textOf(this.statements[i]!).includes(name))
      .flatMap((i) => this.#stepsOf(i));
  }

  #stepsOf(i: number): Binding[] {
    const base = this.statements[i]!.range[0];
    return this.facts(i).steps.map((step) => ({ step, base, isConditional: true }));
  }
}

/** Which statements bind which names. */
interface Index {
  named: ReadonlyMap<string, number[]>;
  /** Long statements, which are only read where they hold a name. */
  long: readonly number[];
  stars: readonly (Step & { k: "from" })[];
}

function bindingsIn(steps: readonly Step[], name: string, base: number): Binding[] {
  const found: Binding[] = [];
  eachBinding(steps, false, (bound, step, isConditional) => {
    if (bound === name && found.at(-1)?.step !== step) found.push({ step, base, isConditional });
  });
  return found;
}

/** The names that steps bind, with the step that does. */
export function boundIn(steps: readonly Step[]): [name: string, by: Step][] {
  const found: [string, Step][] = [];
  eachBinding(steps, false, (name, step) => found.push([name, step]));
  return found;
}

/** Tells of every name that steps bind, `*` for all those of a module. */
function eachBinding(
  steps: readonly Step[],
  isConditional: boolean,
  tell: (name: string, step: Step, isConditional: boolean) => void,
): void {
  const inner = (...blocks: (readonly Step[])[]) => {
    for (const block of blocks) eachBinding(block, true, tell);
  };
  for (const step of steps) {
    const target = (to: Target | undefined): void => {
      if (to?.k === "name") tell(to.id, step, isConditional);
      else if (to?.k === "star") target(to.of);
      else if (to?.k === "tuple" || to?.k === "list") to.items.forEach(target);
    };
    switch (step.k) {
      case "def":
        tell(step.fn.name, step, isConditional);
        break;
      case "class":
        tell(step.cls.name, step, isConditional);
        break;
      case "import":
        tell(step.as ?? step.module.split(".", 1)[0]!, step, isConditional);
        break;
      case "from":
        for (const one of step.names) tell(boundName(one), step, isConditional);
        break;
      case "set":
        step.to.forEach(target);
        break;
      case "with":
        target(step.to);
        break;
      case "if":
        inner(step.a, step.b);
        break;
      case "for":
        target(step.to);
        inner(step.body, step.b);
        break;
      case "while":
        inner(step.body, step.b);
        break;
      case "try":
        // What `try` binds is bound unless it fails; what its handlers bind is not.
        eachBinding(step.body, isConditional, tell);
        inner(...step.handlers.map(({ body }) => body), step.b, step.last);
        break;
      case "match":
        inner(...step.cases);
        break;
      default:
    }
  }
}

/** The name that an imported one has here. */
export function boundName({ name, as }: ImportedName): string {
  return as ?? name;
}

type Target = (Step & { k: "for" })["to"];
