import type { Arg, ClassFacts, FunctionFacts } from "../facts/types.js";
import type { GraphNode } from "./node.js";
import type { Scope } from "./scope.js";

/** Where a definition stands: spans of its facts count from `base`. */
export interface Home {
  readonly file: string;
  readonly base: number;
  readonly scope: Scope;
}

/**
 * What a caller wrote for an argument, or left out: a truth value, nothing, a text of letters, digits and underscores or
 * another text; `hidden` is one of them, where more callers are read as one than are told apart.
 */
export type Constant = "True" | "False" | "None" | "word" | "text" | "hidden";

/** Something a value may be. `key` tells two of a kind apart. */
export type Atom = { readonly key: string } & (
  | { readonly t: "unknown" }
  /** A value of a built-in type that calls nothing: a number, bytes, a comparison; the source text of a literal. */
  | {
      readonly t: "data";
      readonly text?: string;
      readonly constant?: Constant;
      /** A text that was written and is known in full. */
      readonly word?: string;
      /** What a text begins with. */
      readonly begin?: string;
    }
  | { readonly t: "text"; readonly text: string }
  | { readonly t: "module"; readonly module: string }
  | FunctionAtom
  | ClassAtom
  | ObjectAtom
  | { readonly t: "super"; readonly after: ClassAtom; readonly self: Value }
  | { readonly t: "partial"; readonly of: Value; readonly args: Args }
  /** A name of another distribution: a module, function or class; `type` is what an annotation with it declares, where it has parameters. */
  | { readonly t: "name"; readonly name: string; readonly type?: Value }
  /** A receiver of a type of the table of blocking calls. */
  | { readonly t: "made"; readonly type: string; readonly isRunning?: true }
  | { readonly t: "method"; readonly type: string; readonly name: string }
  | ThingAtom
  | { readonly t: "list"; readonly of: Value }
  | { readonly t: "tuple"; readonly items: readonly Value[] }
  /** By the texts of its keys where they are known; `isOpen` where there may be more of them. */
  | {
      readonly t: "dict";
      readonly of: Value;
      readonly items?: ReadonlyMap<string, Value>;
      readonly isOpen?: true;
    }
  /** A built-in method that hands out a value, or takes one in. */
  /** `isOr` where it may give its second argument as well: `get(key, default)`. */
  | { readonly t: "getter"; readonly of: Value; readonly takes?: boolean; readonly isOr?: true }
  /** What is awaited or iterated over runs then, not when the function is called. */
  | { readonly t: "coroutine"; readonly call: Call }
  | { readonly t: "generator"; readonly call: Call }
  /** Awaiting it gives a value, and runs nothing on the loop. */
  | { readonly t: "awaitable"; readonly of: Value; readonly isTask?: boolean }
  /** Calling it runs a function elsewhere and gives an awaitable. */
  | { readonly t: "offloaded"; readonly of: Value }
  /** `Depends(of)` of FastAPI. */
  | { readonly t: "depends"; readonly of: Value | undefined }
);

/** What is known of a function whatever it is bound to; filled as it is asked for. */
export interface Definition {
  /** Tells it from others. */
  readonly base: string;
  /** Its nodes by the values of their variables. */
  nodes?: Map<string, GraphNode>;
  /** What its variables were so far by name; undefined where callers differ. */
  given?: Map<string, Value | undefined>;
  /** The same by what it is bound to and given. */
  asked?: Map<string, GraphNode>;
  /** By what it is bound to. */
  bound?: Map<Value, FunctionAtom>;
  /** Whether it is looked at by itself, as something that runs on the loop. */
  isEntered?: true;
  /** Whether it keeps what it gave the first time. */
  isCached?: boolean;
  kind?: { readonly is: "property" | "static" | "class" | undefined };
  returns?: Value;
  /** What is declared of its parameters, by their index. */
  readonly declared: (Value | undefined)[];
}

/** Some object of another distribution, called by how it was come by where that matters. */
export interface ThingAtom {
  readonly key: string;
  readonly t: "thing";
  readonly name: string;
  /** Whether a call of a name made it. */
  readonly isInstance: boolean;
  /** Whether the table asks for it by its name. */
  readonly isKnown: boolean;
}

export interface FunctionAtom {
  readonly key: string;
  readonly t: "function";
  readonly fn: FunctionFacts;
  readonly def: Definition;
  readonly home: Home;
  /** The class it is defined in. */
  readonly owner?: ClassAtom;
  /** What it is bound to. */
  readonly self?: Value;
}

export interface ClassAtom {
  readonly key: string;
  readonly t: "class";
  readonly cls: ClassFacts;
  readonly home: Home;
}

export interface ObjectAtom {
  readonly key: string;
  readonly t: "object";
  readonly cls: ClassAtom;
  /** What it was constructed with, as far as that matters. */
  readonly args?: Args;
}

/** A function with its arguments, not run yet. */
export interface Call {
  readonly fn: FunctionAtom;
  readonly args: Args;
}

/** Arguments of a call as values. */
export interface Args {
  readonly at: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  /** Whether stars hide how many there are. */
  readonly isOpen: boolean;
  /** Attributes of the object it is called on that were left out where that was made, while it is being made. */
  readonly leftOut?: readonly string[];
}

/** What an expression may be: one of some atoms. Values with the same atoms are the same object. */
export interface Value {
  readonly id: number;
  readonly atoms: readonly Atom[];
}

/** A call as it is written, for arguments that are told by their text. */
export interface Written {
  readonly args: readonly Arg[];
  /** What the receiver is known to answer here to a question without arguments: `True` where `if future.done():` stands around. */
  answer?(question: string): Answer | undefined;
}

/** What an object said to a question whether one of its methods would wait. */
export type Answer = boolean | "not None";

/** More alternatives than this are not told apart. */
const MAX_ATOMS = 12;

/** Every value there is, so that equal ones are identical and cheap to compare. */
export class Values {
  readonly #single = new Map<string, Value>();
  readonly #values = new Map<string, Value>();
  readonly #pairs = new Map<number, Value>();
  readonly #told = new Map<Value, Value>();
  readonly #names = new Map<string, Value>();
  readonly #texts = new Map<string, Value>();
  readonly #literals = new Map<string, Value>();
  readonly #lists = new Map<Value, Value>();
  readonly #objects = new Map<ClassAtom, Value>();
  readonly #ids = new WeakMap<object, number>();
  #lastId = 0;
  #count = 0;

  readonly none: Value = { id: this.#count++, atoms: [] };
  readonly unknown = this.of({ t: "unknown", key: "?" });
  readonly data = this.of({ t: "data", key: "d" });

  readonly #word = this.of({ t: "data", key: "dw", constant: "word" });
  /** A text that was written somewhere, or made of such. */
  readonly written = this.of({ t: "data", key: "dx", constant: "text" });
  readonly hidden = this.of({ t: "data", key: "dh", constant: "hidden" });
  readonly #true = this.of({ t: "data", key: "dt", text: "True", constant: "True" });
  readonly nothing = this.of({ t: "data", key: "dn", text: "None", constant: "None" });
  readonly #false = this.of({ t: "data", key: "df", text: "False", constant: "False" });

  /** A number that stands for an object as long as it lives. */
  idOf(object: object): number {
    let id = this.#ids.get(object);
    if (id === undefined) this.#ids.set(object, (id = ++this.#lastId));
    return id;
  }

  of(atom: Atom): Value {
    // There are so many that they are kept by what they say, and their keys are never made whole.
    if (atom.t === "text") return this.text(atom.text);
    if (atom.t === "name" && !atom.type) return this.name(atom.name);
    let value = this.#single.get(atom.key);
    if (!value) this.#single.set(atom.key, (value = this.#made(atom)));
    return value;
  }

  #made(atom: Atom): Value {
    return { id: this.#count++, atoms: [atom] };
  }

  /** A name of another distribution. */
  name(name: string): Value {
    let value = this.#names.get(name);
    if (!value) this.#names.set(name, (value = this.#made({ t: "name", key: `n ${name}`, name })));
    return value;
  }

  text(text: string): Value {
    let value = this.#texts.get(text);
    if (!value) this.#texts.set(text, (value = this.#made({ t: "text", key: `s${text}`, text })));
    return value;
  }

  list(of: Value): Value {
    let value = this.#lists.get(of);
    if (!value) this.#lists.set(of, (value = this.of({ t: "list", key: `l${of.id}`, of })));
    return value;
  }

  /** An object of a class, whatever it was made with. */
  object(cls: ClassAtom): Value {
    let value = this.#objects.get(cls);
    if (!value) this.#objects.set(cls, (value = this.of({ t: "object", key: `o${cls.key}`, cls })));
    return value;
  }

  /**
   * What an argument is where a caller wrote a constant, as far as functions are told apart by it.
   *
   * @param fn - the function that is given it
   * @param name - of the parameter
   */
  constant(value: Value, fn: FunctionFacts, name: string): Value | undefined {
    const { atoms } = value;
    const atom = atoms[0];
    if (atom === undefined) return undefined;
    // Each of the names that a function loads is another module.
    if (atom.t === "text" && atoms.every(isDotted) && fn.loads) return value;
    if (atoms.length > 1) return this.#oneOf(atoms);
    if (atom.t !== "data" && atom.t !== "text") return undefined;
    if (atom.t === "data" && atom.text !== undefined) {
      if (atom.text === "None") return fn.isRebound(name) ? undefined : this.nothing;
      if (atom.constant) return value;
      return atom.text === "True" ? this.#true : atom.text === "False" ? this.#false : undefined;
    }
    const constant = atom.t === "data" ? atom.constant : "text";
    const text = textOf(atom);
    if (text !== undefined && (isPlainWord(text) || text.length <= MAX_COMPARED)) {
      if (text === "" || fn.compares(name)) return this.word(text);
      if (isPlainWord(text)) return this.#word;
    }
    const begin = text ?? (atom.t === "data" ? atom.begin : undefined);
    if (begin !== undefined && (atom.t === "data" || fn.begins(name)))
      return this.beginning(begin, constant === "text");
    return atom.t === "text" ? this.written : constant && value;
  }

  /** A constant that stands in for what is known not to be there: as certain as what a caller wrote. */
  instead(value: Value): Value {
    const [atom, ...others] = value.atoms;
    const text = atom?.t === "data" && others.length === 0 ? atom.text : undefined;
    if (text === "None") return this.nothing;
    return text === "True" ? this.#true : text === "False" ? this.#false : value;
  }

  /** Of several texts it is only known that they were written; or that one was by a caller, and has become another. */
  #oneOf(atoms: readonly Atom[]): Value | undefined {
    const isPlain = ({ t }: Atom) => t === "unknown" || t === "data" || t === "text";
    if (!atoms.every(isPlain)) return undefined;
    if (atoms.every(isOneWord)) return this.#word;
    const isGiven = (atom: Atom) => atom.t === "data" && (atom.constant === "word" || atom.constant === "text"); // prettier-ignore
    return atoms.some(isGiven) || atoms.every((atom) => atom.t === "text") ? this.written : undefined;
  }

  /** A word that was written. */
  word(word: string): Value {
    return this.of({ t: "data", key: `dw ${word}`, constant: "word", word });
  }

  /** A text of which the beginning is known. @param isWritten - whether the rest was written as well */
  beginning(text: string, isWritten: boolean): Value {
    const begin = text.slice(0, MAX_BEGIN);
    return this.of(
      isWritten
        ? { t: "data", key: `dx ${begin}`, constant: "text", begin }
        : { t: "data", key: `db ${begin}`, begin },
    );
  }

  /** A literal that is no text. */
  literal(text: string): Value {
    let value = this.#literals.get(text);
    if (!value) this.#literals.set(text, (value = this.of({ t: "data", key: `d${text}`, text })));
    return value;
  }

  union(...values: readonly Value[]): Value {
    let all = this.none;
    for (let i = 0; i < values.length; i++) all = this.either(all, values[i]!);
    return all;
  }

  /** The union of what is got for each alternative. */
  map(value: Value, get: (atom: Atom) => Value): Value {
    const { atoms } = value;
    if (atoms.length === 1) return get(atoms[0]!);
    let all = this.none;
    for (let i = 0; i < atoms.length; i++) all = this.either(all, get(atoms[i]!));
    return all;
  }

  /** The union of two. */
  either(a: Value, b: Value): Value {
    if (a === b || b === this.none) return a;
    if (a === this.none) return b;
    const key = a.id < b.id ? a.id * PAIR + b.id : b.id * PAIR + a.id;
    let value = this.#pairs.get(key);
    if (!value) this.#pairs.set(key, (value = this.#intern([...a.atoms, ...b.atoms])));
    return value;
  }

  /** A value without what can be known to be something else. */
  filter(value: Value, keeps: (atom: Atom) => boolean): Value {
    return value.atoms.every(keeps) ? value : this.#intern(value.atoms.filter(keeps));
  }

  argsKey({ at, named, isOpen, leftOut }: Args): string {
    let key = "";
    for (let i = 0; i < at.length; i++) key += `${at[i]!.id},`;
    if (named.size > 0) {
      key += ";";
      const names = [...named.keys()];
      if (!isSorted(names)) names.sort();
      for (let i = 0; i < names.length; i++) key += `${names[i]!}=${named.get(names[i]!)!.id},`;
    }
    if (leftOut) key += `;-${leftOut.join()}`;
    return isOpen ? `${key};*` : key;
  }

  /** What of a value makes a difference to a function that is given it: whatever may run something the table knows or the project has. */
  told(value: Value): Value {
    let told = this.#told.get(value);
    if (!told) {
      told = this.map(value, (atom) =>
        isDistinct(atom) ? this.of(atom) : atom.t === "unknown" ? this.unknown : this.data,
      );
      this.#told.set(value, told);
    }
    return told;
  }

  /** Whether nothing of a value is unknown. */
  isKnown({ atoms }: Value): boolean {
    return atoms.every((atom) => {
      if (atom.t === "list" || atom.t === "dict") return this.isKnown(atom.of);
      return atom.t === "tuple" ? atom.items.every((one) => this.isKnown(one)) : atom.t !== "unknown";
    });
  }

  #intern(atoms: readonly Atom[]): Value {
    const own = new Map<number, Atom>();
    for (const atom of atoms) own.set(this.of(atom).id, atom);
    if (own.size === 0) return this.none;
    let ids = [...own.keys()];
    if (!isSorted(ids)) ids.sort((a, b) => a - b);
    if (ids.length > MAX_ATOMS) ids = ids.slice(0, MAX_ATOMS);
    if (ids.length === 1) return this.of(own.get(ids[0]!)!);
    const key = ids.join();
    let value = this.#values.get(key);
    if (!value) {
      value = { id: this.#count++, atoms: ids.map((id) => own.get(id)!) };
      this.#values.set(key, value);
    }
    return value;
  }
}

function isSorted(items: readonly (number | string)[]): boolean {
  for (let i = 1; i < items.length; i++) if (items[i - 1]! > items[i]!) return false;
  return true;
}

/** Of the beginning of a text no more is told apart. */
const MAX_BEGIN = 24;

/** Longer texts are no names of kinds, modes or models: they are told apart by their beginnings alone. */
const MAX_COMPARED = 40;

/** A text that is known in full. */
function textOf(atom: Atom): string | undefined {
  if (atom.t === "text") return atom.text;
  return atom.t === "data" ? atom.word : undefined;
}

function isPlainWord(text: string): boolean {
  return /^\w*$/.test(text);
}

/** Whether a text is a word of letters, digits and underscores, whichever it is. */
function isOneWord(atom: Atom): boolean {
  const text = textOf(atom);
  return text === undefined ? isWord(atom) : text !== "" && isPlainWord(text);
}

/** Whether a value is a word that was written. */
export function isWord(atom: Atom): boolean {
  return atom.t === "data" && atom.constant === "word";
}

/** Whether a text is a name with dots in it, as those of modules and classes are. */
function isDotted(atom: Atom): boolean {
  return atom.t === "text" && /^[A-Za-z_]\w*(?:\.\w+)+(?::\w+)?$/.test(atom.text);
}

/** More values than this have no pairs of their own numbers. */
const PAIR = 2 ** 26;

/** Whether something may come of a value that is called, iterated over or asked for an attribute. */
export function isTelling(atom: Atom): boolean {
  return tells(atom, true);
}

/** Whether something else than objects of other distributions that the table does not ask for may come of a value. */
export function isDistinct(atom: Atom): boolean {
  return tells(atom, false);
}

function tells(atom: Atom, others: boolean): boolean {
  switch (atom.t) {
    case "unknown":
    case "data":
    case "text":
      return false;
    case "list":
    case "dict":
      return atom.of.atoms.some((one) => tells(one, others));
    case "tuple":
      return atom.items.some(({ atoms }) => atoms.some((one) => tells(one, others)));
    case "thing":
      return atom.isInstance && (others || atom.isKnown);
    default:
      return true;
  }
}

/** Whether something can be told to be awaited, or to give what is when it is called. */
export function isAsync(atom: Atom): boolean {
  if (atom.t === "function") return atom.fn.async;
  if (atom.t === "partial") return atom.of.atoms.some(isAsync);
  return atom.t === "offloaded" || atom.t === "coroutine" || atom.t === "awaitable";
}
