import { readFileSync } from "node:fs";

/** The rows of a table in tests/data: tab-separated cells, `#` begins a comment line. */
export function table(name: string): string[][] {
  return readFileSync(new URL(`../data/${name}`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split("\t"));
}

/** What a row of jvm-heap.tsv ran: environment, arguments, and the heap in bytes or undefined for an abort. */
export interface JvmRow {
  readonly environment: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly heap: number | undefined;
}

/** `-Xmx 512m` and its like are one argument with a space, as the message in the table shows. */
const SPACED = /^-Xmx 512m$/;

export function jvmRows(): JvmRow[] {
  return table("jvm-heap.tsv").map(([environment = "", args = "", heap = ""]) => ({
    environment: Object.fromEntries(
      environment.split("|").flatMap((pair) => {
        const equals = pair.indexOf("=");
        return equals < 0 ? [] : [[pair.slice(0, equals), pair.slice(equals + 1)]];
      }),
    ),
    args: SPACED.test(args) ? [args] : args.split(" ").filter((word) => word !== ""),
    heap: heap.startsWith("ERROR") ? undefined : Number(heap),
  }));
}

/** The files the table's argument and option files stand for. */
export const OPTION_FILES: ReadonlyMap<string, string> = new Map([
  ["args.txt", "-Xmx768m\n"],
  ["vmopts.txt", "-Xmx640m\n"],
]);
