import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cacheOf, once, pythonWith, run } from "./environment.js";

/** H2O itself: models trained by it, and its own loader and scorer to judge archives by. */

const HERE = fileURLToPath(new URL("genmodel/", import.meta.url));
/** Releases that the archives are trained with; the first is the one whose scorer judges. */
export const RELEASES = ["3.46.0.7", "3.40.0.4"] as const;

/** Programs the oracle needs and this machine does not have. */
export function missingPrograms(): string[] {
  return ["java", "javac", "mvn", "python3"].filter(
    (program) => spawnSync(program, ["--version"]).error !== undefined,
  );
}

const digest = (...files: string[]) =>
  createHash("sha256")
    .update(files.map((file) => readFileSync(path.join(HERE, file), "utf8")).join())
    .digest("hex")
    .slice(0, 16);

/** Archives trained with a release of h2o, by the pinned package and the script of this folder; trained at the first use. */
export function trainedArchives(release: (typeof RELEASES)[number]): string[] {
  const archives = once(cacheOf("mojos", `${release}-${digest("train.py")}`), (directory) => {
    run(pythonWith("h2o", release), [path.join(HERE, "train.py"), directory]);
  });
  return readdirSync(archives)
    .filter((name) => name.endsWith(".zip"))
    .sort()
    .map((name) => path.join(archives, name));
}

function scorer(): string {
  return once(cacheOf("genmodel", digest("Score.java", "pom.xml")), (directory) => {
    run("mvn", [
      "-q",
      "-B",
      "-f",
      path.join(HERE, "pom.xml"),
      "dependency:copy-dependencies",
      `-DoutputDirectory=${directory}`,
    ]);
    run("javac", [
      "-nowarn",
      "-cp",
      path.join(directory, "*"),
      "-d",
      directory,
      path.join(HERE, "Score.java"),
    ]);
  });
}

/** What H2O makes of an archive beside the intact one it came from. */
export interface Judgement {
  readonly verdict: "unknown" | "same" | "rejected" | "crashed" | "different";
  readonly detail: string;
}

/**
 * Loads and scores archives with h2o-genmodel, row by row, many in one Java process.
 *
 * @param pairs - an intact archive and one to compare with it
 */
export async function judge(pairs: readonly (readonly [string, string])[]): Promise<Judgement[]> {
  const directory = scorer();
  const input = pairs.map((pair) => `${pair.join("\t")}\n`).join("");
  const output = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      "java",
      [
        "-Xmx1g",
        "-XX:+UseSerialGC",
        "-cp",
        `${path.join(directory, "*")}${path.delimiter}${directory}`,
        "Score",
      ],
      { maxBuffer: 2 ** 28 },
      (error, stdout) => {
        if (error) reject(new Error(error.message));
        else resolve(stdout);
      },
    );
    child.stdin?.end(input);
  });
  const lines = output.trimEnd().split("\n");
  if (lines.length !== pairs.length)
    throw new Error(`${pairs.length} archives were given and ${lines.length} judged.`);
  return lines.map((line) => {
    const [, verdict, detail] = /^(\w+) ?(.*)$/.exec(line)!;
    return { verdict: verdict as Judgement["verdict"], detail: detail! };
  });
}

/** A directory for archives that goes away by itself. */
export function workDirectory(): {
  path: string;
  write: (name: string, bytes: Uint8Array) => string;
  remove: () => void;
} {
  const directory = mkdtempSync(path.join(tmpdir(), "mojos-"));
  return {
    path: directory,
    write(name, bytes) {
      const file = path.join(directory, name);
      writeFileSync(file, bytes);
      return file;
    },
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
