/** A file's text, with what has to be said of the reading; or why it has none. */
export type Decoded = { text: string; warning?: string } | { error: string };

const BINARY_PROBE_BYTES = 8192;

/** UTF-8 as the Unicode standard has it (table 3-7), or any other byte above ASCII, in a text of one character a byte. */
const BEYOND_ASCII =
  /[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2}|[\x80-\xff]/g;

/**
 * Decodes a file that should be UTF-8. UTF-16 is known by its byte order mark; of what else is not valid UTF-8, the
 * valid parts are taken as such and every other byte as Latin-1, so that one name stays one name, and two stay two.
 *
 * @returns the text with its byte order mark, if it has one
 */
export function decode(bytes: Uint8Array): Decoded {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return utf16(bytes, "utf-16le");
  if (first === 0xfe && second === 0xff) return utf16(bytes, "utf-16be");
  if (isBinary(bytes)) return { error: "it is a binary file" };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const warning = "it is not valid UTF-8, so characters may have been misread";
    return { text: mixed(bytes), warning };
  }
}

/** Whether a file that is not UTF-16 is no text: a null character stands near its begin. */
export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, BINARY_PROBE_BYTES).includes(0);
}

function utf16(bytes: Uint8Array, encoding: "utf-16le" | "utf-16be"): Decoded {
  const text = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
  const warning =
    "it is written in UTF-16 and was read so, but ESLint and most database tools take only UTF-8";
  return { text, warning };
}

function mixed(bytes: Uint8Array): string {
  const characters = Buffer.from(bytes).toString("latin1");
  return characters.replaceAll(BEYOND_ASCII, (found) =>
    found.length > 1 ? Buffer.from(found, "latin1").toString("utf8") : found,
  );
}
