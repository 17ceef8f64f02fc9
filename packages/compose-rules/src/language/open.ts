import { parseJSON } from "jsonc-eslint-parser";
import { isJsonProgram, openJson } from "./json.js";
import { isTooDeep, TOO_DEEP } from "./nesting.js";
import type { SourceFile } from "./source.js";
import type { DataFile } from "./value.js";
import { isYamlProgram, openYaml } from "./yaml.js";
import { parseAhead } from "./yaml-parser.js";

/** Opens the tree a linter made of a file; undefined for the trees of other languages. */
export function openTree(ast: unknown, file: SourceFile): DataFile | undefined {
  if (isYamlProgram(ast)) return openYaml(ast, file);
  return isJsonProgram(ast) ? openJson(ast, file) : undefined;
}

/**
 * Parses and opens a file: JSON where its name says so, YAML otherwise.
 *
 * @returns the first syntax error in words where it cannot be parsed
 */
export function openText(file: SourceFile): DataFile | { readonly error: string } {
  if (isTooDeep(file.text)) return { error: TOO_DEEP };
  try {
    return /\.jsonc?$/i.test(file.path)
      ? openJson(parseJSON(file.text), file)
      : openYaml(parseAhead(file.text), file);
  } catch (error) {
    if (error instanceof RangeError) return { error: TOO_DEEP };
    return { error: (error as Error).message.split("\n", 1)[0] ?? "" };
  }
}
