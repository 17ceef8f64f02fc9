import type { File, Language, LanguageOptions, OkParseResult } from "@eslint/core";
import { VisitNodeStep } from "@eslint/plugin-kit";
import { CommentedSourceCode, type Comment, type LocatedComment } from "@orchestrator-lint/sql-rules/shared";
import { readDockerfile } from "./dockerfile.js";
import { requirementLines } from "./requirement-lines.js";

/** An instruction of a Dockerfile, or a requirement or option with all of its lines. */
export interface Entry {
  type: "Instruction" | "Requirement";
  range: [start: number, end: number];
}

/** The root of a tree that is flat, as these languages are. */
export interface Program {
  type: "Program";
  range: [start: number, end: number];
  readonly body: readonly Entry[];
  readonly comments: readonly Comment[];
}

/** The source code of one file, as ESLint's rules and directives see it. */
export class TextSourceCode extends CommentedSourceCode<Program, Entry> {
  override *traverse(): Generator<VisitNodeStep> {
    yield step(this.ast, 1);
    for (const entry of this.ast.body) {
      this.parents.set(entry, this.ast);
      yield step(entry, 1, this.ast);
      yield step(entry, 2, this.ast);
    }
    yield step(this.ast, 2);
  }
}

function step(target: Program | Entry, phase: 1 | 2, parent?: Program): VisitNodeStep {
  return new VisitNodeStep({ target, phase, args: parent ? [target, parent] : [target] });
}

type TextLanguage = Language<{
  LangOptions: LanguageOptions;
  Code: TextSourceCode;
  RootNode: Program;
  Node: Program | Entry | LocatedComment;
}>;

/** What a reader of one of these languages finds in a text. */
interface Parts {
  readonly entries: Iterable<{ readonly range: readonly [number, number] }>;
  readonly comments: readonly { readonly range: readonly [number, number]; readonly value: string }[];
}

function textLanguage(type: Entry["type"], read: (text: string) => Parts): TextLanguage {
  return {
    fileType: "text",
    lineStart: 1,
    columnStart: 1,
    nodeTypeKey: "type",
    visitorKeys: { Program: ["body"] },

    // Core rules that run on every language look for it.
    defaultLanguageOptions: { parserOptions: {} },

    validateLanguageOptions() {
      // A configuration object without `files` applies here too; refusing it would end the whole run.
    },

    parse(file: File) {
      const text = file.body as string;
      const { entries, comments } = read(text);
      const ast: Program = {
        type: "Program",
        range: [0, text.length],
        body: Array.from(entries, ({ range }) => ({ type, range: [...range] })),
        comments: comments.map(({ range, value }) => ({ type: "Line", range: [...range], value })),
      };
      return { ok: true, ast };
    },

    createSourceCode(file: File, { ast }: OkParseResult<Program>) {
      return new TextSourceCode({ text: file.body as string, ast });
    },
  };
}

/** Dockerfiles for ESLint: `language: "orchestrator/dockerfile"`. */
export const dockerfileLanguage = textLanguage("Instruction", (text) => {
  const { instructions, comments } = readDockerfile(text);
  return { entries: instructions, comments };
});

/** Requirements and constraints files of pip for ESLint: `language: "orchestrator/requirements"`. */
export const requirementsLanguage = textLanguage("Requirement", (text) => {
  const { lines, comments } = requirementLines(text);
  return { entries: lines, comments };
});
