import { END, KEYWORD, NAME, NEWLINE, op } from "../../language/lexer.js";
import { exact, ExpressionReader, MISFIT } from "./expressions.js";
import { patternOf } from "./patterns.js";
import { FunctionBody, type FunctionHeader } from "./functions.js";
import { scopeStep } from "./scope.js";
import type { Expr, Handler, ImportedName, Pattern, Span, Step } from "./types.js";

/** Blocks that nest deeper are left out; Python itself reads no more than a hundred. */
const MAX_BLOCKS = 100;

const [OPEN, CLOSE, OPEN_ITEM, CLOSE_ITEM] = [op("("), op(")"), op("["), op("]")];
const [COMMA, COLON, SEMICOLON, ASSIGN, DOT, DOTS] = [op(","), op(":"), op(";"), op("="), op("."), op("...")];
const [AT, ARROW, STAR, POWER] = [op("@"), op("->"), op("*"), op("**")];
/** `+=` and its like. */
const UPDATES = new Set(
  ["+=", "-=", "*=", "/=", "//=", "%=", "@=", "&=", "|=", "^=", ">>=", "<<=", "**="].map(op),
);

/** Reads statements: tokens in, steps out. */
export class StatementReader extends ExpressionReader {
  readonly #report: (problem: Span) => void;
  readonly #isEager: boolean;
  #blocks = 0;

  /**
   * @param report - told of the first place that does not fit the grammar, and of the first in each body that is read later
   * @param isEager - reads the bodies of functions at once
   */
  constructor(text: string, report: (problem: Span) => void, isEager = false, at = 0, end = text.length) {
    super(text, at, end);
    this.#report = report;
    this.#isEager = isEager;
  }

  /** All statements of the text, which begin at its first column. */
  module(): Step[] {
    this.line(this.stop);
    const steps = this.#block(-1);
    if (this.problem) this.#report(this.problem);
    return steps;
  }

  /** The lines that stand deeper than a column; the current token is the first of the first. */
  #block(outer: number): Step[] {
    const steps: Step[] = [];
    const own = this.indent;
    if (++this.#blocks > MAX_BLOCKS) this.note();
    while (this.kind !== END && this.indent > outer) {
      if (this.indent !== own) this.note();
      if (this.#blocks > MAX_BLOCKS) this.recover();
      else this.#statement(steps);
    }
    this.#blocks--;
    return exact(steps);
  }

  #statement(steps: Step[]): void {
    const { nested } = this;
    const blocks = this.#blocks;
    try {
      if (this.kind === KEYWORD ? this.#compound(steps) : this.kind === AT && this.#decorated(steps)) return;
      if (this.kind === NAME && this.word === "match" && this.#match(steps)) return;
      this.#simple(steps);
    } catch (error) {
      if (error !== MISFIT) throw error;
      this.nested = nested;
      this.#blocks = blocks;
      this.recover();
    }
  }

  /** One or more small statements on a line, and the end of the line. */
  #simple(steps: Step[]): void {
    do {
      if (this.kind === NEWLINE || this.kind === END) break;
      this.#small(steps);
    } while (this.take(SEMICOLON));
    if (this.kind !== END) this.expect(NEWLINE);
  }

  /** The colon and what it begins: the rest of the line, or the lines that stand deeper. */
  #suite(outer: number): Step[] {
    this.expect(COLON);
    if (this.kind !== NEWLINE) {
      const steps: Step[] = [];
      this.#simple(steps);
      return exact(steps);
    }
    this.advance();
    if (this.indent <= outer) {
      this.note();
      return [];
    }
    return this.#block(outer);
  }

  /** A statement with a block; false where it is none. */
  #compound(steps: Step[]): boolean {
    const { indent } = this;
    switch (this.word) {
      case "def":
        steps.push(this.#function([], indent, false));
        return true;
      case "class":
        steps.push(this.#class([], indent));
        return true;
      case "async":
        this.#async(steps, indent);
        return true;
      case "if":
        this.advance();
        steps.push(this.#if(indent));
        return true;
      case "for":
        steps.push(this.#for(indent, false));
        return true;
      case "while": {
        this.advance();
        const test = this.namedExpression();
        steps.push({ k: "while", test, body: this.#suite(indent), b: this.#otherwise(indent) });
        return true;
      }
      case "with":
        this.#with(steps, indent, false);
        return true;
      case "try":
        steps.push(this.#try(indent));
        return true;
      default:
        return false;
    }
  }

  #async(steps: Step[], indent: number): void {
    this.advance();
    if (this.isWord("def")) steps.push(this.#function([], indent, true));
    else if (this.isWord("for")) steps.push(this.#for(indent, true));
    else if (this.isWord("with")) this.#with(steps, indent, true);
    else this.misfit();
  }

  /** Whether a clause of a word goes on with the statement that begins at a column. */
  #continues(word: string, indent: number): boolean {
    if (this.indent !== indent || this.lineStart !== this.start || !this.isWord(word)) return false;
    this.advance();
    return true;
  }

  #otherwise(indent: number): Step[] {
    return this.#continues("else", indent) ? this.#suite(indent) : [];
  }

  #if(indent: number): Step {
    const steps: (Step & { k: "if" })[] = [];
    do {
      const test = this.namedExpression();
      const step: Step & { k: "if" } = { k: "if", test, a: this.#suite(indent), b: [] };
      // More of them than this nest deeper than whoever walks them may go.
      if (steps.length < MAX_BLOCKS) steps.at(-1)?.b.push(step);
      else steps[0]!.a.push(step);
      steps.push(step);
    } while (this.#continues("elif", indent));
    const rest = this.#otherwise(indent);
    steps.at(-1)!.b.push(...rest);
    return steps[0]!;
  }

  #for(indent: number, isAsync: boolean): Step {
    this.advance();
    const to = this.targets();
    this.expectWord("in");
    const { start } = this;
    const of = this.expressions();
    const at: Span = [start, this.last];
    const body = this.#suite(indent);
    return {
      k: "for",
      to,
      of,
      body,
      b: this.#otherwise(indent),
      ...(isAsync ? { async: true as const } : {}),
      at,
    };
  }

  /** The items of `with`, one step each, and then its block. */
  #with(steps: Step[], indent: number, isAsync: boolean): void {
    this.advance();
    const items = this.kind === OPEN ? (this.#group(isAsync) ?? this.#items(isAsync)) : this.#items(isAsync);
    steps.push(...items, ...this.#suite(indent));
  }

  /** Items in brackets of their own; undefined where the bracket is part of the first. */
  #group(isAsync: boolean): Step[] | undefined {
    const { start, stop, problem, nested, depth, last } = this;
    try {
      this.advance();
      const items: Step[] = [];
      while (this.kind !== CLOSE) {
        items.push(this.#item(isAsync));
        if (!this.take(COMMA)) break;
      }
      this.expect(CLOSE);
      if (this.kind === COLON && items.length > 0) return items;
    } catch (error) {
      if (error !== MISFIT) throw error;
    }
    Object.assign(this, { kind: OPEN, start, stop, problem, nested, depth, last });
    return undefined;
  }

  #items(isAsync: boolean): Step[] {
    const items = [this.#item(isAsync)];
    while (this.take(COMMA)) items.push(this.#item(isAsync));
    return items;
  }

  #item(isAsync: boolean): Step {
    const { start } = this;
    const of = this.namedExpression();
    const at: Span = [start, this.last];
    const to = this.takeWord("as") ? this.primary() : undefined;
    return { k: "with", of, ...(to ? { to } : {}), ...(isAsync ? { async: true as const } : {}), at };
  }

  #try(indent: number): Step {
    this.advance();
    const step: Step & { k: "try" } = { k: "try", body: this.#suite(indent), handlers: [], b: [], last: [] };
    const isBare = () => !this.#continues("except", indent);
    while (!isBare()) step.handlers.push(this.#handler(indent));
    step.b = this.#otherwise(indent);
    if (this.#continues("finally", indent)) step.last = this.#suite(indent);
    return step;
  }

  #handler(indent: number): Handler {
    this.take(STAR);
    const type = this.kind === COLON ? undefined : this.expressions();
    const name = type && this.takeWord("as") ? this.name() : undefined;
    return {
      ...(type ? { type } : {}),
      ...(name === undefined ? {} : { name }),
      body: this.#suite(indent),
    };
  }

  #decorated(steps: Step[]): boolean {
    const { indent } = this;
    const decorators: Expr[] = [];
    while (this.take(AT)) {
      decorators.push(this.namedExpression());
      this.expect(NEWLINE);
    }
    const isAsync = this.takeWord("async");
    if (this.isWord("def")) steps.push(this.#function(decorators, indent, isAsync));
    else if (this.isWord("class")) steps.push(this.#class(decorators, indent));
    else this.misfit();
    return true;
  }

  #function(decorators: Expr[], indent: number, isAsync: boolean): Step {
    this.advance();
    const at: Span = [this.start, this.stop];
    const name = this.name();
    this.#typeParameters();
    this.expect(OPEN);
    const params = this.parameters(CLOSE);
    this.expect(CLOSE);
    const returns = this.take(ARROW) ? this.expressions() : undefined;
    const header = { name, at, params, decorators, ...(isAsync ? { async: true as const } : {}), ...(returns ? { returns } : {}) }; // prettier-ignore
    if (this.#isEager) {
      const steps = this.#suite(indent);
      return { k: "def", fn: new FunctionBody(header, () => steps) };
    }
    return { k: "def", fn: this.#later(header, indent) };
  }

  /** A function whose body is passed over for now. */
  #later(header: FunctionHeader, indent: number): FunctionBody {
    if (this.kind !== COLON) this.misfit();
    const { text } = this;
    const from = this.stop;
    this.advance();
    const isBlock = this.kind === NEWLINE;
    const report = this.#report;
    let end: number;
    if (isBlock) {
      end = this.skipBlock(this.stop, indent);
      if (end === this.stop) this.note();
      this.line(end);
    } else {
      end = this.skipLine(this.start);
      // The first token of the body, which was looked at, may be a bracket.
      this.depth = 0;
      this.line(end);
    }
    const read = () => new StatementReader(text, report, false, from, end).#body(isBlock, indent);
    return new FunctionBody(header, read, text.slice(from, end));
  }

  /** The body of a function, behind its colon. */
  #body(isBlock: boolean, indent: number): Step[] {
    let steps: Step[] = [];
    if (isBlock) {
      const newline = this.text.indexOf("\n", this.stop);
      this.line(newline < 0 ? this.end : newline + 1);
      steps = this.#block(indent);
    } else {
      this.advance();
      this.#statement(steps);
    }
    if (this.problem) this.#report(this.problem);
    return steps;
  }

  #class(decorators: Expr[], indent: number): Step {
    this.advance();
    const at: Span = [this.start, this.stop];
    const name = this.name();
    this.#typeParameters();
    const bases = this.take(OPEN) ? this.arguments() : [];
    return { k: "class", cls: { name, at, bases, decorators, body: this.#suite(indent) } };
  }

  /** `[T: int, *Ts = …]`, which tell nothing of values. */
  #typeParameters(): void {
    if (!this.take(OPEN_ITEM)) return;
    while (this.kind !== CLOSE_ITEM) {
      if (!this.take(STAR)) this.take(POWER);
      this.name();
      if (this.take(COLON)) this.expression();
      if (this.take(ASSIGN)) this.starred();
      if (!this.take(COMMA)) break;
    }
    this.expect(CLOSE_ITEM);
  }

  #small(steps: Step[]): void {
    if (this.kind === KEYWORD) {
      const { word } = this;
      switch (word) {
        case "pass":
          this.advance();
          return;
        case "break":
        case "continue":
          this.advance();
          steps.push({ k: "leave" });
          return;
        case "return":
          this.advance();
          steps.push(this.isOver() ? { k: "return" } : { k: "return", e: this.expressions() });
          return;
        case "raise": {
          this.advance();
          const e = this.isOver() ? undefined : this.expression();
          if (e && this.takeWord("from")) steps.push({ k: "do", e: this.expression() });
          steps.push(e ? { k: "raise", e } : { k: "raise" });
          return;
        }
        case "assert":
          this.advance();
          steps.push({ k: "do", e: { k: "data", of: [this.expressions()] } });
          return;
        case "del":
          this.advance();
          for (const e of listed(this.expressions())) steps.push({ k: "do", e: deleted(e) });
          return;
        case "global":
        case "nonlocal":
          this.advance();
          steps.push(scopeStep(this.#names()));
          return;
        case "import":
          this.#import(steps);
          return;
        case "from":
          steps.push(this.#from());
          return;
      }
    } else if (this.kind === NAME && this.word === "type" && this.#isAlias()) {
      this.advance();
      const to: Expr = { k: "name", start: this.start, stop: this.stop, id: this.name() };
      this.#typeParameters();
      this.expect(ASSIGN);
      steps.push({ k: "set", to: [to], e: this.expression() });
      return;
    }
    this.#assignment(steps);
  }

  #names(): string[] {
    const names = [this.name()];
    while (this.take(COMMA)) names.push(this.name());
    return names;
  }

  /** `type X = …` or `type X[T] = …`: a name after the name `type`. */
  #isAlias(): boolean {
    return /^type[ \t]+[^\W\d]\w*[ \t]*[=[]/u.test(this.text.slice(this.start, this.start + 256));
  }

  #assignment(steps: Step[]): void {
    const { start } = this;
    const first = this.isWord("yield") ? this.yielded() : this.expressions();
    if (this.take(COLON)) {
      const as = this.expression();
      const e = this.take(ASSIGN) ? this.#value() : undefined;
      steps.push({ k: "set", to: [first], ...(e ? { e } : {}), as });
    } else if (this.kind === ASSIGN) {
      const to: Expr[] = [];
      let e = first;
      while (this.take(ASSIGN)) {
        to.push(e);
        e = this.#value();
      }
      steps.push({ k: "set", to, e });
    } else if (UPDATES.has(this.kind)) {
      const operator = this.text.slice(this.start, this.stop - 1);
      this.advance();
      const e = this.#value();
      steps.push({ k: "update", to: first, op: operator, e, at: [start, this.last] });
    } else steps.push({ k: "do", e: first });
  }

  #value(): Expr {
    return this.isWord("yield") ? this.yielded() : this.expressions();
  }

  #import(steps: Step[]): void {
    const { start } = this;
    this.advance();
    const found: (Step & { k: "import" })[] = [];
    do {
      let module = this.name();
      while (this.take(DOT)) module += `.${this.name()}`;
      const as = this.takeWord("as") ? { as: this.name() } : {};
      found.push({ k: "import", module, ...as, at: [start, start] });
    } while (this.take(COMMA));
    for (const step of found) step.at[1] = this.last;
    steps.push(...found);
  }

  #from(): Step {
    this.advance();
    let level = 0;
    for (;;) {
      if (this.take(DOT)) level++;
      else if (this.take(DOTS)) level += 3;
      else break;
    }
    let module = "";
    if (!this.isWord("import") || level === 0) {
      module = this.name();
      while (this.take(DOT)) module += `.${this.name()}`;
    }
    this.expectWord("import");
    const names: ImportedName[] = [];
    if (this.take(STAR)) return { k: "from", module, level, names: [{ name: "*" }] };
    const isGroup = this.take(OPEN);
    do {
      if (isGroup && this.kind === CLOSE) break;
      const name = this.name();
      names.push({ name, ...(this.takeWord("as") ? { as: this.name() } : {}) });
    } while (this.take(COMMA));
    if (isGroup) this.expect(CLOSE);
    return { k: "from", module, level, names };
  }

  /** `match subject:` with cases below it; false where `match` is only a name. */
  #match(steps: Step[]): boolean {
    const { indent, start, stop, problem, nested, depth, last } = this;
    if (!/^match[ \t(["'{*-]/.test(this.text.slice(start, start + 6))) return false;
    try {
      this.advance();
      const of = this.expressions();
      this.expect(COLON);
      this.expect(NEWLINE);
      if (this.indent > indent && this.kind === NAME && this.word === "case") {
        const patterns: Pattern[] = [];
        steps.push({ k: "match", of, cases: this.#cases(indent, patterns), patterns });
        return true;
      }
    } catch (error) {
      if (error !== MISFIT) throw error;
    }
    Object.assign(this, {
      kind: NAME,
      word: "match",
      indent,
      lineStart: start,
      start,
      stop,
      problem,
      nested,
      depth,
      last,
    });
    return false;
  }

  #cases(outer: number, patterns: Pattern[]): Step[][] {
    const cases: Step[][] = [];
    while (this.kind === NAME && this.word === "case" && this.indent > outer) {
      const { indent, nested } = this;
      try {
        const [steps, pattern] = this.#case(indent);
        cases.push(steps);
        patterns.push(pattern);
      } catch (error) {
        if (error !== MISFIT) throw error;
        this.nested = nested;
        this.recover();
      }
    }
    return cases;
  }

  #case(indent: number): [Step[], Pattern] {
    const steps: Step[] = [];
    this.advance();
    const { start } = this;
    this.#pattern(steps);
    const pattern = patternOf(this.text.slice(start, this.last));
    if (this.takeWord("if")) {
      steps.push({ k: "do", e: this.namedExpression() });
      pattern.isGuarded = true;
    }
    return [[...steps, ...this.#suite(indent)], pattern];
  }

  /** The names that a pattern binds; what else it says runs nothing. */
  #pattern(steps: Step[]): void {
    let before = 0;
    while (this.depth > 0 || (this.kind !== COLON && !this.isWord("if"))) {
      if (this.kind === NEWLINE || this.kind === END) this.misfit();
      const { kind, word, start, stop } = this;
      this.advance();
      const isWhole = before !== DOT && this.kind !== DOT && this.kind !== OPEN && this.kind !== ASSIGN;
      if (kind === NAME && word !== "_" && isWhole)
        steps.push({ k: "set", to: [{ k: "name", id: word, start, stop }] });
      before = kind;
    }
  }
}

/** What a list of targets names, one by one. */
function listed(e: Expr): readonly Expr[] {
  return e.k === "tuple" || e.k === "list" ? e.items.flatMap(listed) : [e];
}

/** `del a[b]` asks the object to delete an item; it does not look it up. */
function deleted(e: Expr): Expr {
  if (e.k === "item") return { k: "op", op: "del", a: e.of, b: e.key, start: e.start, stop: e.stop };
  return e.k === "attr" ? e.of : { k: "data" };
}
