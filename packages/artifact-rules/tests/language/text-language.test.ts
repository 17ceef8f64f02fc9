import { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import { requirementLines } from "../../src/language/requirement-lines.js";
import { readDockerfile } from "../../src/language/dockerfile.js";
import { dockerfileLanguage, requirementsLanguage, tomlParser } from "../../src/index.js";

/** A rule that reports every node, to see the tree through ESLint's eyes. */
const every = {
  create: (context: { report: (problem: object) => void }) => {
    const report = (node: object) => {
      context.report({ node, message: "seen" });
    };
    return { Instruction: report, Requirement: report };
  },
};

function seen(language: string, text: string): string[] {
  const plugin = {
    languages: { dockerfile: dockerfileLanguage, requirements: requirementsLanguage },
    rules: { every },
  };
  const config = { files: ["**/*.*"], plugins: { o: plugin }, language, rules: { "o/every": "error" } };
  return new Linter({ configType: "flat" })
    .verify(text, [config as unknown as Linter.Config], { filename: "checked.txt" })
    .map(({ line, column, endLine, endColumn, message, ruleId }) =>
      ruleId === null ? message : `${line}:${column}-${endLine}:${endColumn}`,
    );
}

describe("Dockerfiles in ESLint", () => {
  it("are instructions, with heredocs, continuations and CRLF", () => {
    const text = "# syntax=docker/dockerfile:1\nFROM x\r\nRUN a \\\n  # inside\n  b\nRUN <<EOF\nc\nEOF\n";
    expect(seen("o/dockerfile", text)).toEqual(["2:1-2:7", "3:1-5:4", "6:1-8:4"]);
  });

  it("read directives in comments, between continued lines too", () => {
    expect(seen("o/dockerfile", "# eslint-disable-next-line o/every -- why\nFROM x\n")).toEqual([]);
    expect(seen("o/dockerfile", "FROM x\n# eslint-disable\nRUN a\n")).toEqual(["1:1-1:7"]);
  });

  it("are read whatever they hold", () => {
    for (const text of ["", "\\", "FROM", "RUN <<EOF", "#", "\0", "ENV", "ARG =", "FROM x AS", "ENV A"])
      expect(() => [...readDockerfile(text).instructions]).not.toThrow();
  });
});

describe("variables of Dockerfiles", () => {
  /** What each name stands for at the last instruction. */
  const last = (text: string, ...names: string[]) => {
    let values: (string | undefined)[] = [];
    for (const { variable } of readDockerfile(text).instructions) values = names.map(variable);
    return values;
  };

  it.each([
    ["FROM x\nARG A=1\nRUN x", ["1"]],
    ["FROM x\nENV A=1\nRUN x", ["1"]],
    ["FROM x\nENV A 1 2\nRUN x", ["1 2"]],
    ['FROM x\nENV B=0 A="1 2"\nRUN x', ["1 2"]],
    ["FROM x\nRUN x\nARG A=1", [undefined]],
    ["ARG A=1\nFROM x\nRUN x", [undefined]],
    ["ARG A=1\nFROM x\nARG A\nRUN x", ["1"]],
    ["FROM x AS base\nENV A=1\nFROM base\nRUN x", ["1"]],
    ["FROM x AS base\nENV A=1\nFROM y\nRUN x", [undefined]],
    ["FROM --platform=linux/amd64 x AS Base\nENV A=1\nFROM base\nRUN x", ["1"]],
    ["FROM x\nARG B=3.46\nENV A=$B.0.7\nRUN x", ["3.46.0.7"]],
    ["FROM x\nENV A=${B:-1}\nRUN x", ["1"]],
    ["FROM x\nENV A=1\nENV A=$B\nRUN x", [undefined]],
  ])("%j", (text, expected) => {
    expect(last(text, "A")).toEqual(expected);
  });
});

describe("requirements in ESLint", () => {
  it("are logical lines", () => {
    expect(seen("o/requirements", "# c\na==1 \\\n  --hash=sha256:0\n\n-r b.txt  # d\n")).toEqual([
      "2:1-3:18",
      "5:1-5:14",
    ]);
  });

  it("read directives in comments", () => {
    expect(seen("o/requirements", "a  # eslint-disable-line o/every\nb\n")).toEqual(["2:1-2:2"]);
  });

  it("keep the offsets of the file", () => {
    const text = "\n  h2o \\\r\n==1 # c\n";
    const [line] = requirementLines(text).lines;
    expect(text.slice(...line!.range)).toBe("  h2o \\\r\n==1 # c");
    expect(line!.text).toBe("  h2o    ==1    ");
  });
});

describe("TOML in ESLint", () => {
  const suppressed = (text: string, filename: string) => {
    const rule = {
      create: (context: { report: (problem: object) => void }) => ({
        Program: () => {
          for (const line of [1, 2]) context.report({ loc: { line, column: 0 }, message: `${line}` });
        },
      }),
    };
    const config = {
      files: ["**/*.*"],
      languageOptions: { parser: tomlParser },
      plugins: { o: { rules: { two: rule } } },
      rules: { "o/two": "error" },
    };
    return new Linter({ configType: "flat" })
      .verify(text, [config as unknown as Linter.Config], { filename })
      .map(({ message }) => message);
  };

  it.each(["pyproject.toml", "uv.lock"])("reads directives of %s", (name) => {
    expect(suppressed("# eslint-disable-next-line o/two\na = 1\n", name)).toEqual(["1"]);
    expect(suppressed("a = 1\nb = 1\n", name)).toEqual(["1", "2"]);
    expect(suppressed("# eslint-disable\r\na = 1\r\n", name)).toEqual([]);
  });

  it("says of TOML that it is broken", () => {
    expect(suppressed("a = [", "pyproject.toml")[0]).toMatch(/^Parsing error/);
  });
});
