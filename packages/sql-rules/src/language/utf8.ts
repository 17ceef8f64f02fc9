/**
 * Maps UTF-8 byte offsets, as libpg-query reports them, to UTF-16 offsets.
 * ASCII text, by far the most, needs no table.
 */
export function utf8ToUtf16(text: string): (byteOffset: number) => number {
  // eslint-disable-next-line no-control-regex -- the whole ASCII range is meant
  if (/^[\x00-\x7f]*$/.test(text)) return (byteOffset) => byteOffset;

  const starts = new Uint32Array(Buffer.byteLength(text) + 1);
  let byte = 0;
  let index = 0;
  for (const character of text) {
    const length = Buffer.byteLength(character);
    starts.fill(index, byte, byte + length);
    byte += length;
    index += character.length;
  }
  starts[byte] = index;
  return (byteOffset) => starts[Math.min(byteOffset, starts.length - 1)]!;
}

/** The UTF-16 offset after `count` characters (code points). */
export function afterCharacters(text: string, count: number): number {
  let index = 0;
  for (let left = count; left > 0 && index < text.length; left--)
    index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  return index;
}
