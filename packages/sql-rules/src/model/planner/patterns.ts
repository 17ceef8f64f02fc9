/** What a pattern says about the beginning of the strings that match it. */
export type Prefix =
  /** Only one string matches. */
  | "exact"
  /** All matching strings begin with the same text. */
  | "prefix"
  | "none"
  /** Not worked out here. */
  | "unknown";

/**
 * The fixed beginning of a pattern, as `pattern_fixed_prefix` finds it for B-tree indexes.
 *
 * @param operator - `~~`, `~~*`, `~`, `~*` or `^@`
 */
export function prefixOf(operator: string, pattern: string): Prefix {
  if (operator === "^@") return "prefix";
  if (operator === "~~") return likePrefix(pattern, () => false);
  // Characters that have another case match two ways; beyond ASCII any character may.
  if (operator === "~~*") return likePrefix(pattern, (character) => /[a-z\u0080-\uffff]/i.test(character));
  if (operator !== "~" && operator !== "~*") return "unknown";
  // SIMILAR TO, of which an expression is read so, without what only regular expressions have.
  const similar = operator === "~" ? /^\^\(\?:([^|*+?{}()[\]]*)\)\$$/.exec(pattern)?.[1] : undefined;
  if (similar !== undefined) return likePrefix(similar, () => false);
  return /^(?:\^|\*\*\*|\(\?)/.test(pattern) ? "unknown" : "none";
}

function likePrefix(pattern: string, isCased: (character: string) => boolean): Prefix {
  let length = 0;
  for (let at = 0; at < pattern.length; at++) {
    let character = pattern[at]!;
    if (character === "%" || character === "_") return length > 0 ? "prefix" : "none";
    if (character === "\\") {
      at++;
      character = pattern[at] ?? "";
      if (character === "") break;
    }
    if (isCased(character)) return length > 0 ? "prefix" : "none";
    length++;
  }
  return "exact";
}
