import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { historyOf } from "../../src/files/history.js";
import { parseSql } from "../../src/index.js";

function folder(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "orchestrator-history-")));
  onTestFinished(() => {
    rmSync(root, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
  return root;
}

const names = (root: string, file: string, at = root) =>
  historyOf(parseSql("SELECT 1"), path.join(root, file), at).map((script) =>
    path.relative(root, script.path).split(path.sep).join("/"),
  );

it("takes the numbered neighbours in order", () => {
  const root = folder({ "10.sql": "", "9.sql": "", "notes.sql": "", "11.txt": "" });
  expect(names(root, "10.sql")).toEqual(["9.sql", "10.sql"]);
  expect(names(root, "notes.sql")).toEqual(["notes.sql"]);
});

it("takes the same file of numbered neighbour folders", () => {
  const root = folder({ "1_a/up.sql": "", "1_a/down.sql": "", "2_b/up.sql": "", "docs/up.sql": "" });
  expect(names(root, "2_b/up.sql")).toEqual(["1_a/up.sql", "2_b/up.sql"]);
});

it("reads nothing outside the root, and follows no link", () => {
  const root = folder({ "1.sql": "", "in/2.sql": "", "3_x/up.sql": "", "4_y/up.sql": "" });
  symlinkSync(path.join(root, "1.sql"), path.join(root, "in/1.sql"));
  expect(names(root, "in/2.sql")).toEqual(["in/2.sql"]);
  expect(names(root, "4_y/up.sql", path.join(root, "4_y"))).toEqual(["4_y/up.sql"]);
});

it("prefers the text in the editor to the one on disk", () => {
  const root = folder({ "1.sql": "SELECT 1", "2.sql": "" });
  const edited = parseSql("SELECT 2");
  expect(historyOf(edited, path.join(root, "1.sql"), root)[0]?.program).toBe(edited);
});

it("is the script alone where it stands nowhere", () => {
  expect(historyOf(parseSql(""), "/nowhere/1.sql", "/nowhere")).toHaveLength(1);
});
