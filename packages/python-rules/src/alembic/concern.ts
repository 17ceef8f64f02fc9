import { textIn, type Value } from "./values.js";

/** What a module holds that makes migrations, or helps them. */
const SCHEMA =
  /\balembic\b|\bop\s*\.|_op\b|\bDDL\b|\b(?:create|alter|drop)\s+(?:(?:unique|or\s+replace)\s+)?(?:table|index|type|schema|view|sequence|extension)\b/i;

/** Whether a module has to do with migrations: what it does is followed far, that of the application is not. */
export const concernsSchema = (text: string): boolean => SCHEMA.test(text);

/** Alembic's operations, or what comes from them. */
export function isOperations(value: Value): boolean {
  switch (value.k) {
    case "name":
    case "made":
      return /^alembic\.op\b/.test(value.path);
    case "member":
      return isOperations(value.of);
    default:
      return value.k === "batch";
  }
}

/** A text that is a name. */
export function wordIn(value: Value): string[] {
  const text = textIn(value);
  return text !== undefined && /^\w+$/.test(text) ? [text] : [];
}
