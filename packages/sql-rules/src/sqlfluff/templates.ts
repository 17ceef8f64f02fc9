/** What shows that a templater of sqlfluff has work to do in a text. */
const MARKS: Record<string, RegExp> = {
  jinja: /\{\{|\{%|\{#/,
  python: /\{[\w.:!-]*\}/,
  placeholder: /[:$@%?]\w|\{\w*\}|%s|\?/,
};

/**
 * Whether a statement is a template, which sqlfluff renders and this parser reads only where placeholders stand for
 * names and values.
 *
 * @param templater - sqlfluff's name of it; those of plugins (`dbt`) are kinds of Jinja
 */
export function isTemplated(statement: string, templater: string): boolean {
  return templater !== "raw" && (MARKS[templater] ?? MARKS.jinja!).test(statement);
}
