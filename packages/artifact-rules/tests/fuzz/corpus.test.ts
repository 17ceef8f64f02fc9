import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { verifyMojo } from "../../src/verifier.js";
import { gbm } from "../archives.js";
import { Random } from "../random.js";
import { zip } from "../zip-writer.js";
import { mutate } from "./mutate.js";

const CORPUS = fileURLToPath(new URL("corpus/", import.meta.url));

describe("the fuzzer's inputs", () => {
  it.each(readdirSync(CORPUS))("%s is damaged, and verified to the end", (name) => {
    expect(verifyMojo(new Uint8Array(readFileSync(CORPUS + name))).findings).not.toEqual([]);
  });

  it("do no harm, drawn anew", () => {
    const random = new Random(4);
    const whole = zip(gbm());
    for (let input = whole, count = 0; count < 2000; count++) {
      input = mutate(count % 8 === 0 ? whole : input, whole, random);
      const { findings } = verifyMojo(input);
      for (const { message } of findings) expect(message).not.toMatch(/\p{Cc}/u);
    }
  });
});
