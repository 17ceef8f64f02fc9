import { beforeAll, describe, expect, it } from "vitest";
import { Project, tableOf } from "../../src/files/project.js";
import {
  blockingCallsSeen,
  detectorPython,
  sourceOf,
  type SeenCall,
  type SourcePackage,
} from "./blocking.js";

// What blocks the event loop while packages run their own tests, seen by a detector at run time, against the Radar's list.

interface Case extends SourcePackage {
  tests: string;
  /** How many calls there are at least, whatever the machine. */
  least: number;
  /** What the Radar does not list, and why: by call and place. */
  explained: readonly [calls: RegExp, why: string][];
}

/** Objects that a test is given by its runner have no type that could be read. */
const FIXTURES = "a file of the test runner, handed to a parameter without a type";

const CASES: Case[] = [
  {
    name: "aiofiles",
    version: "25.1.0",
    sha256: "a8d728f0a29de45dc521f18f07297428d56992a742f0cd2701ba86e44d23d5b2",
    tests: "tests",
    least: 80,
    explained: [
      [
        /^(?:io\.\w+\.(?:read|write)|os\.stat) tests\/(?:threadpool\/test_(?:binary|text)|test_simple)\.py/,
        FIXTURES,
      ],
      [
        /^ScandirIterator\.__next__ /,
        "a thread gives the iterator, and what a thread gives is not known to wait",
      ],
      [
        /^os\.getcwd /,
        "the table does not have it: no file system is asked for the name of the working directory",
      ],
    ],
  },
  {
    name: "aiosqlite",
    version: "0.22.1",
    sha256: "043e0bd78d32888c0a9ca90fc788b38796843360c855a7262a532813133a0650",
    tests: "aiosqlite/tests/smoke.py",
    least: 3,
    explained: [],
  },
  {
    name: "httpx",
    version: "0.28.1",
    sha256: "75e98c5f16b0f35b567856f597f06ff2270a374470a5c2392242528e3e3e42fc",
    tests: "tests",
    least: 1,
    explained: [
      [
        /^io\.TextIOWrapper\.write tests\/conftest\.py/,
        "the server of the tests logs each answer to the terminal",
      ],
      [
        /^os\.stat httpx\/_multipart\.py/,
        "the library of kinds of files reads its own tables the first time",
      ],
    ],
  },
];

/** The tests of one of them take seconds, of all minutes. */
const RUN = process.env.ORACLES === "full" ? CASES : CASES.filter(({ name }) => name === "aiosqlite");

describe("blockbuster", () => {
  beforeAll(() => {
    detectorPython();
  }, 600_000);

  it.each(RUN)(
    "$name blocks the loop only where the Radar says so",
    ({ tests, least, explained, ...source }) => {
      const root = sourceOf(source);
      const { seen, passed } = blockingCallsSeen(root, tests);
      const isListed = listed(root);
      const unlisted = seen.filter((one) => !isListed(one)).map(shown);
      expect(unlisted.filter((one) => !explained.some(([calls]) => calls.test(one)))).toEqual([]);
      // No explanation is left over, and something was compared.
      const isNeeded = ([calls]: readonly [RegExp, string]) => unlisted.some((one) => calls.test(one));
      expect(explained.filter((one) => !isNeeded(one)).map(([, why]) => why)).toEqual([]);
      expect(seen.filter(isListed).length + unlisted.length).toBeGreaterThanOrEqual(least);
      expect(passed).toBeGreaterThan(20);
    },
    600_000,
  );
});

/** Whether a chain of the Radar begins in the line of the function on the loop that was seen. */
function listed(root: string): (call: SeenCall) => boolean {
  const radar = new Project(root, tableOf(undefined)).radar();
  const lineOf = (file: string, at: number) => radar.code.text(file).slice(0, at).split("\n").length;
  const calls = [...radar.chains().values()].flat().map(({ links }) => {
    const { file, range } = links[0]!.place;
    return { file, first: lineOf(file, range[0]), last: lineOf(file, range[1]) };
  });
  return ({ frames }) => {
    const { file, line } = frames.at(-1)!;
    return calls.some((call) => call.file === file && call.first <= line && line <= call.last);
  };
}

/** `call file: function`, without lines. */
function shown({ call, frames }: SeenCall): string {
  const [{ file }, { name }] = [frames[0]!, frames.at(-1)!];
  return `${call} ${file}: ${name}`;
}
