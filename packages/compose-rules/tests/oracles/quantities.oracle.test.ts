import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { parseQuantity } from "../../src/model/kubernetes/quantity.js";
import { generator } from "../support/generator.js";
import { goBinary, hasGo } from "../support/go.js";

/** Kubernetes' own parser against ours, on strings drawn with a fixed seed: near misses, units of others, long numbers. */
const GENERATED = process.env.ORACLES === "full" ? 20_000 : 2_000;
const SEED = 20_251_123;
const PROGRAM = fileURLToPath(new URL("quantities", import.meta.url));
/** Beyond this the API server's own arithmetic wraps around. */
const LARGEST = 2 ** 62;

function generated(count: number): string[] {
  const below = generator(SEED);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
  const digits = (most: number) => Array.from({ length: below(most + 1) }, () => String(below(10))).join("");
  const unit = () => pick(["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "n", "u", "m", "k", "M", "G", "T", "P", "E", "K", "g", "gi", "GB", "GiB", "mb", "MB", "MiB", "B", "b", "Zi", "i", "mi"]); // prettier-ignore
  const exponent = () => `${pick(["e", "E"])}${pick(["", "+", "-"])}${pick([digits(1), digits(2), "30", "308", "99999999999999999999", "4294967296"])}`; // prettier-ignore
  const number = () => pick([() => digits(4), () => `${digits(3)}.${digits(3)}`, () => digits(22), () => `${digits(18)}.${digits(18)}`, () => "0", () => "00512"])(); // prettier-ignore
  // Kubernetes' parser takes minutes over an exponent of ten digits.
  const isSlow = (text: string) => /e[-+]?(?!4294967296$|9{20}$)\d{4}/i.test(text);
  const one = (): string => {
    const text = `${pick(["", "", "", "", "-", "+", "--"])}${number()}${pick([unit, unit, unit, exponent])()}`;
    const at = below(text.length + 1);
    // Now and then a character that does not belong, or one that is missing.
    if (below(8) === 0) return text.slice(0, at) + pick([" ", "_", ",", ".", "-", "x", "e", "i", "5", "\u0665"]) + text.slice(at); // prettier-ignore
    return below(12) === 0 ? text.slice(0, at) + text.slice(at + 1) : text;
  };
  const texts: string[] = [];
  while (texts.length < count) texts.push(...[one()].filter((text) => !isSlow(text)));
  return texts;
}

if (!hasGo())
  console.log("NOT RUN: the oracle of Kubernetes' quantities, because there is no `go` on the PATH.");

describe.skipIf(!hasGo())("our quantities and Kubernetes' agree", () => {
  let binary = "";
  beforeAll(() => {
    binary = goBinary(PROGRAM);
  }, 300_000);

  test(`on ${String(GENERATED)} generated strings (seed ${String(SEED)})`, () => {
    const texts = generated(GENERATED);
    const input = texts.map((text) => JSON.stringify(text)).join("\n");
    const answers = execFileSync(binary, { input, encoding: "utf8", maxBuffer: 2 ** 26 })
      .trimEnd()
      .split("\n");
    expect(answers).toHaveLength(texts.length);
    const isTooLarge = (answer: number | "error") => typeof answer === "number" && Math.abs(answer) > LARGEST;
    const differences = texts.flatMap((text, index) => {
      const answer = answers[index];
      const quantity = parseQuantity(text);
      const ours = "error" in quantity ? "error" : quantity.bytes;
      if (ours === (answer === "error" ? answer : Number(answer))) return [];
      if (isTooLarge(ours) && answer !== "error") return [];
      // It rounds sizes below zero wrongly, and refuses them as limits anyway.
      if (text.startsWith("-") && ours !== "error" && ours <= 0 && answer !== "error") return [];
      return [`${JSON.stringify(text)}: ours ${String(ours)}, Kubernetes' ${String(answer)}`];
    });
    expect(differences).toEqual([]);
    expect(answers.filter((answer) => answer === "error").length).toBeGreaterThan(GENERATED / 10);
    expect(answers.filter((answer) => answer !== "error").length).toBeGreaterThan(GENERATED / 3);
  }, 3_600_000);
});
