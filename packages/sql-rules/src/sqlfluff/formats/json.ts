import type { FileResult } from "../violation.js";
import { records } from "./records.js";

export function json(results: readonly FileResult[]): string {
  return `${pythonJson(records(results))}\n`;
}

/** JSON as Python's `json.dumps` writes it: a space after comma and colon, only ASCII. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([key, inner]) => `${pythonJson(key)}: ${pythonJson(inner)}`);
    return `{${fields.join(", ")}}`;
  }
  return ascii(JSON.stringify(value));
}

/** The same with two blanks a level, as for `indent=2`. */
export function indentedJson(value: unknown): string {
  return ascii(JSON.stringify(value, undefined, 2));
}

function ascii(text: string): string {
  return text.replaceAll(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
