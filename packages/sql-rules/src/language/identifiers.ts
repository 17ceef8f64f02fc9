import { scanSync } from "libpg-query";

/** Words that need quotes as names: every keyword but the unreserved ones. Filled as names are met. */
const keywords = new Map<string, boolean>();

/** PostgreSQL cuts names to this many bytes. */
export const MAX_NAME_BYTES = 63;

/** A name as PostgreSQL prints it: quoted where it would otherwise be folded or read as a keyword (`quote_identifier`). */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !isKeyword(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

function isKeyword(name: string): boolean {
  let answer = keywords.get(name);
  if (answer === undefined) {
    const kind = scanSync(name).tokens[0]?.keywordName;
    answer = kind !== "NO_KEYWORD" && kind !== "UNRESERVED_KEYWORD";
    if (keywords.size > 5000) keywords.clear();
    keywords.set(name, answer);
  }
  return answer;
}

/** A name cut to at most `bytes` bytes of UTF-8, never inside a character (`pg_mbcliplen`). */
export function clip(name: string, bytes: number = MAX_NAME_BYTES): string {
  if (name.length * 3 <= bytes || Buffer.byteLength(name) <= bytes) return name;
  let length = 0;
  let end = 0;
  for (const character of name) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    end += character.length;
  }
  return name.slice(0, end);
}
