const BLOCK = 100;
const MULTIPLIER = 37n;
/** Weight of the character that leaves the window. */
const LEAVING = BigInt.asUintN(64, MULTIPLIER ** BigInt(BLOCK));
const END = 65_535;

/**
 * GitHub's `primaryLocationLineHash` of every line: a 64-bit rolling hash over the 100 characters from the line's
 * start, white space left out, followed by a counter for lines that hash alike. GitHub matches alerts by it between
 * commits, so it must be the one its own upload action computes.
 *
 * @param text - the file's text
 * @returns the hashes, one a line
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function lineHashes(text: string): string[] {
  const window = new Array<number>(BLOCK).fill(0);
  const lineAt = new Array<number>(BLOCK).fill(-1);
  const counts = new Map<string, number>();
  const hashes: string[] = [];
  let hash = 0n;
  let index = 0;
  let line = -1;
  let isLineStart = true;

  const emit = () => {
    const at = lineAt[index]!;
    if (at < 0) return;
    const value = hash.toString(16);
    const count = (counts.get(value) ?? 0) + 1;
    counts.set(value, count);
    hashes[at] = `${value}:${count}`;
    lineAt[index] = -1;
  };
  const push = (code: number) => {
    hash = BigInt.asUintN(64, MULTIPLIER * hash + BigInt(code) - LEAVING * BigInt(window[index]!));
    window[index] = code;
    index = (index + 1) % BLOCK;
  };
  const read = (code: number) => {
    emit();
    if (isLineStart) lineAt[index] = ++line;
    isLineStart = code === 10;
    push(code);
  };

  // White space does not count, and every line ending is one line feed.
  for (const character of text.replaceAll(/\r\n?/g, "\n").replaceAll(/[ \t]/g, "")) {
    for (let i = 0; i < character.length; i++) read(character.charCodeAt(i));
  }
  read(END);
  for (let i = 0; i < BLOCK; i++) {
    emit();
    push(0);
  }
  return hashes;
}
