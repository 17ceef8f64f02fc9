import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { walk } from "../src/walk.js";

const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
});

const FILES = {
  ".gitignore": "out/\n*.log.yml\n!keep/*.log.yml\n/a/b/*.yml\n",
  "a/b/.gitignore": "!x.yml\n*.tmp.yml\n",
  "a/b/x.yml": "",
  "a/b/y.yml": "",
  "a/b/c/q.tmp.yml": "",
  "a/b/c/z.yml": "",
  "keep/k.log.yml": "",
  "out/o.yml": "",
  "r.log.yml": "",
  "sub/.gitignore": "/deep\n",
  "sub/deep/d.yml": "",
  "sub/out/o.yml": "",
  "odd [x]/p.yml": "",
  ".../dots.yml": "",
};

/** A repository of git with these files. */
function repository(files: Readonly<Record<string, string>> = FILES): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "walk-")));
  made.push(root);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  execFileSync("git", ["init", "--quiet"], { cwd: root });
  return root;
}

/** What git itself finds below a directory, which it does not ignore. */
const ofGit = (cwd: string) =>
  execFileSync("git", ["ls-files", "--others", "--exclude-standard", "-z"], { cwd, encoding: "utf8" })
    .split("\0")
    .filter((file) => file !== "")
    .sort();

const found = (root: string, directories = [""], gitignore = true) =>
  walk(root, {
    directories,
    isPassedBy: (directory) => directory.endsWith(".git") || directory.endsWith("vendor"),
    gitignore,
  }).sort();

describe("walk", () => {
  it("finds what git finds, in the repository and in any directory of it", () => {
    const root = repository();
    expect(found(root)).toHaveLength(8);
    for (const directory of ["", "a", "a/b", "sub", "sub/deep", "out"])
      expect(found(path.join(root, directory)), directory).toEqual(ofGit(path.join(root, directory)));
  });

  it("finds everything where that is asked for", () => {
    expect(found(repository(), [""], false)).toEqual(Object.keys(FILES).sort());
  });

  it("looks only where it is asked to, by the patterns of all directories above", () => {
    const root = repository();
    expect(found(root, ["a/b/c", "sub"])).toEqual(["a/b/c/z.yml", "sub/.gitignore"]);
  });

  it("follows no link but one that was asked for, and passes by what it is told to", () => {
    const root = repository({ "real/a.yml": "", "real/vendor/b.yml": "" });
    symlinkSync("real", path.join(root, "link"));
    symlinkSync("../..", path.join(root, "real/up"));
    symlinkSync("a.yml", path.join(root, "real/c.yml"));
    expect(found(root)).toEqual(["real/a.yml"]);
    expect(found(root, ["link"])).toEqual(["link/a.yml"]);
  });
});
