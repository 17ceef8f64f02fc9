/** One place of a pattern: any text, or one character of some kind. */
type Part = "*" | ((character: string) => boolean);

/**
 * Whether a text matches a pattern of Python's `fnmatch`: `*`, `?`, `[abc]`, `[a-c]` and `[!abc]`. Takes at most time
 * in the product of both lengths: patterns come from the files that are linted.
 */
export function globMatches(pattern: string, text: string): boolean {
  const parts = partsOf(pattern);
  const characters = Array.from(text);
  let part = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < characters.length) {
    const here = parts[part];
    if (here === "*") {
      star = part++;
      resume = at;
    } else if (here?.(characters[at]!)) {
      part++;
      at++;
    } else if (star >= 0) {
      // Only the last star may take more: what an earlier one took is matched as early as can be.
      part = star + 1;
      at = ++resume;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === "*");
}

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length;) {
    const character = String.fromCodePoint(pattern.codePointAt(at)!);
    // A bracket that closes at once is a member; without a closing one the opening one stands for itself.
    const set = character === "[" ? /^\[(!?)(\][^\]]*|[^\]]+)\]/su.exec(pattern.slice(at)) : null;
    if (set) parts.push(setOf(set[2]!, set[1] === "!"));
    else if (character === "*") parts.push("*");
    else if (character === "?") parts.push(() => true);
    else parts.push((other) => other === character);
    at += set ? set[0].length : character.length;
  }
  return parts;
}

function setOf(members: string, negated: boolean): Part {
  const ranges = Array.from(members.matchAll(/(.)-(.)|(.)/gsu), ([, from, to, one]) => [
    from ?? one!,
    to ?? one!,
  ]);
  return (character) => ranges.some(([from, to]) => from! <= character && character <= to!) !== negated;
}
