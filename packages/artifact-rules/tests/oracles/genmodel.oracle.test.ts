import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyMojo, type Finding } from "../../src/verifier.js";
import { Random } from "../random.js";
import {
  judge,
  missingPrograms,
  RELEASES,
  trainedArchives,
  workDirectory,
  type Judgement,
} from "./genmodel.js";
import { MUTATIONS, partsOf, type Mutation } from "./mutations/index.js";

/** H2O's own loader and scorer against the verifier: intact archives of every algorithm, and damaged ones. */
const FULL = process.env.ORACLES === "full";
const MUTANTS = FULL ? 3600 : 180;
const SEED = 20_261_126;
const RECORD = fileURLToPath(new URL("genmodel/verdicts.md", import.meta.url));

interface Mutant {
  readonly mutation: Mutation;
  readonly archive: string;
  readonly file: string;
  readonly findings: readonly Finding[];
  readonly sameDigest: boolean;
}

const missing = missingPrograms();
if (missing.length > 0) console.log(`NOT RUN: the MOJO oracle, because there is no ${missing.join(", ")}.`);

const hasError = (findings: readonly Finding[]) => findings.some(({ level }) => level === "error");
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const read = (file: string) => new Uint8Array(readFileSync(file));

describe.skipIf(missing.length > 0)("the verifier and h2o-genmodel", () => {
  const work = workDirectory();
  let archives: string[] = [];
  beforeAll(() => {
    archives = (FULL ? RELEASES : RELEASES.slice(0, 1)).flatMap((release) => trainedArchives(release));
  }, 3_600_000);
  afterAll(() => {
    work.remove();
  });

  test("agree on intact archives: neither finds anything wrong", async () => {
    expect(archives.length).toBeGreaterThan(FULL ? 800 : 425);
    const found = archives.flatMap((file) =>
      verifyMojo(read(file)).findings.map((finding) => ({ file: path.basename(file), ...finding })),
    );
    expect(found).toEqual([]);
    const judgements = await judge(archives.map((file) => [file, file]));
    const odd = archives.flatMap((file, index) => {
      const { verdict } = judgements[index]!;
      return verdict === "same" ? [] : [`${path.basename(file)} ${verdict}`];
    });
    // The reader of 3.46 needs keys that the writer of 3.40 did not write.
    const newer = archives
      .filter(
        (file) => file.includes(`${path.sep}${RELEASES[1]}-`) && path.basename(file).startsWith("coxph"),
      )
      .map((file) => `${path.basename(file)} unknown`);
    expect(odd).toEqual(newer);
    archives = archives.filter((_, index) => judgements[index]!.verdict === "same");
  }, 3_600_000);

  test(`agree on ${MUTANTS} damaged ones (seed ${SEED})`, async () => {
    const mutants = makeMutants();
    expect(new Set(mutants.map(({ mutation }) => mutation.kind)).size).toBe(MUTATIONS.length);
    const judgements = await judge(mutants.map(({ archive, file }) => [archive, file]));
    // The digest tells every one of them.
    expect(mutants.filter(({ sameDigest }) => sameDigest)).toEqual([]);

    const describeOne = ({ mutation, archive, file, findings }: Mutant, { verdict, detail }: Judgement) =>
      `${mutation.kind} of ${path.basename(archive)} (${path.basename(file)}): ${verdict} ${detail.slice(0, 120)}; ${findings
        .map(({ check, message }) => `${check}: ${message}`)
        .slice(0, 2)
        .join(" ")}`;
    const missed = mutants.flatMap((mutant, index) =>
      judgements[index]!.verdict === "same" ||
      hasError(mutant.findings) ||
      (judgements[index]!.verdict !== "rejected" && mutant.mutation.onlyDigest !== undefined)
        ? []
        : [describeOne(mutant, judgements[index]!)],
    );
    const unreasoned = mutants.flatMap((mutant, index) =>
      judgements[index]!.verdict !== "same" ||
      !hasError(mutant.findings) ||
      mutant.mutation.contradicts !== undefined
        ? []
        : [describeOne(mutant, judgements[index]!)],
    );
    if (process.env.UPDATE_FIXTURES && FULL) writeFileSync(RECORD, record(mutants, judgements));
    if (process.env.MOJO_DUMP)
      writeFileSync(
        process.env.MOJO_DUMP,
        mutants
          .map(
            (mutant, index) =>
              `${hasError(mutant.findings) ? "E" : mutant.findings.length > 0 ? "W" : "-"} ${describeOne(mutant, judgements[index]!)}`,
          )
          .join("\n"),
      );
    expect({ missed, unreasoned }).toEqual({ missed: [], unreasoned: [] });
  }, 3_600_000);

  /** Mutations in turn, each of archives drawn at random, until there are enough. */
  function makeMutants(): Mutant[] {
    const random = new Random(SEED);
    const parts = new Map(archives.map((file) => [file, partsOf(read(file))]));
    const mutants: Mutant[] = [];
    for (let index = 0; mutants.length < Math.max(MUTANTS, MUTATIONS.length); index++) {
      const mutation = MUTATIONS[index % MUTATIONS.length]!;
      // Not every archive has what a mutation damages.
      for (let attempt = 0; attempt < 500; attempt++) {
        const archive = random.pick(archives)!;
        const bytes = mutation.apply(parts.get(archive)!, random);
        if (!bytes) continue;
        const file = work.write(`${String(mutants.length).padStart(4, "0")}.zip`, bytes);
        mutants.push({
          mutation,
          archive,
          file,
          findings: verifyMojo(bytes).findings,
          sameDigest: digest(bytes) === digest(read(archive)),
        });
        break;
      }
    }
    return mutants;
  }
});

/** The verdicts by kind, as the documentation of the verifier refers to them. */
function record(mutants: readonly Mutant[], judgements: readonly Judgement[]): string {
  const rows = MUTATIONS.map(({ kind, onlyDigest, contradicts }) => {
    const own = mutants.flatMap((mutant, index) =>
      mutant.mutation.kind === kind
        ? [{ error: hasError(mutant.findings), verdict: judgements[index]!.verdict }]
        : [],
    );
    const count = (verdict: string, error: boolean) =>
      own.filter((one) => (verdict === "same") === (one.verdict === "same") && one.error === error).length;
    return `| ${[kind, own.length, count("other", true), count("other", false), count("same", true), count("same", false), onlyDigest ?? "", contradicts ?? ""].join(" | ")} |`;
  });
  const total = (test: (error: boolean, same: boolean) => boolean) =>
    mutants.filter((mutant, index) => test(hasError(mutant.findings), judgements[index]!.verdict === "same"))
      .length;
  return [
    "# Damaged archives: what H2O's own loader and scorer make of them, and the verifier",
    "",
    `${mutants.length} mutants of ${MUTATIONS.length} kinds, seed ${SEED}. "Bad" is what h2o-genmodel ${RELEASES[0]} rejects, crashes on or scores otherwise in any row; the digest tells all.`,
    "",
    `Bad and found: ${total((error, same) => error && !same)}. Bad and told by a digest only: ${total((error, same) => !error && !same)}. Scored alike and an error, as a contradiction: ${total((error, same) => error && same)}. Scored alike and no error: ${total((error, same) => !error && same)}.`,
    "",
    "| kind | mutants | bad, found | bad, digest only | alike, error | alike, no error | why a digest may be needed | what an error contradicts |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
