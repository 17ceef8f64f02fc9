/** Values by schema and name: two look-ups of strings that are there rather than one of a string that is made for it. */
export class Names<T> {
  readonly #schemas: Map<string, Map<string, T | undefined>>;

  constructor(from?: Names<T>) {
    this.#schemas = new Map(
      Array.from(from ? from.#schemas : [], ([schema, names]) => [schema, new Map(names)] as const),
    );
  }

  get(schema: string, name: string): T | undefined {
    return this.#schemas.get(schema)?.get(name);
  }

  /** Sets or, with undefined, forgets the value; that there was one stays known. */
  set(schema: string, name: string, value: T | undefined): void {
    const names = this.#schemas.get(schema);
    if (names) names.set(name, value);
    else this.#schemas.set(schema, new Map([[name, value]]));
  }

  /** Whether there ever was a value. */
  wasSet(schema: string, name: string): boolean {
    return this.#schemas.get(schema)?.has(name) ?? false;
  }
}
