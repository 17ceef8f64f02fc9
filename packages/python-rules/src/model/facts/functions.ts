import { bodyFacts, type BodyFacts } from "./scope.js";
import type { Expr, FunctionFacts, Param, Span, Step } from "./types.js";

/** What the header of a function says. */
export interface FunctionHeader {
  name: string;
  at: Span;
  async?: true;
  params: Param[];
  decorators: Expr[];
  returns?: Expr;
}

/** A function whose body is read when somebody asks for it: most are never called from an event loop. */
export class FunctionBody implements FunctionFacts {
  readonly name: string;
  readonly at: Span;
  readonly async: boolean;
  readonly params: Param[];
  readonly decorators: Expr[];
  readonly returns: Expr | undefined;
  readonly #read: () => Step[];
  readonly #text: string;
  #facts: BodyFacts | undefined;
  #own: ReadonlySet<string> | undefined;

  /**
   * @param read - the statements of the body
   * @param text - of the body, as far as it is known
   */
  constructor(header: FunctionHeader, read: () => Step[], text = "") {
    this.name = header.name;
    this.at = header.at;
    this.async = header.async === true;
    this.params = header.params;
    this.decorators = header.decorators;
    this.returns = header.returns;
    this.#read = read;
    this.#text = text;
  }

  get body(): readonly Step[] {
    return this.#known().body;
  }

  get generator(): boolean {
    return this.#known().generator;
  }

  get outer(): readonly string[] {
    return this.#known().outer;
  }

  get sets(): readonly string[] {
    return this.#known().sets;
  }

  get locals(): readonly string[] {
    return this.#known().locals;
  }

  get own(): ReadonlySet<string> {
    return (this.#own ??= new Set([...this.params.map(({ name }) => name), ...this.locals]));
  }

  mayEverSet(): ReadonlySet<string> {
    const self = this.params[0]?.name;
    const found = new Set<string>();
    if (self === undefined || !this.#text.includes(self)) return found;
    // What is assigned to stands before these: `self.a = 1`, `self.b, self.c = d`, `with e as self.f:`, `for self.g in h`.
    const set = new RegExp(
      String.raw`(?<![\w.])${self}\s*\.\s*(\w+)\s*(?:\\\s*)?(?:=(?!=)|[,:)\]]|[-+*/%@&|^<>]+=|in\b)`,
      "g",
    );
    for (const [, name] of this.#text.matchAll(set)) found.add(name!);
    return found;
  }

  #known(): BodyFacts {
    return (this.#facts ??= bodyFacts(this.#read(), this.params));
  }
}
