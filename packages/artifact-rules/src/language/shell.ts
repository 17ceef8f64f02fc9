import { forEachChild, parse } from "unbash";
import { filledIn, type Variable } from "./variables.js";

/** A word of a command, without its quotes; what a shell fills in is left as it is written. */
export interface ShellWord {
  readonly value: string;
  /** Offset of the value, or of the word where quotes stand inside of it. */
  readonly start: number;
}

/** A command of a shell script. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  /** Names of the variables that are set for this command alone. */
  readonly environment: ReadonlySet<string>;
  /** Values that variables have there. */
  readonly variable: Variable;
}

/** What is in a shell script. */
export interface ShellScript {
  /** In the order they are written, whether they are run or not. */
  readonly commands: readonly ShellCommand[];
  /** Values that variables have at an offset. */
  readonly variableAt: (offset: number) => Variable;
  /** Why a part of it could not be read. */
  readonly unread?: string;
}

type Node = Parameters<typeof forEachChild>[0];

const DECLARES = /^(?:export|declare|readonly|local|typeset)$/;
const SHELL = /^(?:.*\/)?(?:ba|da|z|k|a)?sh$/;
/** No script in practice is in a script in a script… this many times. */
const MAX_DEEP = 4;

/**
 * Reads a script for a shell of Bourne's family. Never throws; what no such shell would accept is read line by line.
 *
 * @param outer - values that variables have before the script
 */
export function readShell(text: string, outer: Variable): ShellScript {
  return read(outer, (reader) => {
    reader.read(text, 0, 0);
  });
}

/** Reads a command that is given as its words: `["sh", "-c", "pip install x"]`. */
export function readWords(words: readonly ShellWord[], outer: Variable): ShellScript {
  return read(outer, (reader) => {
    reader.run(words, 0);
  });
}

function read(outer: Variable, action: (reader: Reader) => void): ShellScript {
  const reader = new Reader(outer);
  try {
    action(reader);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ...reader.script(), unread: "commands in it are nested too deep" };
  }
  return reader.script();
}

class Reader {
  readonly #commands: ShellCommand[] = [];
  readonly #assigned = new Map<string, { offset: number; value: string | undefined }[]>();
  readonly #outer: Variable;

  constructor(outer: Variable) {
    this.#outer = outer;
  }

  script(): ShellScript {
    return { commands: this.#commands, variableAt: (offset) => (name) => this.#value(name, offset) };
  }

  read(text: string, offset: number, depth: number): void {
    const script = parse(text);
    if (!script.errors?.length) {
      this.#visit(script, text, offset, { depth, isSure: true });
      return;
    }
    for (const { index, 0: line } of text.matchAll(/(?:[^\\\r\n]|\\(?:\r?\n|[^]|$))+/g))
      this.#visit(parse(line), line, offset + index, { depth, isSure: false });
  }

  #visit(node: Node, text: string, offset: number, within: { depth: number; isSure: boolean }): void {
    const visit = (child: Node, isSure = within.isSure) => {
      this.#visit(child, text, offset, { ...within, isSure });
    };
    if (node.type === "AndOr") {
      // What stands behind `||` may not be run.
      let isSure = within.isSure;
      for (const [index, command] of node.commands.entries()) {
        if (node.operators[index - 1] === "||") isSure = false;
        visit(command, isSure);
      }
      return;
    }
    if (node.type === "Command") this.#take(node, text, offset, within);
    const isSure =
      within.isSure && /^(?:Script|Statement|Pipeline|Command|BraceGroup|CompoundList)$/.test(node.type);
    forEachChild(node, (child) => {
      visit(child, isSure);
    });
  }

  #take(
    { name, prefix, suffix, pos }: Extract<Node, { type: "Command" }>,
    text: string,
    offset: number,
    { depth, isSure }: { depth: number; isSure: boolean },
  ): void {
    const assignments = [...prefix, ...suffix].filter((one) => one.type === "Assignment");
    const variable = (one: string) => this.#value(one, Infinity);
    if (!name || DECLARES.test(name.value)) {
      for (const { name: assigned, value } of assignments) {
        const filled = value.type === "Word" ? filledIn(value.value, variable) : undefined;
        this.#assign(assigned, filled, offset + pos, isSure);
      }
    }
    const given = [name, ...suffix].flatMap((one) => (one?.type === "Word" ? [one] : []));
    const words = given.map(({ value, pos: from, end }): ShellWord => {
      const inside = text.slice(from, end).indexOf(value);
      return { value, start: offset + from + Math.max(0, inside) };
    });
    const own = prefix.flatMap((one) => (one.type === "Assignment" ? [one.name] : []));
    this.run(words, offset + pos, { depth, own });
    if (depth >= MAX_DEEP || (name && !SHELL.test(name.value))) return;
    for (const one of [...prefix, ...suffix])
      if (one.type === "HereDoc") this.read(one.body.text, offset + one.body.pos, depth + 1);
  }

  /** @param own - names of the variables that are set for the command alone */
  run(
    words: readonly ShellWord[],
    offset: number,
    { depth = 0, own = [] }: { depth?: number; own?: readonly string[] } = {},
  ): void {
    const variable = (name: string) => this.#value(name, offset);
    this.#commands.push({ words, environment: new Set(own), variable });
    if (depth >= MAX_DEEP || !SHELL.test(words[0]?.value ?? "")) return;
    const option = words.findIndex(({ value }) => /^-\w*c$/.test(value));
    const script = option < 0 ? undefined : words[option + 1];
    if (script) this.read(script.value, script.start, depth + 1);
  }

  #assign(name: string, value: string | undefined, offset: number, isSure: boolean): void {
    const before = this.#value(name, Infinity);
    const isKnown = isSure || before === undefined || before === value;
    const known = this.#assigned.get(name) ?? [];
    this.#assigned.set(name, known);
    known.push({ offset, value: isKnown ? value : undefined });
  }

  #value(name: string, offset: number): string | undefined {
    const assigned = this.#assigned.get(name)?.findLast((one) => one.offset < offset);
    return assigned ? assigned.value : this.#outer(name);
  }
}
