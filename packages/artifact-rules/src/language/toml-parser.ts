import { meta, parseForESLint, type AST } from "toml-eslint-parser";

type Parsed = ReturnType<typeof parseForESLint>;

/**
 * toml-eslint-parser for ESLint. A lock file, which is long and written by a program, is not parsed: the rules of this
 * package ask for no node of it, and its comments can turn them off all the same.
 */
export const tomlParser = {
  meta: { ...meta },
  parseForESLint(text: string, options?: { filePath?: string }): Pick<Parsed, "ast" | "visitorKeys"> {
    if (!options?.filePath?.endsWith(".lock")) return parseForESLint(text, options);
    const lines = text.split("\n");
    const loc = (start: number, end: number, line: number) => ({
      start: { line, column: start },
      end: { line, column: end },
    });
    let offset = 0;
    const comments = lines.flatMap((line, index): AST.Comment[] => {
      const start = offset;
      offset += line.length + 1;
      const value = line.replace(/\r$/, "");
      if (!value.startsWith("#")) return [];
      return [
        {
          type: "Block",
          value: value.slice(1),
          range: [start, start + value.length],
          loc: loc(0, value.length, index + 1),
        },
      ];
    });
    const range: AST.Range = [0, text.length];
    const end = { line: lines.length, column: lines.at(-1)!.length };
    const whole = { range, loc: { start: { line: 1, column: 0 }, end } };
    const ast = {
      type: "Program",
      body: [],
      parent: null,
      sourceType: "module",
      tokens: [],
      comments,
      ...whole,
    };
    return { ast: ast as unknown as Parsed["ast"], visitorKeys: { Program: [] } };
  },
};
