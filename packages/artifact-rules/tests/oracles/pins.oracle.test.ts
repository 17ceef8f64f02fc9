import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readPins } from "../../src/index.js";
import { Random } from "../random.js";
import { pythonWith } from "./environment.js";

/** pip, Poetry, uv and conda's own readers against ours: which releases does each dependency on h2o allow? */
const FULL = process.env.ORACLES === "full";
const CASES = FULL ? 400 : 60;
const SEED = 20_261_126;
const SCRIPT = fileURLToPath(new URL("pins/read.py", import.meta.url));

/** A dependency is pinned where it allows exactly one of these. */
const RELEASES = [
  ...["3.40.0.4", "3.42.0.2", "3.44.0.3", "3.46.0.1", "3.46.0.6", "3.46.0.7", "3.46.0.8"],
  ...["3.46.0.11", "3.46.0.12", "3.46.0.13", "3.46.0.70", "3.46.1.7", "3.48.0.1", "4.0.0.7"],
];

/** The tools, with the pinned packages that bring them. */
const TOOLS = {
  pip: ["poetry", "2.5.1"],
  poetry: ["poetry", "2.5.1"],
  uv: ["uv", "0.13.9"],
  conda: ["py-rattler", "0.28.0"],
} as const;

type Files = Readonly<Record<string, string>>;

/** Of each file the releases of h2o, "open" for what allows several; undefined where the tool refuses it. */
function asRead(tool: keyof typeof TOOLS, files: readonly Files[]): (string[] | undefined)[] {
  const [name, version] = TOOLS[tool];
  const input = JSON.stringify({ tool, releases: RELEASES, files });
  const { status, stdout, stderr } = spawnSync(pythonWith(name, version), [SCRIPT], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(stderr);
  const read = JSON.parse(stdout) as (string[][] | null)[];
  return read.map((found) => found?.map((allowed) => (allowed.length === 1 ? allowed[0]! : "open")).sort());
}

function own(files: Files): string[] {
  const [name, text] = Object.entries(files)[0]!;
  return readPins(name, text)!
    .pins.map(({ version }) => version ?? "open")
    .sort();
}

const random = new Random(SEED);
const pick = <Value>(values: readonly Value[]): Value => values[random.below(values.length)]!;
const some = (count: number, make: () => string): string[] =>
  Array.from({ length: 1 + random.below(count) }, make);

const VERSIONS = ["3.46.0.7", "3.46.0.12", "3.44.0.3", "3.46.0", "3.46"];
const OTHERS = ["numpy==1.26.4", "h2o-wave==1.5.1", "h2o_pysparkling_3.4==3.46.0.7", "pandas>=2"];

/** A version specifier of PEP 440. */
const specifier = (): string =>
  pick([
    () => `==${pick(VERSIONS)}`,
    () => `== ${pick(VERSIONS)}`,
    () => `===${pick(VERSIONS)}`,
    () => `==${pick(["3.46.0", "3.46", "3"])}.*`,
    () => `${pick([">=", ">", "<=", "<", "!="])}${pick(VERSIONS)}`,
    () => `~=${pick(["3.46.0.7", "3.46.0"])}`,
    () => `>=${pick(VERSIONS)},<4`,
    () => `==${pick(VERSIONS)},>=3`,
    () => "",
  ])();

function requirement(): string {
  if (random.below(3) === 0) return pick(OTHERS);
  const name = pick(["h2o", "H2O", "h2o[extra]", "h2o "]);
  const marker = pick(["", "", ' ; python_version >= "3.9"']);
  const given = specifier();
  return given === "" && name === "h2o " ? `h2o${marker}` : `${name}${given}${marker}`;
}

function requirementsLine(): string {
  const line = requirement();
  const hash = `--hash=sha256:${"0".repeat(64)}`;
  return pick([
    () => line,
    () => line,
    () => `  ${line}`,
    () => `${line}  # why`,
    () => `${line} \\\n    ${hash}`,
    () => `${line} \\\n    ${hash} \\\n    ${hash}`,
    () => `# ${line}`,
    () => `# a comment \\\n${line}`,
    () => `\n\t\n${line}`,
  ])();
}

/** A constraint of Poetry's own. */
const constraint = (): string =>
  pick([
    ...[
      "3.46.0.7",
      "=3.46.0.7",
      "==3.46.0.7",
      "== 3.46.0.12",
      "^3.46.0.7",
      "~3.46.0.7",
      "*",
      ">=3.46",
      "3.46.*",
    ],
    ...[
      "3.46.0.*",
      "3.46.0",
      ">=3.46,<4",
      "3.46.0.7 || 3.44.0.3",
      "==3.46.0.7,<4",
      "!=3.46.0.7",
      ">3.40 <3.46.0.7",
    ],
  ]);

function poetryProject(): string {
  const value = () =>
    pick([
      () => `"${constraint()}"`,
      () => `{ version = "${constraint()}", extras = ["a"] }`,
      () => `{version="${constraint()}", optional=true}`,
      () =>
        `[{ version = "${constraint()}", python = "<3.11" }, { version = "${constraint()}", python = ">=3.11" }]`,
    ])();
  const key = () => pick(["h2o", "H2O", '"h2o"']);
  const groups = some(2, () => "").map(
    (_, index) =>
      `[tool.poetry.group.g${index}.dependencies]\n${pick([() => `${key()} = ${value()}`, () => 'h2o-wave = "1"'])()}\n`,
  );
  const table =
    random.below(3) === 0 ? `[tool.poetry.group.t.dependencies.h2o]\nversion = "${constraint()}"\n` : "";
  const head = '[tool.poetry]\nname = "a"\nversion = "1"\ndescription = "h2o==1"\nauthors = []\n';
  return `${head}[tool.poetry.dependencies]\npython = "^3.9"\n${key()} = ${value()}\n${groups.join("")}${table}`;
}

/** PEP 621 and dependency groups, which Poetry reads too. */
function standardProject(): string {
  // Poetry does not know `===`.
  const list = () => some(3, requirement).map((one) => `  '${one.replace("===", "==")}',`).join("\n"); // prettier-ignore
  return `[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = [\n${list()}\n]\n[dependency-groups]\ntrain = [\n${list()}\n]\n`;
}

function lockPackage(name: string, version: string, tool: "poetry" | "uv"): string {
  return tool === "poetry"
    ? `[[package]]\nname = "${name}"\nversion = "${version}"\ndescription = ""\noptional = false\npython-versions = "*"\ngroups = ["main"]\nfiles = []\n\n`
    : `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = { registry = "https://repo.example/simple" }\nsdist = { url = "https://repo.example/${name}-${version}.tar.gz", hash = "sha256:${"0".repeat(64)}", size = 1 }\n\n`;
}

function poetryLock(): Files {
  const names = some(3, () => pick(["numpy", "h2o-wave", "pandas"]));
  const packages = [...new Set(names)].map((name) => lockPackage(name, "1.0", "poetry"));
  packages.splice(random.below(packages.length + 1), 0, lockPackage("h2o", pick(RELEASES), "poetry"));
  const metadata = `[metadata]\nlock-version = "2.1"\npython-versions = ">=3.9"\ncontent-hash = "0"\n`;
  return { "poetry.lock": `# generated\n${packages.join("")}${metadata}` };
}

function uvLock(): Files {
  const dependencies = [...new Set(["h2o", ...some(3, () => pick(["numpy", "h2o-wave"]))])];
  const head = 'version = 1\nrevision = 1\nrequires-python = ">=3.9"\n\n';
  const self = `[[package]]\nname = "a"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [${dependencies.map((name) => `{ name = "${name}" }`).join(", ")}]\n\n[package.metadata]\nrequires-dist = [${dependencies.map((name) => `{ name = "${name}" }`).join(", ")}]\n\n`;
  const packages = dependencies.map((name) =>
    lockPackage(name, name === "h2o" ? pick(RELEASES) : "1.0", "uv"),
  );
  const project = `[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = [${dependencies.map((name) => `"${name}"`).join(", ")}]\n`;
  return { "uv.lock": head + self + packages.join(""), "pyproject.toml": project };
}

function environment(): string {
  const spec = () =>
    pick([
      () => `h2o=${pick(VERSIONS)}`,
      () => `h2o==${pick(VERSIONS)}`,
      () => `h2o ${pick(VERSIONS)}`,
      () => `h2o =${pick(VERSIONS)}`,
      () => `h2oai::h2o=${pick(VERSIONS)}=py_0`,
      () => `h2o ${pick(VERSIONS)} py_0`,
      () => `"h2o${pick([">=", "<", "!="])}${pick(VERSIONS)}"`,
      () => `h2o>=3.46,<4`,
      () => `h2o=${pick(["3.46.0", "3.46"])}.*`,
      () => `h2o=3.46.0.7|3.46.0.8`,
      () => "h2o",
      () => "h2o  # why",
      () => "h2o-wave=1.5.1",
      () => "numpy=1.26",
      () => "h2o-py=3.46.0.7",
    ])();
  return `name: a\nchannels:\n  - h2oai\ndependencies:\n${some(4, () => `  - ${spec()}`).join("\n")}\n`.replace("  - h2oai\n", "- h2oai\n"); // prettier-ignore
}

const GENERATORS: Record<string, { tool: keyof typeof TOOLS; make: () => Files }> = {
  "requirements of pip": {
    tool: "pip",
    make: () => ({ "requirements.txt": `${some(5, requirementsLine).join("\n")}\n` }),
  },
  "Poetry's pyproject.toml": { tool: "poetry", make: () => ({ "pyproject.toml": poetryProject() }) },
  "the standard's pyproject.toml": { tool: "poetry", make: () => ({ "pyproject.toml": standardProject() }) },
  "poetry.lock": { tool: "poetry", make: poetryLock },
  "uv.lock": { tool: "uv", make: uvLock },
  "environments of conda": { tool: "conda", make: () => ({ "environment.yml": environment() }) },
};

const python = spawnSync("python3", ["--version"]).status === 0;
if (!python)
  console.log("NOT RUN: the comparison with pip, Poetry, uv and conda, because there is no Python.");

describe.skipIf(!python)(`releases that files allow (seed ${SEED})`, () => {
  it.each(Object.entries(GENERATORS))(
    "%s",
    (_, { tool, make }) => {
      const files = Array.from({ length: CASES }, make);
      const read = asRead(tool, files);
      const accepted = files.filter((__, index) => read[index]);
      expect(accepted.length).toBeGreaterThan(0.9 * CASES);
      const differing = files.flatMap((one, index) =>
        read[index] && read[index].join() !== own(one).join()
          ? [{ file: Object.values(one)[0], theirs: read[index], ours: own(one) }]
          : [],
      );
      expect(differing).toEqual([]);
      // Both kinds of answers were asked for.
      expect(new Set(read.flat()).size).toBeGreaterThan(2);
    },
    1_200_000,
  );
});
