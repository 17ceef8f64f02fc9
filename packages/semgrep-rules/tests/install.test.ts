import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { install, privateDirectory, SEMGREP_VERSION } from "../src/index.js";
import { explainFailure } from "../src/install.js";
import { fakeSemgrep, script, systemWith, temporaryDirectory } from "./support.js";

/** Shell code of an installer that writes what it was asked to a log, then does what `outcome` says. */
const installer = (outcome: string): string => `
echo "$(basename "$0") $*" >> "$LOG"
while [ $# -gt 0 ]; do [ "$1" = --target ] && target="$2"; shift; done
${outcome}`;
const WORKS = `
mkdir -p "$target/semgrep/bin"
printf '%s\\n' '#!/bin/sh' '${fakeSemgrep(SEMGREP_VERSION)}' > "$target/semgrep/bin/semgrep-core"
chmod +x "$target/semgrep/bin/semgrep-core"`;
const python = (outcome: string, version = "3.12"): string =>
  `if [ "$1" = -c ]; then echo "$0"; echo ${version}; exit 0; fi${installer(outcome)}`;

const machine = (clients: Record<string, string>) => {
  const root = temporaryDirectory();
  const bin = path.join(root, "bin");
  for (const [name, body] of Object.entries(clients)) script(path.join(bin, name), body);
  const log = path.join(root, "log");
  const env = { PATH: `${bin}:/usr/bin:/bin`, ORCHESTRATOR_CACHE: path.join(root, "cache"), LOG: log };
  // Only the fakes count as installers, whatever this machine has.
  const real = systemWith(env);
  const stat: typeof real.stat = (file) => (/^\/(?:usr\/)?bin\//u.test(file) ? undefined : real.stat(file));
  const asked = () => (fs.existsSync(log) ? fs.readFileSync(log, "utf8").trim().split("\n") : []);
  return { root, system: { ...real, stat }, asked };
};

const leftovers = (root: string) =>
  fs.readdirSync(path.join(root, "cache/semgrep")).filter((x) => /tmp|lock/u.test(x));

describe("order of installers", () => {
  it("asks uv first, for the pinned wheel by hash, alone and as a wheel", async () => {
    const { root, system, asked } = machine({ uv: installer(WORKS), python3: python(WORKS) });
    const semgrep = await install("native", system);
    expect(semgrep).toMatchObject({ version: SEMGREP_VERSION, origin: "private", argv0: "osemgrep" });
    expect(asked()).toHaveLength(1);
    expect(asked()[0]).toMatch(
      /^uv pip install .*--no-deps --require-hashes --only-binary :all: .*native\.txt$/u,
    );
    expect(leftovers(root)).toEqual([]);
  });

  it("goes on to pip, then pipx", async () => {
    const fails = installer("echo 'error: odd' >&2; exit 1");
    const { system, asked } = machine({
      uv: fails,
      python3: python("echo broken >&2; exit 1"),
      pipx: installer(WORKS),
    });
    await install("native", system);
    expect(asked().map((line) => line.split(" ")[0])).toEqual(["uv", "python3", "pipx"]);
  });

  it("installs once", async () => {
    const { system, asked } = machine({ uv: installer(WORKS) });
    await install("native", system);
    await install("native", system);
    expect(asked()).toHaveLength(1);
  });

  it("keeps the user's index settings and drops what refuses a directory", async () => {
    const { root, system } = machine({ python3: python(`env > "$LOG.env"\n${WORKS}`) });
    const env = { ...system.env, PIP_INDEX_URL: "https://repo.example/simple", PIP_REQUIRE_VIRTUALENV: "1" };
    await install("native", { ...system, env });
    const seen = fs.readFileSync(path.join(root, "log.env"), "utf8");
    expect(seen).toContain("PIP_INDEX_URL=https://repo.example/simple");
    expect(seen).toContain("PIP_REQUIRE_VIRTUALENV=0");
  });
});

describe("failures", () => {
  it.each([
    ["There is no Python 3 on PATH (3.10 or newer, or uv, is needed).", {}],
    ["Python 3.9 is there, but Semgrep needs 3.10 or newer.", { python3: python(WORKS, "3.9") }],
    [
      "Pip: Python is there, but without pip.",
      { python3: python('echo "$0: No module named pip" >&2; exit 1') },
    ],
    [
      "Pip: it finds no wheel: the index is unreachable or has none for this platform",
      { python3: python("echo 'ERROR: No matching distribution found for semgrep==1.182.0' >&2; exit 1") },
    ],
    ["Pip: the wheel holds no engine.", { python3: python("exit 0") }],
    [
      "Pip: installed, but its engine does not run on this machine (GLIBC_2.34 not found).",
      {
        python3: python(
          `${WORKS}\nprintf '%s\\n' '#!/bin/sh' 'echo "GLIBC_2.34 not found" >&2; exit 1' > "$target/semgrep/bin/semgrep-core"`,
        ),
      },
    ],
  ])("%s", async (message, clients) => {
    const { root, system } = machine(clients);
    await expect(install("native", system)).rejects.toThrow(message);
    await expect(install("native", system)).rejects.toThrow("Put a semgrep on PATH");
    expect(leftovers(root)).toEqual([]);
    expect(fs.existsSync(privateDirectory("native", system))).toBe(false);
  });

  it("tries no other client once a wheel has the wrong hash", async () => {
    const forged = "echo 'THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE' >&2; exit 1";
    const { system, asked } = machine({ uv: installer(forged), python3: python(WORKS) });
    await expect(install("native", system)).rejects.toThrow("hash mismatch");
    expect(asked()).toHaveLength(1);
  });

  it("says where it could not write", async () => {
    const { root, system } = machine({ uv: installer(WORKS) });
    fs.writeFileSync(path.join(root, "cache"), "a file");
    await expect(install("native", system)).rejects.toThrow(/could not be installed in .*cache.*: E/u);
  });

  it.each([
    [
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\nERROR: No matching distribution found for semgrep",
      "the package index cannot be reached",
    ],
    ["error: Failed to fetch: `https://repo.example/simple/semgrep/`", "the package index cannot be reached"],
    ["OSError: [Errno 28] No space left on device", "the disk is full"],
    [
      "ERROR: https://user:secret@repo.example said 418",
      "exit code 1: ERROR: https://***@repo.example said 418",
    ],
    ["", "exit code 1"],
  ])("reads %j", (stderr, expected) => {
    expect(explainFailure({ code: 1, signal: null, stdout: Buffer.alloc(0), stderr })).toBe(expected);
  });
});

describe("two processes at once", () => {
  it("installs once for both", async () => {
    const { root, system, asked } = machine({ uv: installer(`sleep 0.5\n${WORKS}`) });
    const found = await Promise.all([install("native", system), install("native", system)]);
    expect(found[0]).toEqual(found[1]);
    expect(asked()).toHaveLength(1);
    expect(leftovers(root)).toEqual([]);
  });

  it.each([
    ["of a process that is gone", { pid: 2 ** 22 + 1, host: systemWith({}).host, id: "x" }, 0],
    ["of another machine, long silent", { pid: 1, host: "elsewhere", id: "x" }, 120],
    ["that was never written to its end", "", 120],
  ])("takes over a lock %s", async (_, holder, age) => {
    const { system } = machine({ uv: installer(WORKS) });
    const lock = `${privateDirectory("native", system)}.lock`;
    fs.mkdirSync(path.dirname(lock), { recursive: true });
    fs.writeFileSync(lock, holder === "" ? "" : JSON.stringify(holder));
    const then = new Date(Date.now() - age * 1000);
    fs.utimesSync(lock, then, then);
    expect(await install("native", system)).toMatchObject({ origin: "private" });
    expect(fs.existsSync(lock)).toBe(false);
  });

  it("waits for a live one, then uses what it installed", async () => {
    const { system, asked } = machine({ uv: installer(WORKS) });
    const directory = privateDirectory("native", system);
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(`${directory}.lock`, JSON.stringify({ pid: 1, host: system.host, id: "x" }));
    let waits = 0;
    const sleep = () => {
      waits += 1;
      if (waits === 3) script(path.join(directory, "semgrep/bin/semgrep-core"), "exit 0");
      return Promise.resolve();
    };
    await install("native", { ...system, alive: () => true, sleep });
    expect(waits).toBe(3);
    expect(asked()).toEqual([]);
  });
});
