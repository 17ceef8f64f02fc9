import { readBuild, readCommands, readDockerfile } from "./commands.js";
import { compareReleases, RELEASE, type Pin, type PinFile } from "./pin.js";
import { readEnvironment, readPipfileLock, readRequirements, readSetup } from "./requirements.js";
import { readToml } from "./toml.js";

/** The first release whose open-source build does not export MOJOs and POJOs. */
const GATED = "3.46.0.12";

/** A place in a file. */
export interface Place {
  readonly file: string;
  readonly range: readonly [number, number];
}

/** One thing found about the releases of h2o. */
export interface CoherenceFinding extends Place {
  readonly rule: "h2o-exact-pin" | "h2o-version-match" | "h2o-export-gated" | "genmodel-thin-jar";
  readonly message: string;
  /** Every other place that decides a release, with what it says. */
  readonly related: readonly (Place & { readonly message: string })[];
  /** The edit that would make it agree, where one is sure. */
  readonly suggestion?: {
    readonly description: string;
    readonly range: readonly [number, number];
    readonly text: string;
  };
}

/** The name patterns of files that may decide a release of h2o. */
export const PIN_FILES = [
  "**/*requirements*.{txt,in}",
  "**/requirements/*.{txt,in}",
  "**/*constraints*.txt",
  "**/pyproject.toml",
  "**/Pipfile",
  "**/Pipfile.lock",
  "**/poetry.lock",
  "**/uv.lock",
  "**/pdm.lock",
  "**/setup.py",
  "**/setup.cfg",
  "**/{environment,conda}*.{yml,yaml}",
  "**/Dockerfile",
  "**/Dockerfile.*",
  "**/*.Dockerfile",
  "**/*.dockerfile",
  "**/Containerfile",
  "**/pom.xml",
  "**/*.gradle",
  "**/*.gradle.kts",
  "**/libs.versions.toml",
  "**/.github/workflows/*.{yml,yaml}",
  "**/.gitlab-ci.yml",
  "**/.circleci/config.yml",
  "**/azure-pipelines.yml",
  "**/Jenkinsfile",
] as const;

/** What a file says of h2o, by what its name tells that it is; undefined for other files. */
export function readPins(file: string, text: string): PinFile | undefined {
  const name = file.split("/").at(-1)!;
  const isRequirements = /\.(?:txt|in)$/.test(name);
  // Lock files are large, and most are about other things.
  if (!isRequirements && !/h2o/i.test(text)) return { pins: [], includes: [] };
  if (/^(?:pyproject\.toml|Pipfile|(?:poetry|uv|pdm)\.lock)$/.test(name)) return readToml(text, name);
  if (name === "Pipfile.lock") return readPipfileLock(text);
  if (/^setup\.(?:py|cfg)$/.test(name)) return readSetup(text);
  if (/^(?:Dockerfile(?:\..*)?|.*\.[Dd]ockerfile|Containerfile)$/.test(name)) return readDockerfile(text);
  if (/^pom\.xml$|\.gradle(?:\.kts)?$|^libs\.versions\.toml$/.test(name)) return readBuild(text);
  if (/^(?:environment|conda).*\.ya?ml$/.test(name)) return readEnvironment(text);
  if (isRequirements) return readRequirements(text);
  if (/\.ya?ml$|^Jenkinsfile$|\.sh$/.test(name)) return readCommands(text);
  return undefined;
}

export interface CoherenceOptions {
  /** H2O-3 Secure, whose releases export MOJOs, is what is installed. */
  readonly isSecure?: boolean;
}

/**
 * Holds every place that decides a release of h2o against the others.
 *
 * @param files - what each file says, by path relative to the root
 * @param models - the release inside each MOJO, by path
 */
export function checkCoherence(
  files: ReadonlyMap<string, PinFile>,
  models: ReadonlyMap<string, string>,
  { isSecure = false }: CoherenceOptions = {},
): CoherenceFinding[] {
  const places = [...files].flatMap(([file, { pins }]) => pins.map((pin) => ({ file, pin })));
  const exact: { file: string; pin: Pin }[] = [
    ...places.filter(({ pin }) => pin.version !== undefined),
    ...[...models]
      .filter(([, version]) => RELEASE.test(version))
      .map(([file, version]): { file: string; pin: Pin } => ({
        file,
        pin: { role: "model", range: [0, 0], text: `trained with h2o ${version}`, version },
      })),
  ];
  const findings: CoherenceFinding[] = [];
  for (const { file, pin } of places) {
    const place = { file, range: pin.range, related: [] };
    if (
      pin.role === "training" &&
      pin.version === undefined &&
      pin.isUnresolved !== true &&
      !isPinnedElsewhere(file, files)
    ) {
      const message = `"${pin.text}" does not pin h2o to one release of four numbers: what trains tomorrow may not be what scores.`;
      findings.push({ rule: "h2o-exact-pin", message, ...place });
    }
    const release = pin.version ?? pin.least;
    if (
      pin.role === "training" &&
      !isSecure &&
      release !== undefined &&
      compareReleases(release, GATED) >= 0
    ) {
      const message = `The open-source build of h2o ${release} refuses to export MOJOs and POJOs, as every release from ${GATED} on does: the training runs and nothing can be deployed.`;
      findings.push({ rule: "h2o-export-gated", message, ...place });
    }
  }
  const reference = referenceOf(exact.map(({ pin }) => pin));
  for (const { file, pin } of reference === undefined ? [] : exact) {
    if (pin.version === reference) continue;
    const related = exact
      .filter((other) => other.pin !== pin)
      .map((other) => ({
        file: other.file,
        range: other.pin.range,
        message: `${other.pin.text}: ${other.pin.version!}`,
      }));
    const what = {
      training: "This trains with",
      jar: "This scores with",
      model: "This model was trained with",
    }[pin.role];
    findings.push({
      rule: "h2o-version-match",
      file,
      range: pin.range,
      message: `${what} h2o ${pin.version!}, and ${reference!} is used elsewhere: a model is only known to score alike in the release that trained it.`,
      related,
      ...(pin.versionRange
        ? {
            suggestion: {
              description: `Use ${reference!}`,
              range: pin.versionRange,
              text: (pin.written ?? pin.version!).replaceAll(pin.version!, reference!),
            },
          }
        : {}),
    });
  }
  for (const [file, { thinJar }] of files) {
    if (!thinJar) continue;
    const message =
      "This jar is h2o-genmodel alone: without h2o-tree-api, h2o-logger, gson and the others it loads no model. Take the jar that get_genmodel_jar=True exports, or all of its dependencies.";
    findings.push({ rule: "genmodel-thin-jar", file, range: thinJar, message, related: [] });
  }
  return findings;
}

/** The release that most places agree on; where two have as many, the one that trains. */
function referenceOf(pins: readonly Pin[]): string | undefined {
  const weights = new Map<string, number>();
  for (const { version, role } of pins)
    weights.set(version!, (weights.get(version!) ?? 0) + 1 + (role === "training" ? 0.001 : 0));
  return weights.size < 2
    ? undefined
    : [...weights].sort(([a, left], [b, right]) => right - left || compareReleases(b, a))[0]![0];
}

/** Whether a lock file beside it, or a constraints file it names, pins what this file leaves open. */
function isPinnedElsewhere(file: string, files: ReadonlyMap<string, PinFile>): boolean {
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  const name = file.slice(folder.length);
  const locks =
    name === "pyproject.toml"
      ? ["poetry.lock", "uv.lock", "pdm.lock"]
      : name === "Pipfile"
        ? ["Pipfile.lock"]
        : [];
  const constraints = (files.get(file)?.includes ?? [])
    .filter(({ isConstraint }) => isConstraint)
    .map(({ path }) => path.replace(/^\.\//, ""));
  return [...locks, ...constraints].some((other) =>
    files.get(folder + other)?.pins.some(({ role, version }) => role === "training" && version !== undefined),
  );
}
