import { CHECKS, type CheckId, type Level } from "./checks.js";

/** One thing the verifier found. */
export interface Finding {
  readonly check: CheckId;
  readonly level: Level;
  /** What is wrong here, as a sentence. */
  readonly message: string;
  /** The entry of the archive it is about; absent for the archive as a whole. */
  readonly entry?: string;
  /** Line of a text entry, from 1. */
  readonly line?: number;
}

/** Findings of one check beyond this are only counted: a broken archive repeats itself. */
const MAX_PER_CHECK = 20;

/** Collects findings, in the order they are made. */
export class Findings {
  readonly #list: Finding[] = [];
  readonly #counts = new Map<CheckId, number>();

  /**
   * Adds a finding at its check's level.
   *
   * @param where - the entry, and the line in it
   */
  add(
    check: CheckId,
    message: string,
    where: { entry?: string | undefined; line?: number | undefined } = {},
  ): void {
    const count = (this.#counts.get(check) ?? 0) + 1;
    this.#counts.set(check, count);
    if (count > MAX_PER_CHECK) return;
    this.#list.push({
      check,
      level: CHECKS[check].level,
      message: printable(message),
      ...(where.entry === undefined ? {} : { entry: printable(where.entry) }),
      ...(where.line === undefined ? {} : { line: where.line }),
    });
  }

  /** Whether any finding of this check was made. */
  has(check: CheckId): boolean {
    return this.#counts.has(check);
  }

  get hasErrors(): boolean {
    return this.#list.some(({ level }) => level === "error");
  }

  /** All findings; where a check made too many, the last one says how many more there are. */
  all(): readonly Finding[] {
    const more = [...this.#counts].flatMap(([check, count]): Finding[] =>
      count <= MAX_PER_CHECK
        ? []
        : [{ check, level: CHECKS[check].level, message: `${count - MAX_PER_CHECK} more like it.` }],
    );
    return [...this.#list, ...more];
  }
}

/** Names come out of hostile files: no control characters reach a terminal, and no line is endless. */
export function printable(text: string): string {
  const clean = text.replaceAll(
    // eslint-disable-next-line no-control-regex -- they are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return clean.length > 400 ? `${clean.slice(0, 400)}…` : clean;
}

/** A name in a message. */
export const quote = (name: string): string => `"${name.length > 80 ? `${name.slice(0, 80)}…` : name}"`;
