import fs from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { locateSemgrep, privateDirectory, SEMGREP_VERSION } from "../src/index.js";
import { fakeSemgrep, script, systemWith, temporaryDirectory, timesAsked } from "./support.js";

const machine = (env: Record<string, string> = {}) => {
  const root = temporaryDirectory();
  const bin = path.join(root, "bin");
  const base = { ORCHESTRATOR_CACHE: path.join(root, "cache"), ORCHESTRATOR_SEMGREP_INSTALL: "never" };
  // The fakes are shell scripts, and these need nothing but the shell.
  return { root, bin, system: systemWith({ PATH: bin, ...base, ...env }) };
};

const placePrivate = (system: ReturnType<typeof systemWith>) =>
  script(
    path.join(privateDirectory("native", system), "semgrep/bin/semgrep-core"),
    fakeSemgrep(SEMGREP_VERSION),
  );

it("takes the file ORCHESTRATOR_SEMGREP names before anything on PATH", async () => {
  const { root, bin } = machine();
  const named = script(path.join(root, "mine/semgrep"), fakeSemgrep("1.150.0"));
  script(path.join(bin, "semgrep"), fakeSemgrep("1.182.0"));
  const { system } = machine({ ORCHESTRATOR_SEMGREP: named, PATH: bin });
  const found = await locateSemgrep(system);
  expect(found).toEqual({
    command: named,
    args: [],
    version: "1.150.0",
    engine: "native",
    origin: "environment",
  });
});

it("starts an engine that is named directly under the name of the command line", async () => {
  const { root } = machine();
  const named = script(path.join(root, "semgrep-core"), fakeSemgrep("1.182.0"));
  const { system } = machine({ ORCHESTRATOR_SEMGREP: named });
  expect(await locateSemgrep(system)).toMatchObject({ command: named, argv0: "osemgrep" });
});

it.each([
  ["which is no file", () => "/nowhere/semgrep"],
  [
    "version 1.20.0; supported are versions >=1.140.0",
    (root: string) => {
      return script(path.join(root, "semgrep"), fakeSemgrep("1.20.0"));
    },
  ],
  ["does not answer as Semgrep does", (root: string) => script(path.join(root, "semgrep"), "exit 3")],
])("refuses a named Semgrep, %s, and tries no other", async (message, make) => {
  const { root } = machine();
  const { system } = machine({ ORCHESTRATOR_SEMGREP: make(root) });
  placePrivate(system);
  await expect(locateSemgrep(system)).rejects.toThrow(message);
});

it("takes a compatible semgrep on PATH and asks it its version once", async () => {
  const { bin, system } = machine();
  const file = script(path.join(bin, "semgrep"), fakeSemgrep("1.185.0"));
  placePrivate(system);
  for (let run = 0; run < 3; run += 1) {
    expect(await locateSemgrep(system)).toMatchObject({ command: file, version: "1.185.0", origin: "path" });
  }
  expect(timesAsked(file)).toBe(1);
});

it("asks again once the file on PATH has changed", async () => {
  const { bin, system } = machine();
  const file = script(path.join(bin, "semgrep"), fakeSemgrep("1.185.0"));
  await locateSemgrep(system);
  script(file, `# updated\n${fakeSemgrep("1.186.0")}`);
  expect(await locateSemgrep(system)).toMatchObject({ version: "1.186.0" });
});

it("survives a version cache that is garbage or cannot be written", async () => {
  const { root, bin, system } = machine();
  script(path.join(bin, "semgrep"), fakeSemgrep("1.185.0"));
  fs.mkdirSync(path.join(root, "cache/semgrep/versions.json"), { recursive: true });
  expect(await locateSemgrep(system)).toMatchObject({ version: "1.185.0" });
});

it.each(["1.20.0", "2.0.0", "rubbish"])("passes by a semgrep %s on PATH", async (version) => {
  const { bin, system } = machine();
  script(path.join(bin, "semgrep"), fakeSemgrep(version));
  const core = placePrivate(system);
  expect(await locateSemgrep(system)).toEqual({
    command: core,
    args: [],
    argv0: "osemgrep",
    version: SEMGREP_VERSION,
    engine: "native",
    origin: "private",
  });
});

it("says what to do where Semgrep is missing and may not be installed", async () => {
  const { system } = machine();
  await expect(locateSemgrep(system)).rejects.toThrow(
    /ORCHESTRATOR_SEMGREP_INSTALL=never forbids installing it\. Put a semgrep on PATH/u,
  );
});

it("refuses an engine that does not exist", async () => {
  const { system } = machine({ ORCHESTRATOR_SEMGREP_ENGINE: "fast" });
  await expect(locateSemgrep(system)).rejects.toThrow('is "fast"; it can be "native" (default) or "full"');
});
