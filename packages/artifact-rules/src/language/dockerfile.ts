import type * as DockerfileAst from "dockerfile-ast";
import type { Instruction, PropertyInstruction } from "dockerfile-ast";
import { createRequire } from "node:module";
import { Excerpt } from "./excerpt.js";
import { filledIn, type Variable } from "./variables.js";

/** An instruction, and the values that variables have there. */
export interface DockerInstruction {
  /** In capitals. */
  readonly keyword: string;
  readonly range: readonly [start: number, end: number];
  /**
   * What ARG and ENV gave a variable before it, in its own stage or one that this is built from. To be asked before the
   * next instruction is taken.
   */
  readonly variable: Variable;
  /** What it says behind its keyword and flags, as one line: continued lines are joined, and comments are none of it. */
  readonly content: () => Excerpt;
}

/** A line of a Dockerfile that is a comment. */
export interface DockerComment {
  readonly range: readonly [start: number, end: number];
  readonly value: string;
}

/** ARG and ENV. */
type Assignments = Pick<PropertyInstruction, "getProperties">;

/** Variables of a stage; undefined for one whose value is not known. */
interface Scope {
  readonly own: Map<string, string | undefined>;
  readonly parent: Scope | undefined;
}

/** No stage in practice is built from one that is built from one… this many times. */
const MAX_STAGES_DEEP = 32;

/** Reads a Dockerfile in time linear in its length. Never throws: what is no instruction has a keyword of its own. */
export function readDockerfile(text: string): {
  instructions: Iterable<DockerInstruction>;
  comments: DockerComment[];
} {
  // Loaded where there is a Dockerfile: it takes as long as twenty files of another kind.
  const { DockerfileParser } = createRequire(import.meta.url)("dockerfile-ast") as typeof DockerfileAst;
  const dockerfile = DockerfileParser.parse(text);
  const lines = [0, ...Array.from(text.matchAll(/\r\n|[\r\n]/g), ({ index, 0: end }) => index + end.length)];
  const rangeOf = ({ start, end }: ReturnType<Instruction["getRange"]>) =>
    [lines[start.line]! + start.character, lines[end.line]! + end.character] as const;
  const comments = dockerfile.getComments().map((comment): DockerComment => {
    const range = rangeOf(comment.getRange());
    return { range, value: text.slice(range[0] + 1, range[1]) };
  });
  const escape = dockerfile.getEscapeCharacter();
  const contentOf = (range: readonly [number, number]) => contentIn(text, range, escape);
  return { instructions: instructionsOf(dockerfile.getInstructions(), rangeOf, contentOf), comments };
}

const HEAD = /^\s*(?:ONBUILD\s+)?[A-Za-z]+(?:\s+--[\w-]+(?:=\S*)?)*(?=\s)/gi;

/** The content of an instruction; lines behind its first, which is a long one, are those of heredocs. */
function contentIn(text: string, [from, to]: readonly [number, number], escape: string): Excerpt {
  const parts: (readonly [number, number] | string)[] = [];
  let isContinued = true;
  for (const { index, 0: line, 1: content = "" } of text
    .slice(from, to)
    .matchAll(/([^\r\n]*)(?:\r\n|[\r\n]|$)/g)) {
    const start = from + index;
    if (!isContinued) {
      parts.push([start, start + line.length]);
      continue;
    }
    if (index > 0 && /^\s*(?:#|$)/.test(content)) continue;
    const kept = content.trimEnd();
    isContinued = kept.endsWith(escape);
    parts.push([start, start + (isContinued ? kept.length - 1 : content.length)]);
    if (!isContinued) parts.push("\n");
  }
  const whole = Excerpt.of(text, parts);
  return whole.replaced(HEAD, (match) => " ".repeat(match[0].length));
}

function* instructionsOf(
  instructions: readonly Instruction[],
  rangeOf: (range: ReturnType<Instruction["getRange"]>) => readonly [number, number],
  contentOf: (range: readonly [number, number]) => Excerpt,
): Generator<DockerInstruction> {
  /** ARGs before the first stage, which a stage has to name to see. */
  const globals: Scope = { own: new Map(), parent: undefined };
  const stages = new Map<string, Scope>();
  let scope = globals;
  for (const instruction of instructions) {
    const keyword = instruction.getKeyword();
    const now = scope;
    const range = rangeOf(instruction.getRange());
    yield { keyword, range, variable: (name) => valueIn(now, name), content: () => contentOf(range) };
    if (keyword === "FROM") {
      const words = instruction.getArguments().map((argument) => argument.getValue());
      const [image = "", as, name] = words.filter((word) => !word.startsWith("--"));
      scope = { own: new Map(), parent: stages.get(image.toLowerCase()) };
      if (as?.toLowerCase() === "as" && name !== undefined) stages.set(name.toLowerCase(), scope);
    } else if (keyword === "ARG" || keyword === "ENV") {
      assign(instruction as Instruction & Assignments, scope, globals);
    }
  }
}

function valueIn(scope: Scope, name: string): string | undefined {
  let at: Scope | undefined = scope;
  for (let depth = 0; at && depth < MAX_STAGES_DEEP; depth++) {
    if (at.own.has(name)) return at.own.get(name);
    at = at.parent;
  }
  return undefined;
}

function assign(instruction: Assignments, scope: Scope, globals: Scope): void {
  for (const property of instruction.getProperties()) {
    const [name, value] = [property.getName(), property.getValue()];
    const variable = (one: string) => valueIn(scope, one);
    scope.own.set(name, value === null ? valueIn(globals, name) : filledIn(value, variable));
  }
}
