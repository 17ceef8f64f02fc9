/** sqlfluff's exit codes. */
export const EXIT = { clean: 0, violations: 1, failed: 2 } as const;

/** What the program reads and writes besides files. */
export interface Io {
  cwd: string;
  stdin: () => { text: string } | { error: string };
  /** One character from standard input; empty at its end. */
  key: () => string;
  /** Told how many files are to be read, before the first is. */
  expect?: (count: number) => void;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
  /** Whether standard output shows colors, unless options say otherwise. */
  hasColors: boolean;
}

/** A failure of the run itself, said on standard error. */
export class UserError extends Error {}
