/**
 * What is kept of a statement: its names, calls and flow, without the tree. Plain JSON that depends on nothing but the
 * statement's own text; spans are UTF-16 offsets from its start.
 */
export type Span = [start: number, end: number];

export type Expr =
  | { k: "name"; id: string; at: Span }
  | { k: "attr"; of: Expr; id: string; at: Span }
  | { k: "call"; of: Expr; args: Arg[]; at: Span }
  | { k: "item"; of: Expr; key: Expr; at: Span }
  | { k: "await"; of: Expr }
  | { k: "lambda"; fn: FunctionFacts }
  | { k: "str"; v: string }
  /** A value without methods that matter: its source text where it is short, for arguments like `block=False`. */
  | { k: "data"; v?: string; of?: Expr[] }
  | { k: "list" | "tuple"; items: Expr[] }
  | { k: "dict"; keys: (Expr | null)[]; values: Expr[] }
  | { k: "comp"; as: "list" | "dict" | "generator"; items: Expr[]; loops: CompLoop[] }
  /** `a or b`, `a and b`. */
  | { k: "any"; items: Expr[] }
  | { k: "if"; test: Expr; a: Expr; b: Expr }
  | { k: "op"; op: string; a: Expr; b: Expr; at: Span }
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
  | { k: "match"; of: Expr; cases: Step[][] }
  | { k: "def"; fn: FunctionFacts }
  | { k: "class"; cls: ClassFacts }
  | { k: "import"; module: string; as?: string; at: Span }
  | { k: "from"; module: string; level: number; names: ImportedName[] };

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

export interface FunctionFacts {
  /** Empty for a lambda. */
  name: string;
  /** The words that name it. */
  at: Span;
  async?: true;
  generator?: true;
  params: Param[];
  decorators: Expr[];
  returns?: Expr;
  body: Step[];
  /** Names it binds, parameters left out. */
  locals: string[];
  /** Names it binds elsewhere: `global` and `nonlocal`. */
  outer?: string[];
  /** Attributes it sets on its first parameter. */
  sets?: string[];
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
  steps: Step[];
  /** Where its text does not fit the grammar. */
  problem?: Span;
}
