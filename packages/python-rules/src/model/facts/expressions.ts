import { END, FSTRING, KEYWORD, Lexer, NAME, NEWLINE, NUMBER, op, STRING } from "../../language/lexer.js";
import { FunctionBody } from "./functions.js";
import type { Arg, CompLoop, Expr, FunctionFacts, Param, Span } from "./types.js";

/** Expressions and blocks that nest deeper are opaque below, so that whoever walks them may recurse. */
const MAX_DEPTH = 150;
/** Literals up to this length are kept as they are written. */
const MAX_LITERAL = 120;
/** Stands for a text that is longer. */
export const CUT = "…";
/** What a formatted string begins with, before its first expression. */
const BEGINNING = /[^{}\\\n'"]{0,40}/y;
/** More operators or calls in a row than this are not told apart. */
const MAX_CHAIN = 100;

const NOTHING: Expr = { k: "data" };

const [OPEN, CLOSE] = [op("("), op(")")];
const [OPEN_ITEM, CLOSE_ITEM] = [op("["), op("]")];
const [OPEN_SET, CLOSE_SET] = [op("{"), op("}")];
const [COMMA, COLON, DOT, STAR, POWER, BIND] = [op(","), op(":"), op("."), op("*"), op("**"), op(":=")];
const [ASSIGN, BANG, SEMICOLON, SLASH] = [op("="), op("!"), op(";"), op("/")];
const [MINUS, PLUS, INVERT] = [op("-"), op("+"), op("~")];
const ELLIPSIS = op("...");

/** How tightly operators bind; those of words are in {@link ExpressionReader}. */
const PRECEDENCE = new Map<number, number>([
  ...["==", "!=", "<>", "<", "<=", ">", ">="].map((text) => [op(text), 4] as const),
  [op("|"), 5],
  [op("^"), 6],
  [op("&"), 7],
  ...["<<", ">>"].map((text) => [op(text), 8] as const),
  ...["+", "-"].map((text) => [op(text), 9] as const),
  ...["*", "/", "//", "%", "@"].map((text) => [op(text), 10] as const),
]);
const [OR, AND, COMPARISON, UNARY, POWERS] = [1, 2, 4, 11, 12];

/** Thrown where a text does not fit the grammar; the statement it is in catches it. */
export const MISFIT = Symbol("misfit");

/** Reads expressions from tokens. */
export class ExpressionReader extends Lexer {
  /** The first place that did not fit the grammar. */
  problem: Span | undefined;
  /** How deep what is being read nests. */
  protected nested = 0;
  /** Whether the first expression of the string that was read last stands there without a format. */
  #isFirstPlain = false;

  /** Notes that the current token does not fit. */
  protected note(): void {
    const isBreak = this.kind === NEWLINE || this.kind === END;
    this.problem ??= [this.start, isBreak ? this.start : this.stop];
  }

  protected misfit(): never {
    this.note();
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- no stack is wanted: hostile texts throw at every line
    throw MISFIT;
  }

  protected isWord(word: string): boolean {
    return this.kind === KEYWORD && this.word === word;
  }

  protected takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.advance();
    return true;
  }

  protected take(kind: number): boolean {
    if (this.kind !== kind) return false;
    this.advance();
    return true;
  }

  protected expect(kind: number): void {
    if (!this.take(kind)) this.misfit();
  }

  protected expectWord(word: string): void {
    if (!this.takeWord(word)) this.misfit();
  }

  protected name(): string {
    if (this.kind !== NAME) this.misfit();
    const { word } = this;
    this.advance();
    return word;
  }

  /** Begins something that may nest: as deep as that is told apart and a bit more, so that it can be left out. */
  protected enter(): void {
    if (++this.nested > 2 * MAX_DEPTH) this.misfit();
  }

  /** Ends what `enter` began. @returns nothing in the place of what nests too deep */
  protected leave(e: Expr): Expr {
    return this.nested-- > MAX_DEPTH ? NOTHING : e;
  }

  /** One or more expressions between commas, starred ones among them: a tuple where there are several. */
  expressions(): Expr {
    const first = this.starred();
    if (this.kind !== COMMA) return first;
    const items = [first];
    while (this.take(COMMA)) {
      if (this.isOver()) break;
      items.push(this.starred());
    }
    return { k: "tuple", items };
  }

  /** Whether nothing more of a list of expressions follows. */
  protected isOver(): boolean {
    switch (this.kind) {
      case NEWLINE:
      case END:
      case CLOSE:
      case CLOSE_ITEM:
      case CLOSE_SET:
      case COLON:
      case ASSIGN:
      case BANG:
      case SEMICOLON:
        return true;
      case KEYWORD:
        return this.word === "in" || this.word === "for";
      default:
        // An assignment such as `+=`; no expression begins like one.
        return this.kind > 255 && PRECEDENCE.get(this.kind) === undefined && this.kind !== ELLIPSIS;
    }
  }

  protected starred(): Expr {
    if (this.kind !== STAR) return this.namedExpression();
    this.advance();
    return { k: "star", of: this.operation(5) };
  }

  protected namedExpression(): Expr {
    const e = this.expression();
    if (this.kind !== BIND) return e;
    if (e.k !== "name") this.misfit();
    this.advance();
    return { k: "bind", to: e.id, of: this.expression() };
  }

  expression(): Expr {
    this.enter();
    return this.leave(this.#expression());
  }

  #expression(): Expr {
    if (this.kind === KEYWORD && this.word === "lambda") return this.#lambda();
    if (this.kind === KEYWORD && this.word === "yield") return this.yielded();
    const a = this.operation(OR);
    if (this.kind !== KEYWORD || !this.takeWord("if")) return a;
    const test = this.operation(OR);
    this.expectWord("else");
    return { k: "if", test, a, b: this.expression() };
  }

  protected yielded(): Expr {
    this.advance();
    if (this.takeWord("from")) return { k: "yield", of: this.expressions(), from: true };
    return this.isOver() ? { k: "yield" } : { k: "yield", of: this.expressions() };
  }

  /** Operators that bind at least as tightly as given, to their left. */
  protected operation(least: number): Expr {
    const { start } = this;
    let left = this.#unary(least);
    for (let count = 0; ; count++) {
      const { kind } = this;
      let binds: number | undefined;
      if (kind === KEYWORD) {
        const { word } = this;
        binds = word === "or" ? OR : word === "and" ? AND : word === "in" || word === "is" || word === "not" ? COMPARISON : undefined; // prettier-ignore
      } else if (kind > 32) binds = PRECEDENCE.get(kind);
      if (binds === undefined || binds < least) return left;
      const operator = kind === KEYWORD ? this.#words() : this.#sign();
      if (operator === "") return left;
      const right = this.operation(binds + 1);
      if (count > MAX_CHAIN) left = NOTHING;
      left =
        binds <= AND
          ? { k: "any", op: binds === OR ? "or" : "and", items: [left, right] }
          : { k: "op", op: operator, a: left, b: right, start, stop: this.last };
    }
  }

  #sign(): string {
    const text = this.text.slice(this.start, this.stop);
    this.advance();
    return text;
  }

  /** `not in`, `is not` and their like. */
  #words(): string {
    const { word } = this;
    this.advance();
    if (word === "not") {
      this.expectWord("in");
      return "not in";
    }
    return word === "is" && this.takeWord("not") ? "is not" : word;
  }

  #unary(least: number): Expr {
    const { kind } = this;
    if (kind === NAME) return this.#power();
    if (kind === KEYWORD && this.word === "not") {
      if (least > COMPARISON - 1) this.misfit();
      this.enter();
      this.advance();
      return this.leave({ k: "not", of: this.operation(COMPARISON - 1) });
    }
    if (kind === MINUS || kind === PLUS || kind === INVERT) {
      this.enter();
      this.advance();
      return this.leave({ k: "data", of: [this.#unary(UNARY)] });
    }
    return this.#power();
  }

  #power(): Expr {
    const { start } = this;
    const left = this.#awaited();
    if (this.kind !== POWER) return left;
    this.enter();
    this.advance();
    const right = this.#unary(POWERS);
    return this.leave({ k: "op", op: "**", a: left, b: right, start, stop: this.last });
  }

  #awaited(): Expr {
    if (this.kind !== KEYWORD || !this.takeWord("await")) return this.primary();
    return { k: "await", of: this.primary() };
  }

  /** A name, a literal or what is in brackets, with the attributes, calls and items that follow. */
  protected primary(): Expr {
    const { start } = this;
    let e = this.#atom();
    for (let count = 0; ; count++) {
      const { kind } = this;
      if (kind !== DOT && kind !== OPEN && kind !== OPEN_ITEM) return e;
      if (count > MAX_CHAIN) e = NOTHING;
      this.advance();
      if (kind === DOT) {
        const id = this.name();
        e = { k: "attr", of: e, id, start, stop: this.last, path: undefined };
      } else if (kind === OPEN) {
        const args = this.arguments();
        e = { k: "call", of: e, args, start, stop: this.last };
      } else {
        const key = this.#key();
        this.expect(CLOSE_ITEM);
        e = { k: "item", of: e, key, start, stop: this.last, path: undefined };
      }
    }
  }

  #atom(): Expr {
    const { kind, start, stop } = this;
    switch (kind) {
      case NAME: {
        const id = this.word;
        this.advance();
        return { k: "name", id, start, stop };
      }
      case NUMBER:
        this.advance();
        return { k: "data", v: this.text.slice(start, Math.min(stop, start + MAX_LITERAL)) };
      case STRING:
      case FSTRING:
        return this.#strings();
      case OPEN:
        return this.#parenthesized();
      case OPEN_ITEM:
        return this.#list();
      case OPEN_SET:
        return this.#braces();
      case ELLIPSIS:
        this.advance();
        return NOTHING;
      case KEYWORD:
        if (this.word === "None" || this.word === "True" || this.word === "False") {
          const v = this.word;
          this.advance();
          return { k: "data", v };
        }
    }
    return this.misfit();
  }

  #parenthesized(): Expr {
    this.advance();
    if (this.take(CLOSE)) return { k: "tuple", items: [] };
    const first = this.starred();
    if (this.#isComprehension()) return this.#comprehension("generator", [first], CLOSE);
    const e = this.kind === COMMA ? { k: "tuple" as const, items: this.#rest(first, CLOSE) } : first;
    this.expect(CLOSE);
    return e;
  }

  #list(): Expr {
    this.advance();
    if (this.take(CLOSE_ITEM)) return { k: "list", items: [] };
    const first = this.starred();
    if (this.#isComprehension()) return this.#comprehension("list", [first], CLOSE_ITEM);
    const items = this.#rest(first, CLOSE_ITEM);
    this.expect(CLOSE_ITEM);
    return { k: "list", items };
  }

  /** What follows the first of some expressions up to a closing bracket. */
  #rest(first: Expr, close: number): Expr[] {
    const items = [first];
    while (this.take(COMMA) && this.kind !== close) items.push(this.starred());
    return exact(items);
  }

  /** A dictionary or a set. */
  #braces(): Expr {
    this.advance();
    const keys: (Expr | null)[] = [];
    const values: Expr[] = [];
    if (this.take(CLOSE_SET)) return { k: "dict", keys, values };
    if (this.kind !== POWER) {
      const first = this.starred();
      if (this.kind !== COLON) {
        if (this.#isComprehension()) return this.#comprehension("list", [first], CLOSE_SET);
        const items = this.#rest(first, CLOSE_SET);
        this.expect(CLOSE_SET);
        return { k: "list", items };
      }
      this.advance();
      const value = this.expression();
      if (this.#isComprehension()) return this.#comprehension("dict", [first, value], CLOSE_SET);
      keys.push(first);
      values.push(value);
      if (this.kind !== CLOSE_SET) this.expect(COMMA);
    }
    while (this.kind !== CLOSE_SET) {
      if (this.take(POWER)) {
        keys.push(null);
        values.push(this.operation(5));
      } else {
        keys.push(this.expression());
        this.expect(COLON);
        values.push(this.expression());
      }
      if (!this.take(COMMA)) break;
    }
    this.expect(CLOSE_SET);
    return { k: "dict", keys: exact(keys), values: exact(values) };
  }

  #isComprehension(): boolean {
    return this.kind === KEYWORD && (this.word === "for" || this.word === "async");
  }

  #comprehension(as: "list" | "dict" | "generator", items: Expr[], close?: number): Expr {
    const loops: CompLoop[] = [];
    while (this.#isComprehension()) {
      const isAsync = this.takeWord("async");
      this.expectWord("for");
      const to = this.targets();
      this.expectWord("in");
      const { start } = this;
      const of = this.operation(OR);
      const loop: CompLoop = { to, of, ifs: [], at: [start, this.last] };
      if (isAsync) loop.async = true;
      while (this.takeWord("if")) loop.ifs.push(this.#condition());
      loops.push(loop);
    }
    if (close !== undefined) this.expect(close);
    return { k: "comp", as, items, loops };
  }

  /** A condition of a comprehension: its own `if … else` needs brackets. */
  #condition(): Expr {
    if (this.isWord("lambda")) return this.expression();
    const e = this.operation(OR);
    if (e.k !== "name" || !this.take(BIND)) return e;
    return { k: "bind", to: e.id, of: this.operation(OR) };
  }

  /** What `for` binds: no comparison, as `in` ends it. */
  protected targets(): Expr {
    const target = (): Expr =>
      this.take(STAR) ? { k: "star", of: this.operation(COMPARISON + 1) } : this.operation(COMPARISON + 1);
    const first = target();
    if (this.kind !== COMMA) return first;
    const items = [first];
    while (this.take(COMMA) && !this.isWord("in")) items.push(target());
    return { k: "tuple", items };
  }

  /** Between the brackets of `value[…]`. */
  #key(): Expr {
    const parts: Expr[] = [];
    let [isSlice, isTuple] = [false, false];
    while (this.kind !== CLOSE_ITEM) {
      if (this.kind !== COLON && this.kind !== COMMA) parts.push(this.starred());
      if (this.take(COLON)) isSlice = true;
      else if (this.take(COMMA)) isTuple = true;
      else break;
    }
    if (parts.length === 0 && !isSlice) this.misfit();
    if (isSlice) return { k: "data", of: parts };
    return isTuple ? { k: "tuple", items: parts } : parts[0]!;
  }

  /** Arguments up to their closing bracket; the opening one is read. */
  protected arguments(): Arg[] {
    const args: Arg[] = [];
    while (this.kind !== CLOSE) {
      if (this.kind === STAR || this.kind === POWER) {
        const star = this.kind === STAR ? 1 : 2;
        this.advance();
        args.push({ e: this.expression(), star });
      } else {
        const e = this.namedExpression();
        if (this.kind === ASSIGN) {
          if (e.k !== "name") this.misfit();
          this.advance();
          args.push({ e: this.expression(), name: e.id });
        } else if (this.#isComprehension()) args.push({ e: this.#comprehension("generator", [e]) });
        else args.push({ e });
      }
      if (!this.take(COMMA)) break;
    }
    this.expect(CLOSE);
    return exact(args);
  }

  #lambda(): Expr {
    const at: Span = [this.start, this.stop];
    this.advance();
    const params = this.parameters(COLON);
    this.expect(COLON);
    const e = this.expression();
    const fn: FunctionFacts = new FunctionBody({ name: "", at, params, decorators: [] }, () => [
      { k: "return", e },
    ]);
    return { k: "lambda", fn };
  }

  /** Parameters up to what closes them, which is not read; those of a lambda have no annotations. */
  protected parameters(close: number): Param[] {
    const params: Param[] = [];
    let isKeyOnly = false;
    while (this.kind !== close) {
      if (this.take(SLASH)) {
        if (!this.take(COMMA)) break;
        continue;
      }
      const star = this.take(STAR) ? 1 : this.take(POWER) ? 2 : 0;
      if (star === 1 && this.kind === COMMA) isKeyOnly = true;
      else {
        const param: Param = { name: this.name() };
        if (close === CLOSE && this.take(COLON)) param.type = star === 1 ? this.starred() : this.expression();
        if (this.take(ASSIGN)) param.e = this.expression();
        if (star > 0) param.kind = star === 1 ? 1 : 2;
        else if (isKeyOnly) param.kind = "key";
        isKeyOnly ||= star === 1;
        params.push(param);
      }
      if (!this.take(COMMA)) break;
    }
    return exact(params);
  }

  /** Strings side by side are one. */
  #strings(): Expr {
    let text = "";
    let length = 0;
    let of: Expr[] | undefined;
    let begin: string | undefined;
    let isDirect = false;
    for (let count = 0; this.kind === STRING || this.kind === FSTRING; count++) {
      if (this.kind === FSTRING) {
        BEGINNING.lastIndex = this.stop;
        const isFirst = !of;
        if (isFirst) {
          const [piece = ""] = BEGINNING.exec(this.text) ?? [];
          begin = text + piece;
          isDirect = isReplacement(this.text, this.stop + piece.length);
        }
        this.#formatted((of ??= []));
        if (isFirst) isDirect &&= this.#isFirstPlain;
      } else {
        length += this.stop - this.start;
        if (length <= MAX_LITERAL) text += unquoted(this.text.slice(this.start, this.stop));
        this.advance();
      }
    }
    if (of && isDirect) return begin ? { k: "data", of, begin, then: true } : { k: "data", of, then: true };
    if (of) return begin ? { k: "data", of, begin } : { k: "data", of };
    return { k: "str", v: length <= MAX_LITERAL ? text : CUT };
  }

  /** The expressions in a string; the current token is its opening quotes. */
  #formatted(of: Expr[]): void {
    const { text, end, start } = this;
    const quote = text.charCodeAt(this.stop - 1);
    const isLong = text.charCodeAt(this.stop - 2) === quote && text.charCodeAt(this.stop - 3) === quote;
    const isEnd = (at: number) => text.charCodeAt(at) === quote && (!isLong || (text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote)); // prettier-ignore
    const { depth } = this;
    let at = this.stop;
    for (let inner = 0; ;) {
      const code = text.charCodeAt(at);
      if (at >= end || (code === 10 && !isLong)) {
        this.stop = at;
        this.start = start;
        this.misfit();
      }
      if (isEnd(at)) break;
      if (text.startsWith("\\N{", at)) at = Math.max(at + 3, text.indexOf("}", at) + 1);
      else if (code === 92) at += text.charCodeAt(at + 1) === 123 || text.charCodeAt(at + 1) === 125 ? 1 : 2;
      else if (code === 123 && inner === 0 && text.charCodeAt(at + 1) === 123) at += 2;
      else if (code === 123) {
        at = this.#replacement(at, of);
        if (text.charCodeAt(at - 1) === 58) inner++;
      } else if (code === 125 && inner > 0) {
        inner--;
        at++;
      } else at++;
    }
    this.depth = depth;
    this.kind = STRING;
    this.stop = at + (isLong ? 3 : 1);
    this.advance();
  }

  /** `{expression!r` and what follows: the offset behind the closing brace, or behind the colon before its format. */
  #replacement(at: number, of: Expr[]): number {
    this.kind = STRING;
    this.stop = at;
    // The brace is a bracket, so that lines in it are joined.
    this.advance();
    this.advance();
    of.push(this.expressions());
    if (of.length === 1) this.#isFirstPlain = this.kind === CLOSE_SET;
    if (this.kind === ASSIGN) this.advance();
    if (this.kind === BANG) {
      this.advance();
      this.name();
    }
    if (this.kind === CLOSE_SET) return this.stop;
    if (this.kind === COLON || this.kind === BIND) {
      this.depth--;
      return this.start + 1;
    }
    return this.misfit();
  }
}

/** An array with room for what is in it and no more: one that was pushed to has room for sixteen, and there are millions. */
export function exact<Item>(items: Item[]): Item[] {
  return items.slice();
}

/** Whether an expression begins at a place in a formatted string, and no brace that stands for itself. */
function isReplacement(text: string, at: number): boolean {
  return text.charCodeAt(at) === 123 && text.charCodeAt(at + 1) !== 123;
}

/** The text of a string without prefix and quotes; escapes stay as they are. */
function unquoted(text: string): string {
  let start = 0;
  while (text.charCodeAt(start) !== 34 && text.charCodeAt(start) !== 39) start++;
  const quote = text[start]!;
  const isLong = text.length - start >= 6 && text.startsWith(quote.repeat(3), start);
  return isLong ? text.slice(start + 3, -3) : text.slice(start + 1, -1);
}
