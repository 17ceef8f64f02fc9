import { stringify } from "yaml";
import type { FileResult } from "../violation.js";
import { records } from "./records.js";

export function yaml(results: readonly FileResult[]): string {
  // sqlfluff prints a line end after the one its YAML ends in.
  return `${stringify(records(results), { indentSeq: false, version: "1.1", singleQuote: true })}\n`;
}
