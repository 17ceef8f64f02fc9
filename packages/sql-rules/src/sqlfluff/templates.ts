/** What shows that a templater of sqlfluff has work to do in a statement. */
const JINJA = /\{\{|\{#/;
const MARKS: Readonly<Record<string, RegExp>> = {
  python: /\{[\w.:!-]*\}/,
  placeholder: /[:$@%?]\w|\{\w*\}|%s|\?/,
};

/** Jinja's blocks reach over statements: what stands in a loop or a macro need not be SQL by itself. */
const BLOCK = "{%";

/**
 * Whether a statement is a template, which sqlfluff renders and this parser reads only where placeholders stand for
 * names and values.
 *
 * @param script - the text the statement stands in
 * @param templater - sqlfluff's name of it; those of plugins (`dbt`) are kinds of Jinja
 */
export function isTemplated(statement: string, script: string, templater: string): boolean {
  if (templater === "raw") return false;
  return MARKS[templater]?.test(statement) ?? (JINJA.test(statement) || script.includes(BLOCK));
}
