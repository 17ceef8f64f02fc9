/**
 * What is kept of a statement: its names, calls and flow. It depends on nothing but the statement's own text; spans are
 * UTF-16 offsets from its start.
 */
export type Span = [start: number, end: number];

/** The same of an expression: there are millions, and an array for each is half of what they take. */
export interface Spanned {
  start: number;
  stop: number;
}

export type Expr =
  | ({ k: "name"; id: string } & Spanned)
  /** Of a chain of names, `path` is its text, which whoever is first to need it puts there. */
  | ({ k: "attr"; of: Expr; id: string; path: string | undefined } & Spanned)
  | ({ k: "call"; of: Expr; args: Arg[] } & Spanned)
  | ({ k: "item"; of: Expr; key: Expr; path: string | undefined } & Spanned)
  | { k: "await"; of: Expr }
  | { k: "lambda"; fn: FunctionFacts }
  | { k: "str"; v: string }
  /**
   * A value without methods that matter: its source text where it is short, for arguments like `block=False`; of a text that is
   * put together, what it begins with, and whether the first of what it is put together of comes next as it is.
   */
  | { k: "data"; v?: string; of?: Expr[]; begin?: string; then?: true }
  | { k: "list" | "tuple"; items: Expr[] }
  | { k: "dict"; keys: (Expr | null)[]; values: Expr[] }
  | { k: "comp"; as: "list" | "dict" | "generator"; items: Expr[]; loops: CompLoop[] }
  /** `a or b`, `a and b`. */
  | { k: "any"; op: "or" | "and"; items: [Expr, Expr] }
  | { k: "if"; test: Expr; a: Expr; b: Expr }
  | ({ k: "op"; op: string; a: Expr; b: Expr } & Spanned)
  | { k: "not"; of: Expr }
  | { k: "yield"; of?: Expr; from?: true }
  | { k: "bind"; to: string; of: Expr }
  | { k: "star"; of: Expr };

export interface Arg {
  e: Expr;
  /** Keyword. */
  name?: string;
  /** 1 for `*e`, 2 for `**e`. */
  star?: 1 | 2;
}

export interface CompLoop {
  to: Expr;
  of: Expr;
  ifs: Expr[];
  async?: true;
  at: Span;
}

export type Step =
  | { k: "do"; e: Expr }
  | { k: "set"; to: Expr[]; e?: Expr; as?: Expr }
  | { k: "update"; to: Expr; op: string; e: Expr; at: Span }
  | { k: "return"; e?: Expr }
  | { k: "raise"; e?: Expr }
  /** `break` and `continue`. */
  | { k: "leave" }
  | { k: "if"; test: Expr; a: Step[]; b: Step[] }
  | { k: "for"; to: Expr; of: Expr; body: Step[]; b: Step[]; async?: true; at: Span }
  | { k: "while"; test: Expr; body: Step[]; b: Step[] }
  | { k: "with"; of: Expr; to?: Expr; async?: true; at: Span }
  | { k: "try"; body: Step[]; handlers: Handler[]; b: Step[]; last: Step[] }
  /** `patterns` are those of the cases. */
  | { k: "match"; of: Expr; cases: Step[][]; patterns: Pattern[] }
  | { k: "def"; fn: FunctionFacts }
  | { k: "class"; cls: ClassFacts }
  | { k: "import"; module: string; as?: string; at: Span }
  | { k: "from"; module: string; level: number; names: ImportedName[] };

/** What a case takes, as far as that is plain. */
export interface Pattern {
  /** Texts, other constants and dotted names, one of which it is: `case "a" | Kind.B:`. */
  values?: Expr[];
  /** Whether it takes whatever it is given: `case _:`. */
  isAny?: true;
  /** Whether it asks for more. */
  isGuarded?: true;
}

export interface Handler {
  type?: Expr;
  name?: string;
  body: Step[];
}

export interface ImportedName {
  /** `*` for all. */
  name: string;
  as?: string;
}

export interface Param {
  name: string;
  type?: Expr;
  /** Its default. */
  e?: Expr;
  /** 1 for `*args`, 2 for `**kwargs`; "key" behind the star. */
  kind?: 1 | 2 | "key";
}

/** A function; what of it depends on its body is read at the first use. */
export interface FunctionFacts {
  /** Empty for a lambda. */
  readonly name: string;
  /** The words that name it. */
  readonly at: Span;
  readonly async: boolean;
  readonly params: readonly Param[];
  readonly decorators: readonly Expr[];
  readonly returns: Expr | undefined;
  readonly body: readonly Step[];
  readonly generator: boolean;
  /** Names it binds, parameters left out. */
  readonly locals: readonly string[];
  /** Names it binds, parameters among them. */
  readonly own: ReadonlySet<string>;
  /** Names it binds elsewhere: `global` and `nonlocal`. */
  readonly outer: readonly string[];
  /** Attributes it sets on its first parameter. */
  readonly sets: readonly string[];
  /** Attributes it may set on its first parameter, told from its text without reading it; `sets` are among them. */
  mayEverSet(): ReadonlySet<string>;
  /** Whether it compares a name with something, told by its words: `kind == "a"`, `Kind.A == kind`, `kind in ("a", "b")`. */
  compares(name: string): boolean;
  /** Whether it asks what the text of a name begins with, told by its words: `name.startswith("a")`. */
  begins(name: string): boolean;
  /** Whether some words may stand in its body, told from its text without reading it. */
  mayHold(words: RegExp): boolean;
  /** Whether it may load a module by a text, told by its words: `import_module(path)`. */
  readonly loads: boolean;
  /** Whether it may put something into a list or a dictionary, told by its words: `items.append(…)`. */
  fills(path: string): boolean;
  /** Whether a function inside of it may bind one of its names anew. */
  isRebound(name: string): boolean;
}

export interface ClassFacts {
  name: string;
  at: Span;
  bases: Arg[];
  decorators: Expr[];
  body: Step[];
}

/** Facts of one top-level statement. */
export interface StatementFacts {
  readonly steps: readonly Step[];
  /** Where its text does not fit the grammar, as far as it was read. */
  readonly problem: Span | undefined;
}
