import { mayFill } from "./fills.js";
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

/** What stands behind an object whose attribute is assigned to: `self.a = 1`, `self.b, self.c = d`, `with e as self.f:`. */
const SET = /\s*\.\s*(\w+)\s*(?:\\\s*)?(?:=(?!=)|[,:)\]]|[-+*/%@&|^<>]+=|in\b)/y;
/** What compares the name before it with texts or names. */
const COMPARISON =
  /(?:\s*\.\s*(?:lower|upper|casefold)\(\))*\s*(?:[=!]=\s*["'\p{L}_]|\s(?:not\s+)?in\s*[([{]\s*["'\p{L}_]|\sis\s+(?:not\s+)?(?!not\b|None\b|True\b|False\b)[\p{L}_])/uy;
const COMPARED = /[=!]=\s*$/;
/** What looks the name between them up in something that is written as a constant: `KINDS.get(kind)`, `KINDS[kind]`, `kind in KINDS`. */
const LOOKED_UP = /(?<!\w)_*[A-Z][A-Z\d_]*\s*(?:\.\s*get\s*\(|\[)\s*$/;
const AMONG = /\s+(?:not\s+)?in\s+_*[A-Z][A-Z\d_]*\b/y;
/** Longer names of constants are not looked for. */
const MAX_CONSTANT = 60;
/** Before a name, it makes another name of it. */
const INSIDE = /[\w.]/;

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
  #rebinds: boolean | undefined;

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
    if (self === undefined) return found;
    const text = this.#text;
    for (let at = text.indexOf(self); at >= 0; at = text.indexOf(self, at + self.length)) {
      if (at > 0 && INSIDE.test(text[at - 1]!)) continue;
      SET.lastIndex = at + self.length;
      const name = SET.exec(text)?.[1];
      if (name !== undefined) found.add(name);
    }
    return found;
  }

  compares(name: string): boolean {
    const text = this.#text;
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
      if (at > 0 && INSIDE.test(text[at - 1]!)) continue;
      COMPARISON.lastIndex = at + name.length;
      if (COMPARISON.test(text)) return true;
      AMONG.lastIndex = at + name.length;
      if (AMONG.test(text)) return true;
      if (INSIDE.test(text[at + name.length] ?? "")) continue;
      if (LOOKED_UP.test(text.slice(Math.max(0, at - MAX_CONSTANT), at))) return true;
      if (COMPARED.test(text.slice(Math.max(0, at - 4), at))) return true;
    }
    return false;
  }

  begins(name: string): boolean {
    const text = this.#text;
    // Most ask nothing of the kind, and the pattern is a new one for each name.
    if (!text.includes("swith")) return false;
    return new RegExp(String.raw`(?<![\w.])${name}\s*\.\s*(?:startswith|endswith)\b`, "u").test(text);
  }

  get loads(): boolean {
    return /\b(?:import_module|__import__)\s*\(/.test(this.#text);
  }

  fills(path: string): boolean {
    return mayFill(this.#text, path);
  }

  mayHold(words: RegExp): boolean {
    return this.#text === "" || words.test(this.#text);
  }

  isRebound(name: string): boolean {
    const text = this.#text;
    this.#rebinds ??= text.includes("nonlocal");
    return this.#rebinds && new RegExp(String.raw`\bnonlocal\b[^\n]*\b${name}\b`).test(text);
  }

  #known(): BodyFacts {
    return (this.#facts ??= bodyFacts(this.#read(), this.params));
  }
}
