import { quote, type Findings } from "../findings.js";
import type { IniValue } from "../language/ini.js";
import { isJavaLong, javaDouble, javaDoubles, javaInt, javaInts } from "../language/java.js";

/**
 * The [info] of a model.ini, read by type. A key that is asked for and missing, or whose value is of another type, is
 * reported once and comes back undefined. `null` is what Java writes for nothing; it counts as missing.
 */
export class Info {
  readonly #reported = new Set<string>();

  constructor(
    readonly values: ReadonlyMap<string, IniValue>,
    readonly entry: string,
    readonly findings: Findings,
  ) {}

  has(key: string): boolean {
    return this.values.has(key);
  }

  /** Where a key stands, for findings. */
  where(key: string): { entry: string; line: number | undefined } {
    return { entry: this.entry, line: this.values.get(key)?.line };
  }

  /** A value as it is written; undefined where it is missing or null. Reports nothing. */
  raw(key: string): string | undefined {
    const text = this.values.get(key)?.text;
    return text === "null" ? undefined : text;
  }

  text(key: string): string | undefined {
    return this.#read(key, "text", (text) => (text === "" ? undefined : text));
  }

  /** A whole number of 32 bits. */
  int(key: string): number | undefined {
    return this.#read(key, "a whole number", javaInt);
  }

  /** A count: a whole number that is not negative. */
  count(key: string): number | undefined {
    return this.#read(key, "a count", (text) => {
      const value = javaInt(text);
      return value !== undefined && value >= 0 ? value : undefined;
    });
  }

  double(key: string): number | undefined {
    return this.#read(key, "a number with a decimal point", javaDouble);
  }

  bool(key: string): boolean | undefined {
    return this.#read(key, "true or false", (text) =>
      text === "true" ? true : text === "false" ? false : undefined,
    );
  }

  ints(key: string): Float64Array | undefined {
    return this.#read(key, "an array of whole numbers", javaInts);
  }

  doubles(key: string): Float64Array | undefined {
    return this.#read(key, "an array of numbers with decimal points", javaDoubles);
  }

  /** A whole number of 64 bits, as text. */
  long(key: string): string | undefined {
    return this.#read(key, "a whole number", (text) => (isJavaLong(text) ? text : undefined));
  }

  /** One of a set of words. */
  word<Word extends string>(key: string, words: readonly Word[]): Word | undefined {
    return this.#read(key, `one of ${words.join(", ")}`, (text) => words.find((word) => word === text));
  }

  /** Reads a key that need not be there, or may be null, with one of the getters above. */
  optional<Getter extends "double" | "doubles" | "count">(
    key: string,
    getter: Getter,
  ): ReturnType<Info[Getter]> | undefined {
    return this.raw(key) === undefined ? undefined : (this[getter](key) as ReturnType<Info[Getter]>);
  }

  #read<Value>(key: string, what: string, parse: (text: string) => Value | undefined): Value | undefined {
    const text = this.raw(key);
    const value = text === undefined ? undefined : parse(text);
    if (value === undefined && !this.#reported.has(key)) {
      this.#reported.add(key);
      if (text === undefined)
        this.findings.add("ini-key", `The key ${quote(key)} is missing.`, this.where(key));
      else
        this.findings.add(
          "ini-type",
          `The value of ${quote(key)} is ${quote(text)}, not ${what}.`,
          this.where(key),
        );
    }
    return value;
  }
}
