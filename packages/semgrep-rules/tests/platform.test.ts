import { describe, expect, it } from "vitest";
import { cacheDirectory, coreBinary, executableCandidates, isCoreBinary } from "../src/platform.js";

describe("cacheDirectory", () => {
  it.each([
    ["linux", {}, "/home/ada", "/home/ada/.cache/orchestrator-lint"],
    ["linux", { XDG_CACHE_HOME: "/var/cache/ada" }, "/home/ada", "/var/cache/ada/orchestrator-lint"],
    ["linux", { XDG_CACHE_HOME: "relative" }, "/home/ada", "/home/ada/.cache/orchestrator-lint"],
    ["linux", { XDG_CACHE_HOME: "" }, "/home/ada", "/home/ada/.cache/orchestrator-lint"],
    ["darwin", {}, "/Users/ada", "/Users/ada/Library/Caches/orchestrator-lint"],
    ["win32", { LOCALAPPDATA: "D:\\Local" }, "C:\\Users\\ada", "D:\\Local\\orchestrator-lint"],
    ["win32", {}, "C:\\Users\\ada", "C:\\Users\\ada\\AppData\\Local\\orchestrator-lint"],
    ["linux", { ORCHESTRATOR_CACHE: "/ci/cache", XDG_CACHE_HOME: "/x" }, "/home/ada", "/ci/cache"],
    ["win32", { ORCHESTRATOR_CACHE: "D:\\ci" }, "C:\\Users\\ada", "D:\\ci"],
  ] as const)("%s %j", (platform, env, home, expected) => {
    expect(cacheDirectory(platform, env, home)).toBe(expected);
  });
});

describe("executableCandidates", () => {
  it("leaves out relative entries, which a linted repository could fill", () => {
    const env = { PATH: "/usr/bin:.:node_modules/.bin::/opt/bin" };
    expect(executableCandidates("linux", env, "semgrep")).toEqual(["/usr/bin/semgrep", "/opt/bin/semgrep"]);
  });

  it("reads Path, quotes and .exe on Windows", () => {
    const env = { Path: '"C:\\Program Files\\Py";C:\\bin;bin' };
    expect(executableCandidates("win32", env, "uv")).toEqual([
      "C:\\Program Files\\Py\\uv.exe",
      "C:\\bin\\uv.exe",
    ]);
  });

  it("finds nothing where there is no PATH", () => {
    expect(executableCandidates("darwin", {}, "semgrep")).toEqual([]);
  });
});

it("knows the engine in a wheel and by name", () => {
  expect(coreBinary("darwin", "/c/x")).toBe("/c/x/semgrep/bin/semgrep-core");
  expect(coreBinary("win32", "C:\\c\\x")).toBe("C:\\c\\x\\semgrep\\bin\\semgrep-core.exe");
  expect(isCoreBinary("win32", "C:\\c\\osemgrep.EXE")).toBe(true);
  expect(isCoreBinary("linux", "/usr/bin/semgrep-core")).toBe(true);
  expect(isCoreBinary("linux", "/usr/bin/semgrep")).toBe(false);
});
