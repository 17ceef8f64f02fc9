import { deflateRawSync } from "node:zlib";
import { expect, it } from "vitest";
import { verifyMojo } from "../src/verifier.js";
import { file, gbm, ini, swap } from "./archives.js";
import { zip } from "./zip-writer.js";

/** Archives made to break the verifier: what they declare is not what they are. */

const checks = (bytes: Uint8Array) => [...new Set(verifyMojo(bytes).findings.map(({ check }) => check))];

it("asks for the ratio of an archive as a whole, too", () => {
  const zeros = { bytes: new Uint8Array(), packed: deflateRawSync(new Uint8Array(1 << 24)), size: 1 << 24 };
  const bomb = [1, 2, 3, 4].map((index) => ({ name: `bomb ${index}`, ...zeros }));
  expect(checks(zip([...gbm(), ...bomb]))).toEqual(["zip-limit"]);
  expect(checks(zip([...gbm(), bomb[0]!]))).not.toContain("zip-limit");
});

it("makes no room for base models that are only counted", () => {
  const info = {
    mojo_version: "1.01",
    algo: "stackedensemble",
    algorithm: "Stacked Ensemble",
    submodel_count: "0",
    base_models_num: "2147483647",
    metalearner: "m",
    metalearner_transform: "NONE",
  };
  const details = { parameters: [{ name: "base_models", actual_value: [{ name: "a" }, { name: "b" }] }] };
  const parts = [
    file("model.ini", ini(info, ["x", "c", "y"], ["1: 2 d000.txt", "2: 2 d001.txt"])),
    file("domains/d000.txt", "a\nb\n"),
    file("domains/d001.txt", "no\nyes\n"),
    file("experimental/modelDetails.json", JSON.stringify(details)),
  ];
  const messages = verifyMojo(zip(parts)).findings.map(({ message }) => message);
  expect(messages).toContain("base_models_num is 2147483647; no ensemble has so many.");
  expect(messages).toContain("base_models_num is 2147483647; the model was trained with 2.");
});

it("sums up hundreds of thousands of trees", () => {
  const count = 150_000;
  // One leaf that all rows end in.
  const leaf = Buffer.alloc(13);
  leaf.writeInt32LE(2, 0);
  leaf.write("L", 8);
  leaf.writeInt32LE(256, 9);
  const info = {
    mojo_version: "1.00",
    algo: "extendedisolationforest",
    algorithm: "Extended Isolation Forest",
    category: "AnomalyDetection",
    supervised: "false",
    n_classes: "1",
    n_columns: "2",
    n_domains: "0",
    prior_class_distrib: "null",
    model_class_distrib: "null",
    ntrees: String(count),
    sample_size: "256",
  };
  const bytes = new Uint8Array(leaf);
  const trees = Array.from({ length: count }, (_, tree) => ({
    name: `trees/t${String(tree).padStart(2, "0")}.bin`,
    bytes,
    method: 0,
  }));
  const model = [file("model.ini", ini(info, ["x", "z"], [])), file("experimental/modelDetails.json", "{}")];
  expect(checks(zip([...trees, ...model]))).toEqual([]);
});

it("looks into a million levels, and holds those of many models once", () => {
  const levels = Array.from({ length: 1_000_000 }, (_, index) => `level ${index}\n`);
  const large = (content: string) =>
    swap(gbm({ domains: ["1: 1000000 d000.txt", "2: 2 d001.txt"], details: {} }), "domains/d000.txt", {
      bytes: new TextEncoder().encode(content),
    });
  expect(checks(zip(large(levels.join(""))))).toEqual([]);
  levels[999_999] = "level 3\n";
  expect(verifyMojo(zip(large(levels.join("")))).findings).toMatchObject([
    { check: "domain-levels", entry: "domains/d000.txt", line: 1_000_000 },
  ]);
  const { findings } = verifyMojo(zip(large(levels.join(""))), { limits: { lines: 1000 } });
  expect(findings).toMatchObject([
    { check: "not-verified", message: "It has more than 1000 lines, more than are looked into." },
  ]);
});

it("parses no description whose values take far more memory than its text", () => {
  const details = (json: string) =>
    checks(zip(swap(gbm(), "experimental/modelDetails.json", { bytes: new TextEncoder().encode(json) })));
  expect(details(`{"a":${"[".repeat(1000)}${"]".repeat(1000)}}`)).toEqual(["details-unread"]);
  expect(details(`{"a":[${"[],".repeat(1_600_000)}0]}`)).toEqual(["details-unread"]);
  expect(details(`{"a":"${"[,{:".repeat(1_000_000)}\\""}`)).toEqual([]);
});

it("stays within bounds of memory and time, whatever texts and numbers it is given", () => {
  const numbers = `[${"1.0, ".repeat(9_000_000)}1.0]`;
  const started = process.memoryUsage();
  expect(checks(zip(gbm({ info: { init_f: "[1.0]", _orig_projection_array: numbers } })))).toContain(
    "ini-type",
  );
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  // What is left after it, collected or not, and the archive itself.
  expect(heapUsed + arrayBuffers - started.heapUsed - started.arrayBuffers).toBeLessThan(256 * 2 ** 20);
});
