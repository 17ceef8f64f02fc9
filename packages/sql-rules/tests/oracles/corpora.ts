import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { cacheDirectory } from "./cache.js";

/** Published packages that carry PostgreSQL scripts; the SHA-256 of the archive pins their content. */
const PACKAGES = [
  {
    registry: "pypi",
    name: "matrix-synapse",
    version: "1.163.2",
    sha256: "6cecae98b6e1b55dd68e689329cf1677cba103d4160c320f04b26bd081ff1558",
  },
  {
    registry: "pypi",
    name: "procrastinate",
    version: "3.10.0",
    sha256: "949ad25b4377c30e03a9d0e053d15dfa47ef02b3f12ae8a7f3254686183c152c",
  },
  {
    registry: "pypi",
    name: "temboard",
    version: "9.0.1",
    sha256: "3d6b4d267fb3f25d2bc276ed677c034262ec21f31755989323af9f3ddded5748",
  },
  {
    registry: "npm",
    name: "graphile-worker",
    version: "0.18.0",
    sha256: "f6eb86e15119e649a2c540bfc982aa17bc9072707950081729e95dfd0677a865",
  },
  {
    registry: "npm",
    name: "@logto/schemas",
    version: "1.43.0",
    sha256: "2af7e8e817d21fd4970c5188107e889ef0e92d3276544badf3bb16e24b085fd7",
  },
] as const;

export interface CorpusScript {
  /** `package: path`. */
  name: string;
  text: string;
}

/**
 * The SQL files of the packages, in order of their names. They are downloaded with the user's own pip and npm into the
 * user's cache, once, and are no part of the repository.
 */
export function corpusScripts(): CorpusScript[] {
  return PACKAGES.flatMap((one) => {
    const folder = contentOf(one);
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".sql"))
      .sort()
      .map((file) => ({
        name: `${one.name}: ${file.replaceAll("\\", "/")}`,
        text: readFileSync(path.join(folder, file), "utf8"),
      }));
  });
}

/** A published package. */
export interface Package {
  registry: "pypi" | "npm";
  name: string;
  version: string;
  /** Of its archive. */
  sha256: string;
}

/** The folder of a package's content. @throws where it cannot be had, or is another than the pinned one */
export function contentOf({ registry, name, version, sha256 }: Package): string {
  const cache = path.join(cacheDirectory(), "corpus");
  const target = path.join(cache, `${name.replaceAll(/\W+/g, "-").replace(/^-/, "")}-${version}`);
  if (existsSync(target)) return target;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(path.join(cache, ".fetch-"));
  if (registry === "pypi") {
    // One platform's wheel, whatever this machine is: the content must be the same everywhere.
    const platform = [
      "--only-binary",
      ":all:",
      "--platform",
      "manylinux_2_28_x86_64",
      "--python-version",
      "3.11",
    ];
    run(
      "python3",
      ["-m", "pip", "download", "--quiet", "--no-deps", ...platform, `${name}==${version}`],
      work,
    );
  } else run("npm", ["pack", "--silent", `${name}@${version}`], work);

  const archive = path.join(work, readdirSync(work)[0]!);
  const digest = createHash("sha256").update(readFileSync(archive)).digest("hex");
  if (digest !== sha256) throw new Error(`${name} ${version} has SHA-256 ${digest}, not ${sha256}.`);
  const content = path.join(work, "content");
  mkdirSync(content);
  if (registry === "pypi") run("python3", ["-m", "zipfile", "-e", archive, content], work);
  else run("tar", ["-xzf", archive, "-C", content], work);
  renameSync(content, target);
  return target;
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr}`);
}
