import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { projectWith } from "../../src/files/projects.js";
import { gbm } from "../archives.js";
import { zip } from "../zip-writer.js";

function tree(files: Record<string, string | Uint8Array>): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "pins-")));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) write(root, name, text);
  return root;
}

function write(root: string, name: string, text: string | Uint8Array): void {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
}

/** Every release by file, as the rules see them when one file is linted. */
function releases(cwd: string, file: string, text: string): Record<string, string[]> {
  const linted = projectWith({ cwd, physicalFilename: path.join(cwd, file), sourceCode: { text } });
  if (!linted) return {};
  const { files, models } = linted.project;
  return Object.fromEntries([
    ...[...files].map(([name, { pins }]) => [name, pins.map(({ version }) => version ?? "open")]),
    ...[...models].map(([name, version]) => [name, [version]]),
  ]) as Record<string, string[]>;
}

const REQUIREMENTS = "h2o==3.46.0.7\n";

it("reads every file of the tree, and the release inside each archive", () => {
  const root = tree({
    "requirements.txt": REQUIREMENTS,
    "deploy/Dockerfile": "FROM x\nRUN pip install h2o\n",
    "models/m.zip": zip(gbm()),
    "models/n.mojo": zip(gbm()),
    "models/other.zip": zip([{ name: "readme.txt", bytes: new Uint8Array(3) }]),
    "models/broken.zip": "PK",
    "node_modules/a/requirements.txt": REQUIREMENTS,
    "notes.txt": REQUIREMENTS,
  });
  expect(releases(root, "requirements.txt", REQUIREMENTS)).toEqual({
    "requirements.txt": ["3.46.0.7"],
    "deploy/Dockerfile": ["open"],
    "models/m.zip": ["3.46.0.7"],
    "models/n.mojo": ["3.46.0.7"],
  });
});

it("takes an open buffer for the file, from whichever file it asks", () => {
  const root = tree({ "requirements.txt": REQUIREMENTS, Dockerfile: "FROM x\n" });
  releases(root, "requirements.txt", "h2o==3.44.0.3\n");
  expect(releases(root, "Dockerfile", "FROM x\n")["requirements.txt"]).toEqual(["3.44.0.3"]);
  releases(root, "requirements.txt", REQUIREMENTS);
  expect(releases(root, "Dockerfile", "FROM x\n")["requirements.txt"]).toEqual(["3.46.0.7"]);
});

it("reads UTF-16 as such, whatever the linter made of it", () => {
  const utf16 = Buffer.from(`\uFEFF${REQUIREMENTS}`, "utf16le");
  const root = tree({ "requirements.txt": utf16, Dockerfile: "FROM x\n" });
  for (const [file, text] of [
    ["requirements.txt", utf16.toString("utf8")],
    ["Dockerfile", "FROM x\n"],
  ] as const)
    expect(releases(root, file, text)["requirements.txt"]).toEqual(["3.46.0.7"]);
});

it("sees what changed on disk", async () => {
  const root = tree({ "requirements.txt": REQUIREMENTS, Dockerfile: "FROM x\n" });
  expect(Object.keys(releases(root, "Dockerfile", "FROM x\n"))).toEqual(["Dockerfile", "requirements.txt"]);
  write(root, "requirements.txt", "h2o==3.44.0.30\n");
  write(root, "train/requirements.txt", "h2o\n");
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(releases(root, "Dockerfile", "FROM x\n")).toEqual({
    Dockerfile: [],
    "requirements.txt": ["3.44.0.30"],
    "train/requirements.txt": ["open"],
  });
});

it("reads nothing outside of the working directory, by a link neither", () => {
  const outside = tree({ "requirements.txt": "h2o==3.40.0.1\n", "base.txt": "h2o==3.40.0.1\n" });
  const root = tree({ "requirements.txt": "-r ../base.txt\n" });
  symlinkSync(path.join(outside, "requirements.txt"), path.join(root, "requirements-dev.txt"));
  symlinkSync(outside, path.join(root, "linked"));
  expect(releases(root, "requirements.txt", `-r ${outside}/base.txt\n-r linked/base.txt\n`)).toEqual({
    "requirements.txt": [],
  });
});

it("looks at a file elsewhere by itself, and at no file that decides nothing", () => {
  const root = tree({ "requirements.txt": REQUIREMENTS });
  expect(releases(root, "../elsewhere/Dockerfile", "FROM x\nRUN pip install h2o\n")).toEqual({ Dockerfile: ["open"] }); // prettier-ignore
  expect(releases(root, "src/index.js", "")).toEqual({});
});
