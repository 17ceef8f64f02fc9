import { tokenAt } from "./lexer.js";

/** Jinja that dbt renders: a block, or a call by which models name each other and themselves. */
const JINJA = /\{%[-+]?\s*\w|\{\{-?\s*(?:config|ref|source|this|var)\b/;
/** The begin of a comment, a block, or an expression, and what ends each. */
const OPENER = /\{([#%{])/g;
const CLOSERS: Readonly<Record<string, string>> = { "#": "#}", "%": "%}", "{": "}}" };
/** `ref('model')`, `ref('package', 'model')`, `source('schema', 'table')`: the last name is the table's. */
const RELATION = /^\{\{-?\s*(?:ref|source)\s*\(\s*(?:'\w+'\s*,\s*|"\w+"\s*,\s*)?(['"])(\w+)\1/d;
const CONFIG = /^\{\{-?\s*config\b/;

/** True for a dbt model. */
export function isTemplated(text: string): boolean {
  return JINJA.test(text);
}

/**
 * A dbt model with its template language turned into SQL of equal length, so that every offset stays: models become
 * the tables they name, other expressions names, and blocks and comments go. What lies between the branches of a
 * block is read as if all were taken; where that is no SQL, the statement is reported as any other.
 *
 * @param text - a script; returned as it is unless it is a dbt model
 */
export function maskTemplates(text: string): string {
  if (!isTemplated(text)) return text;
  let masked = "";
  let at = 0;
  for (const { index, 1: kind = "" } of text.matchAll(OPENER)) {
    if (index < at) continue;
    const closer = text.indexOf(CLOSERS[kind] ?? "", index + 2);
    // Nothing after a tag without an end is a template.
    if (closer < 0) break;
    masked += text.slice(at, index) + maskTag(text.slice(index, closer + 2));
    at = closer + 2;
  }
  return masked + text.slice(at);
}

function maskTag(tag: string): string {
  const relation = RELATION.exec(tag)?.indices?.[2];
  if (relation) {
    return blank(tag.slice(0, relation[0])) + tag.slice(...relation) + blank(tag.slice(relation[1]));
  }
  return tag.startsWith("{{") && !CONFIG.test(tag) ? tag.replaceAll(/\W/g, "_") : blank(tag);
}

/** Blanks of the same lines. */
function blank(text: string): string {
  return text.replaceAll(/[^\r\n]/g, " ");
}

/** A line by which Play divides an evolution script. */
const PLAY = /^[ \t]*(?:#|--)[-\s]*!(?:Ups|Downs)\b/m;

/**
 * A script of Play's evolutions with its own lines turned into SQL's comments, so that every offset stays: they may
 * begin with a `#`. A doubled semicolon, by which it writes one inside a statement, becomes a single one.
 *
 * @param text - a script; returned as it is unless it is an evolution
 */
export function maskEvolution(text: string): string {
  if (!PLAY.test(text)) return text;
  return text.replaceAll(/^([ \t]*)#(?:[ \t]|-)/gm, "$1--").replaceAll(";;", "; ");
}

/**
 * The same text with client placeholders (`:name`, `%(name)s`, `{name}`) turned into identifiers of equal length, so
 * that every offset stays. Inside the brackets of a subscript `:` is an array slice.
 */
export function maskPlaceholders(text: string): string {
  let masked = "";
  /** For each open bracket whether it is a subscript's, not that of `ARRAY[…]`. */
  const brackets: boolean[] = [];
  let before = "";
  for (let token = tokenAt(text, 0); token; token = tokenAt(text, masked.length)) {
    const part = text.slice(token.start, token.end);
    if (part === "[") {
      const isInner = before === "[" || before === ",";
      brackets.push(isInner ? brackets.at(-1) === true : before !== "array");
    } else if (part === "]") brackets.pop();
    const isClientPlaceholder =
      token.kind === "placeholder" && !part.startsWith("$") && brackets.at(-1) !== true;
    const isTemplate = token.kind === "placeholder" && /^\$[{%]/.test(part);
    if (!isClientPlaceholder && !isTemplate) masked += part;
    else if (part.startsWith("{%")) masked += " ".repeat(part.length);
    else if (part.startsWith(":'") || part.startsWith(':"')) masked += ` ${part.slice(1)}`;
    else if ((before === "in" || before === "values") && part.length > 2) masked += list(part.length);
    else masked += part.replaceAll(/\W/g, "_");
    // pgtyped's mark of a parameter that is never null.
    if (isClientPlaceholder && /^!(?!=)/.test(text.slice(token.end, token.end + 2))) masked += " ";
    if (token.kind !== "space") before = part.toLowerCase();
  }
  return masked;
}

/** `IN :ids`, `VALUES :rows`: clients that expand a list write its parentheses too. */
function list(length: number): string {
  return length > 3 ? `($1${" ".repeat(length - 4)})` : "(1)";
}

/** What a file of Liquibase's formatted SQL begins with, and what each of its change sets does. */
const LIQUIBASE = /^[ \t]*--[ \t]*liquibase[ \t]+formatted[ \t]+sql\b/im;
const LINES =
  /^[ \t]*--[ \t]*(?:changeset[ \t]+(?<id>(?:"[^"\n]+"|[^:\n]+):[ \t]*(?:"[^"\n]+"|\S+)).*|ignoreLines:(?<ignored>start|end|\d+).*)$/gim;

/** Whether a script is written in Liquibase's formatted SQL. */
export function isLiquibase(text: string): boolean {
  return LIQUIBASE.test(text);
}

/** One change set of Liquibase's formatted SQL, with the place of the comment that begins it. */
export interface ChangeSet {
  /** `author:id`. */
  id: string;
  text: string;
  range: [number, number];
}

/** The change sets of a script of Liquibase, in order; none of another. After Liquibase's `FormattedSqlChangeLogParser`. */
export function changeSetsIn(text: string): ChangeSet[] {
  if (!LIQUIBASE.test(text)) return [];
  return [...text.matchAll(LINES)].flatMap(({ 0: line, index, groups }) =>
    groups?.id === undefined
      ? []
      : [{ id: groups.id.replaceAll(/\s*:\s*/g, ":"), text: line, range: [index, index + line.length] }],
  );
}

/**
 * Liquibase's formatted SQL with what is not PostgreSQL's blanked, so that every offset stays: the change sets of other
 * databases, and lines that are to be ignored. Like Liquibase, it looks at lines, whatever they stand in. What a change
 * set ends its statements with becomes a semicolon.
 * After Liquibase's documentation, "SQL changelog", "dbms" and "endDelimiter".
 *
 * @param text - a script; returned as it is unless it has such parts
 */
export function maskChangeSets(text: string): string {
  if (!LIQUIBASE.test(text)) return text;
  let masked = "";
  let isOther = false;
  let isIgnored = false;
  let delimiter: string | undefined;
  const take = (to: number) => {
    const part = text.slice(masked.length, to);
    masked += isOther || isIgnored ? blank(part) : withSemicolons(part, delimiter);
  };
  for (const { index, 0: line, groups } of text.matchAll(LINES)) {
    if (index < masked.length) continue;
    take(index);
    if (groups?.id !== undefined) {
      isOther = !isForPostgres(line);
      delimiter = delimiterOf(line);
    } else if (/^\d/.test(groups?.ignored ?? "")) {
      const skipped = text
        .slice(index)
        .split("\n", Number(groups?.ignored) + 1)
        .join("\n");
      masked += blank(skipped);
      continue;
    } else isIgnored = groups?.ignored?.toLowerCase() === "start";
    masked += line;
  }
  take(text.length);
  return masked;
}

/** `endDelimiter:/` is an expression, most often of a line of its own: `\\n/`. Undefined for the default. */
function delimiterOf(changeSet: string): string | undefined {
  const [, quoted, plain] = /\bendDelimiter:\s*(?:"([^"]*)"|(\S+))/i.exec(changeSet) ?? [];
  const [first = ""] = (quoted ?? plain ?? "").split("|", 1);
  const literal = first.replaceAll(/\\[nrst][*+]?|[$^]$/g, "").replaceAll("\\", "");
  // A dollar quote cannot be told from its end.
  return literal === "" || literal === ";" || literal.includes("$") ? undefined : literal.toLowerCase();
}

/** A change set with a semicolon for each delimiter that ends a line; `GO` and a slash are two where none is named. */
function withSemicolons(text: string, delimiter: string | undefined): string {
  const isAlone = delimiter === undefined || delimiter === "/";
  const wanted = delimiter === undefined ? ["/", "go"] : [delimiter];
  const lower = text.toLowerCase();
  if (!wanted.some((one) => lower.includes(one))) return text;
  let result = "";
  for (let token = tokenAt(text, 0); token; token = tokenAt(text, token.end)) {
    const { start, kind } = token;
    const found = wanted.find((one) => lower.startsWith(one, start));
    if (found === undefined || kind === "string" || kind === "comment" || kind === "space") continue;
    const isEnd = /^[^\S\n]*(?:\n|$)/.test(text.slice(start + found.length, start + found.length + 100));
    if (!isEnd || (isAlone && !/(?:^|\n)[^\S\n]*$/.test(text.slice(Math.max(0, start - 100), start))))
      continue;
    result += `${text.slice(result.length, start)};${" ".repeat(found.length - 1)}`;
  }
  return result + text.slice(result.length);
}

/** `dbms:postgresql,h2` names the databases a change set is for; `!` leaves one out, `none` all. */
export function isForPostgres(changeSet: string): boolean {
  const [, quoted, plain] = /\bdbms:\s*(?:"([^"]*)"|(\S+))/i.exec(changeSet) ?? [];
  const names = (quoted ?? plain)?.toLowerCase().split(/[\s,]+/);
  if (!names || names.includes("all")) return true;
  if (names.some((name) => name.startsWith("!"))) return !names.includes("!postgresql");
  return names.includes("postgresql");
}
