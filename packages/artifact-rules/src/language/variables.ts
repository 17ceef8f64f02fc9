/** The value of a variable; undefined where it is not known. */
export type Variable = (name: string) => string | undefined;

/** A text with its variables replaced, as a shell does it; undefined where one is not known. */
export function filledIn(text: string, variable: Variable): string | undefined {
  let unknown = 0;
  const filled = text.replaceAll(
    /\$(?:\{([\w.]+)(?::?-([^}]*))?\}|(\w+)|)/g,
    (_, braced?: string, fallback?: string, bare?: string) => {
      const name = braced ?? bare;
      const value = name === undefined ? undefined : (variable(name) ?? fallback);
      if (value === undefined) unknown++;
      return value ?? "";
    },
  );
  return unknown === 0 ? filled : undefined;
}
