/**
 * The words of a name, lower case: `customer_features` and `CustomerFeatures` are `customer`, `features`; digits part
 * from letters (`scd2` is `scd`, `2`).
 */
export function wordsOf(name: string): readonly string[] {
  let words = known.get(name);
  if (!words) {
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(name, (words = readWords(name)));
  }
  return words;
}

/** The names of a database are asked about again and again. */
const known = new Map<string, readonly string[]>();
const MAX_KNOWN = 10_000;

function readWords(name: string): readonly string[] {
  return (name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}]+|\d+/gu) ?? []).map((word) =>
    word.toLowerCase(),
  );
}

/**
 * Whether a table is named by a list of patterns: exact names or globs with `*` and `?`, of `name` or `schema.name`. A
 * pattern that begins with `!` takes names out again; the last one that fits decides.
 */
export function isNamed(
  { schema, name }: { schema: string; name: string },
  patterns: readonly string[],
): boolean {
  const last = patterns.findLast((pattern) => {
    const wanted = pattern.replace(/^!/, "");
    return matchesGlob(wanted.includes(".") ? `${schema}.${name}` : name, wanted);
  });
  return last !== undefined && !last.startsWith("!");
}

/** `*` is any run of characters, `?` is one. Backtracks to the last `*` only, so at most quadratic. */
function matchesGlob(text: string, glob: string): boolean {
  let [at, wanted] = [0, 0];
  let star = -1;
  let retry = 0;
  while (at < text.length) {
    const sign = glob[wanted];
    if (sign === "*") [star, retry] = [wanted++, at];
    else if (sign !== undefined && (sign === "?" || sign === text[at])) [at, wanted] = [at + 1, wanted + 1];
    else if (star >= 0) [at, wanted] = [++retry, star + 1];
    else return false;
  }
  return /^\**$/.test(glob.slice(wanted));
}
