/** How a kind of file writes comments. */
const COMMENTS = {
  /** Shell, YAML, Python: a sign at the start of a word. */
  hash: /(?<=^|\s)#[^\r\n]*/gm,
  /** Groovy and Kotlin; two slashes after a colon are those of a URL. */
  slashes: /(?<![:\w])\/\/[^\r\n]*|\/\*[^]*?(?:\*\/|$(?![^]))/g,
  xml: /<!--[^]*?(?:-->|$(?![^]))/g,
} as const;

/** A text with blanks for its comments, so that offsets stay those of the file. */
export function withoutComments(text: string, kind: keyof typeof COMMENTS): string {
  return text.replaceAll(COMMENTS[kind], (comment) => comment.replaceAll(/[^\r\n]/g, " "));
}
