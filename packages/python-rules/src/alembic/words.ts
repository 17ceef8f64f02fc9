const MAX_WORDS = 2000;

/** The words in a module's strings. */
export function wordsIn(text: string): string[] {
  const strings = text.match(/"""[^]*?"""|'''[^]*?'''|"[^"\n]*"|'[^'\n]*'/g) ?? [];
  return [...new Set(strings.flatMap((one) => one.toLowerCase().match(/\w+/g) ?? []))].slice(0, MAX_WORDS);
}
