import { readFileSync } from "node:fs";

/** One function of the matrix. */
export interface Case {
  /** What it shows. */
  name: string;
  isBad: boolean;
  /** First and last line, counted from 1. */
  from: number;
  to: number;
}

/** The matrix itself. */
export const matrixFile = new URL("matrix.py", import.meta.url);

/** The cases of the matrix: a comment `# bad: …` or `# good: …` stands above each. */
export function readCases(): Case[] {
  const lines = readFileSync(matrixFile, "utf8").split("\n");
  const starts = lines.flatMap((line, index) => (/^# (?:bad|good): /u.test(line) ? [index + 1] : []));
  return starts.map((from, index) => {
    const [, kind = "", name = ""] = /^# (bad|good): (.*)$/u.exec(lines[from - 1] ?? "") ?? [];
    return { name, isBad: kind === "bad", from, to: (starts[index + 1] ?? lines.length + 1) - 1 };
  });
}

/** The cases in which a linter that reports these lines reports something. */
export const casesHit = (cases: readonly Case[], lines: readonly number[]): Set<Case> =>
  new Set(cases.filter(({ from, to }) => lines.some((line) => line >= from && line <= to)));
