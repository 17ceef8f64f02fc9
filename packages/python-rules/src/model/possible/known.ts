import { isSame, type Constant, type Something, type Term } from "./terms.js";

/** What tests on the way have told of something. */
interface Known {
  readonly is?: { readonly v: Constant };
  readonly oneOf?: readonly Constant[];
  readonly not?: readonly Constant[];
  readonly isTrue?: boolean;
  readonly isNone?: boolean;
  readonly begin?: string;
}

/**
 * What has to hold on one way. Each question assumes that something holds, or does not, and answers whether it may: false
 * where it cannot, with what is known already.
 */
export class Assumptions {
  readonly #known: Map<Something, Known>;
  /** The attributes that were asked for, by their object. */
  readonly #attributes: Map<Something, ReadonlyMap<string, Something>>;

  constructor(
    known: ReadonlyMap<Something, Known> = new Map(),
    attributes: ReadonlyMap<Something, ReadonlyMap<string, Something>> = new Map(),
  ) {
    this.#known = new Map(known);
    this.#attributes = new Map(attributes);
  }

  copy(): Assumptions {
    return new Assumptions(this.#known, this.#attributes);
  }

  /** An attribute of an object: the same until somebody may have set it. */
  attributeOf(of: Something, name: string): Something {
    const known = this.#attributes.get(of);
    let attribute = known?.get(name);
    if (!attribute) {
      // It is emptied through its object only.
      attribute = { t: "something", isPlain: true };
      this.#attributes.set(of, new Map(known).set(name, attribute));
    }
    return attribute;
  }

  /** Somebody may set attributes of an object. */
  forgetAttributes(of: Something): void {
    this.#attributes.delete(of);
  }

  /** Others run, who may set any. */
  forgetAllAttributes(): void {
    this.#attributes.clear();
  }

  /** Somebody sets an attribute of an object that may be any. */
  forgetAttribute(name: string): void {
    for (const [of, known] of this.#attributes) {
      if (!known.has(name)) continue;
      const rest = new Map(known);
      rest.delete(name);
      this.#attributes.set(of, rest);
    }
  }

  /** Takes over all that another one knows. */
  become(other: Assumptions): void {
    for (const [of, known] of other.#known) this.#known.set(of, known);
  }

  #add(of: Something, more: Known): true {
    this.#known.set(of, { ...this.#known.get(of), ...more });
    return true;
  }

  #constant(of: Term): { readonly v: Constant } | undefined {
    return of.t === "constant" ? of : of.t === "something" ? this.#known.get(of)?.is : undefined;
  }

  /** The constant that it is known to be. */
  constantOf(of: Term): { readonly v: Constant } | undefined {
    return this.#constant(of);
  }

  /** The constants that it is known to be one of. */
  choicesOf(of: Term): readonly Constant[] | undefined {
    const known = this.#constant(of);
    if (known) return [known.v];
    return of.t === "something" ? this.#known.get(of)?.oneOf : undefined;
  }

  /** What a text is known to begin with: one of these. */
  beginningsOf(of: Term): readonly string[] | undefined {
    const choices = this.choicesOf(of)?.filter((v) => typeof v === "string" && v !== "");
    if (choices && choices.length === this.choicesOf(of)?.length) return choices as string[];
    const begins = of.t === "something" ? this.#beginnings(of) : [];
    return begins.length > 0 ? begins : undefined;
  }

  /** The same text where the same is known of some values, and of the constants of modules. */
  told(terms: Iterable<Term>): string {
    const numbers = new Map<Something, number>();
    const texts: string[] = [];
    for (const term of terms) texts.push(this.#told(term, numbers));
    for (const [{ setting }, known] of this.#known)
      if (setting) texts.push(`${setting.file} ${setting.name} ${JSON.stringify(known)}`);
    return texts.join(";");
  }

  /** @param numbers - of values that stand in several places */
  #told(of: Term, numbers: Map<Something, number>): string {
    switch (of.t) {
      case "constant":
        return JSON.stringify(of.v);
      case "items":
        return `(${of.items.map((one) => this.#told(one, numbers)).join()}${of.isOpen ? "*" : ""})`;
      case "keys": {
        const keys = [...of.keys].map(([key, one]) => `${key}:${this.#told(one, numbers)}`);
        const each = of.each ? `*:${this.#told(of.each, numbers)}` : "";
        return `{${keys.join()}${of.isOpen ? "*" : ""}${each}}`;
      }
      case "something": {
        let number = numbers.get(of);
        if (number === undefined) numbers.set(of, (number = numbers.size));
        const known = this.#known.get(of);
        const { begins, isPlain, setting, value } = of;
        const attributes = this.#attributesTold(of, numbers);
        const isBare = !begins && !setting && !value && !known;
        if (isBare) return `${isPlain === true ? "p" : ""}${number}${attributes}`;
        return JSON.stringify([number, isPlain, begins, setting?.file, setting?.name, value?.id, known, attributes]); // prettier-ignore
      }
    }
  }

  #attributesTold(of: Something, numbers: Map<Something, number>): string {
    const told = [...(this.#attributes.get(of) ?? [])].filter(([, one]) => this.#known.has(one));
    return told.length > 0
      ? `.${told.map(([name, one]) => `${name}=${this.#told(one, numbers)}`).join()}`
      : "";
  }

  /** What a text begins with, one of these; none where that is not known. */
  #beginnings(of: Something): readonly string[] {
    const { begin } = this.#known.get(of) ?? {};
    return begin === undefined ? (of.begins ?? []) : [begin];
  }

  isOneOf(of: Term, all: readonly Constant[], holds: boolean): boolean {
    const known = this.#constant(of);
    if (known) return all.some((v) => isSame(v, known.v)) === holds;
    if (of.t !== "something") return true;
    const { not = [], oneOf } = this.#known.get(of) ?? {};
    const without = (list: readonly Constant[], others: readonly Constant[]) => list.filter((v) => !others.some((one) => isSame(v, one))); // prettier-ignore
    if (!holds) {
      const left = oneOf && without(oneOf, all);
      if (left?.length === 0) return false;
      return this.#add(of, { not: [...not, ...all], ...(left ? { oneOf: left } : {}), ...(all.includes(null) ? { isNone: false } : {}) }); // prettier-ignore
    }
    const left = without(all, not).filter(
      (v) => (!oneOf || oneOf.some((one) => isSame(v, one))) && this.#mayBe(of, v),
    );
    if (left.length === 0) return false;
    return this.#add(of, left.length === 1 ? { is: { v: left[0]! } } : { oneOf: left });
  }

  #mayBe(of: Something, v: Constant): boolean {
    const { isNone, isTrue } = this.#known.get(of) ?? {};
    if (isNone !== undefined && isNone !== (v === null)) return false;
    if (isTrue !== undefined && isTrue !== Boolean(v)) return false;
    const begins = this.#beginnings(of);
    return begins.length === 0 || (typeof v === "string" && begins.some((begin) => v.startsWith(begin)));
  }

  isTrue(of: Term, holds: boolean): boolean {
    const known = this.#constant(of);
    if (known) return Boolean(known.v) === holds;
    if (of.t !== "something") return true;
    const { isTrue, isNone, oneOf } = this.#known.get(of) ?? {};
    if (holds && isNone === true) return false;
    if (!holds && this.#beginnings(of).length > 0) return false;
    if (oneOf?.every((v) => Boolean(v) !== holds) === true) return false;
    // A list or an object may become as true as it was false.
    if (of.isPlain !== true) return holds ? this.#add(of, { isNone: false }) : true;
    if (isTrue !== undefined && isTrue !== holds) return false;
    return this.#add(of, holds ? { isTrue: true, isNone: false } : { isTrue: false });
  }

  isNone(of: Term, holds: boolean): boolean {
    const known = this.#constant(of);
    if (known) return (known.v === null) === holds;
    if (of.t !== "something") return !holds;
    const { isTrue, isNone, oneOf, not } = this.#known.get(of) ?? {};
    if (isNone !== undefined && isNone !== holds) return false;
    if (holds && (isTrue === true || this.#beginnings(of).length > 0 || not?.includes(null) === true))
      return false;
    if (holds && oneOf && !oneOf.includes(null)) return false;
    return this.#add(of, { isNone: holds });
  }

  begins(of: Term, parts: readonly string[], holds: boolean): boolean {
    const known = this.#constant(of);
    if (known) {
      const { v } = known;
      return typeof v !== "string" || parts.some((part) => v.startsWith(part)) === holds;
    }
    if (of.t !== "something") return true;
    const begins = this.#beginnings(of);
    if (begins.length > 0) {
      if (begins.every((begin) => parts.some((part) => begin.startsWith(part)))) return holds;
      if (!begins.some((begin) => parts.some((part) => part.startsWith(begin) || begin.startsWith(part)))) return !holds; // prettier-ignore
    }
    const { oneOf } = this.#known.get(of) ?? {};
    if (oneOf?.every((v) => typeof v === "string" && parts.some((part) => v.startsWith(part)) !== holds) === true) return false; // prettier-ignore
    return holds && parts.length === 1 && parts[0] !== "" ? this.#add(of, { begin: parts[0]! }) : true;
  }
}
