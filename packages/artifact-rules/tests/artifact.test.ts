import { createHash } from "node:crypto";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { verifyArtifact, writeDigest } from "../src/artifact.js";
import { gbm } from "./archives.js";
import { zip } from "./zip-writer.js";

const bytes = zip(gbm());
const digest = createHash("sha256").update(bytes).digest("hex");
const line = `${digest}  model.zip\n`;
let base: string;
let root: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), "artifact-")));
  root = path.join(base, "tree");
  mkdirSync(root);
  writeFileSync(path.join(root, "model.zip"), bytes);
  writeFileSync(path.join(base, "elsewhere"), "precious\n");
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

const sidecar = () => path.join(root, "model.zip.sha256");
const verify = () => verifyArtifact(root, "model.zip");
const found = () => verify().findings.map(({ check, message }) => `${check}: ${message}`);

it("writes a digest that the file is then held against", () => {
  expect(verify().digestOf).toBeUndefined();
  expect(writeDigest(root, verify())).toBeUndefined();
  expect(readFileSync(sidecar(), "utf8")).toBe(line);
  expect(verify()).toMatchObject({ digestOf: "model.zip.sha256", findings: [] });
  // Again, over the older one.
  writeFileSync(sidecar(), "old\n");
  expect(writeDigest(root, verify())).toBeUndefined();
  expect(readFileSync(sidecar(), "utf8")).toBe(line);
  expect(readdirSync(root).sort()).toEqual(["model.zip", "model.zip.sha256"]);
});

it("writes through no link, be it within the tree or out of it", () => {
  for (const target of [path.join(base, "elsewhere"), path.join(base, "nowhere"), "model.zip"]) {
    symlinkSync(target, sidecar());
    expect(writeDigest(root, verify())).toBe("there is a link of that name");
    expect(lstatSync(sidecar()).isSymbolicLink()).toBe(true);
    rmSync(sidecar());
  }
  expect(readdirSync(base).sort()).toEqual(["elsewhere", "tree"]);
  expect(readFileSync(path.join(base, "elsewhere"), "utf8")).toBe("precious\n");
  expect(readFileSync(path.join(root, "model.zip")).equals(bytes)).toBe(true);
});

it("writes into no folder that is a link out of the tree", () => {
  mkdirSync(path.join(base, "other"));
  symlinkSync(path.join(base, "other"), path.join(root, "folder"));
  expect(writeDigest(root, { ...verify(), file: "folder/model.zip" })).toBe(
    "its folder is a link to a place outside the checked tree",
  );
  expect(readdirSync(path.join(base, "other"))).toEqual([]);
});

it("says why a digest cannot be written or read, and does not take it for none", () => {
  mkdirSync(sidecar());
  expect(found()).toEqual(["digest-unreadable: model.zip.sha256 cannot be read: it is a directory."]);
  expect(writeDigest(root, verify())).toBe("there is a directory of that name");
  rmSync(sidecar(), { recursive: true });
  symlinkSync(path.join(base, "elsewhere"), sidecar());
  expect(found()).toEqual([
    "digest-unreadable: model.zip.sha256 cannot be read: it is a link to a place outside the checked tree.",
  ]);
  rmSync(sidecar());
  symlinkSync("nothing", sidecar());
  expect(found().join()).toMatch(/^digest-unreadable: model\.zip\.sha256 cannot be read: ENOENT/);
  rmSync(sidecar());
  writeFileSync(sidecar(), "no digest\n");
  expect(found()).toEqual(["digest-unreadable: model.zip.sha256 holds no SHA-256 digest."]);
  // A link within the tree is read.
  rmSync(sidecar());
  writeFileSync(path.join(root, "sums"), line);
  symlinkSync("sums", sidecar());
  expect(verify()).toMatchObject({ digestOf: "model.zip.sha256", findings: [] });
});
