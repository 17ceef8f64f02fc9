import { parseTOML, type AST } from "toml-eslint-parser";
import { RELEASE, readRequirement, wheel, type Pin, type PinFile } from "./pin.js";

/** A string of a TOML file, and the keys that lead to it; a place in a list is a number. */
interface Leaf {
  readonly path: readonly (string | number)[];
  readonly value: string;
  /** Offset of its first character, behind the quote. */
  readonly start: number;
}

/** pyproject.toml (PEP 621, PEP 735, Poetry, PDM, Hatch, uv), Pipfile, poetry.lock, uv.lock and pdm.lock. */
export function readToml(text: string, name: string): PinFile {
  const leaves = leavesIn(text);
  if (!Array.isArray(leaves)) return leaves;
  const isLock = name.endsWith(".lock");
  return {
    pins: isLock ? lockPins(leaves) : leaves.flatMap((leaf) => pinOf(leaf, name, leaves) ?? []),
    includes: [],
  };
}

/** Gradle's catalogue of versions: genmodel's jars, with a version of their own or one they refer to. */
export function readCatalog(text: string): PinFile {
  const leaves = leavesIn(text);
  if (!Array.isArray(leaves)) return leaves;
  const at = new Map(leaves.map((leaf) => [leaf.path.join("\0"), leaf]));
  const versionAt = (...path: string[]) =>
    [[], ["strictly"], ["require"], ["prefer"]]
      .map((rest) => at.get([...path, ...rest].join("\0")))
      .find(Boolean);
  const libraries = new Set(
    leaves.flatMap(({ path: [table, name] }) => (table === "libraries" ? [String(name)] : [])),
  );
  const pins = [...libraries].flatMap((name): Pin[] => {
    const of = (...keys: string[]) => at.get(["libraries", name, ...keys].join("\0"));
    const whole = of();
    const module =
      whole?.value ?? of("module")?.value ?? `${of("group")?.value ?? ""}:${of("name")?.value ?? ""}`;
    const jar = /^ai\.h2o:h2o-genmodel[\w-]*(?::(.*))?$/.exec(module);
    if (!jar) return [];
    const [, own] = jar;
    const ref = of("version", "ref")?.value;
    const leaf =
      whole && own !== undefined
        ? { value: own, start: whole.start + whole.value.length - own.length }
        : ref === undefined
          ? versionAt("libraries", name, "version")
          : versionAt("versions", ref);
    if (!leaf) return [];
    const range = [leaf.start, leaf.start + leaf.value.length] as const;
    const isExact = RELEASE.test(leaf.value);
    return [
      {
        role: "jar",
        range,
        text: `h2o-genmodel ${leaf.value}`,
        version: isExact ? leaf.value : undefined,
        ...(isExact ? { versionRange: range } : {}),
      },
    ];
  });
  // Jars that refer to one version say so in one place.
  return {
    pins: pins.filter((pin, i) => pins.findIndex(({ range }) => range[0] === pin.range[0]) === i),
    includes: [],
  };
}

function leavesIn(text: string): Leaf[] | PinFile {
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text);
  } catch (error) {
    return { pins: [], includes: [], unread: `it is no TOML (${(error as Error).message})` };
  }
  return [...leavesOf(program.body[0], [])];
}

/** Keys of a table in place of a version, by which Poetry and Pipenv find a package elsewhere. */
const SOURCES = new Set<unknown>(["url", "file", "path", "git"]);
/** Tables of a Pipfile that hold no packages; any other is a category of them. */
const NO_CATEGORIES = /^(?:source|requires|scripts|pipenv|pipfile)\./;

function pinOf({ path, value, start }: Leaf, name: string, leaves: readonly Leaf[]): Pin | undefined {
  // Poetry and Pipenv write `h2o = "3.46.0.7"`, or a table with `version`; a bare release is exact to Poetry's caret only.
  const isSource = SOURCES.has(path.at(-1));
  const keys = path.at(-1) === "version" || isSource ? path.slice(0, -1) : path;
  // Poetry takes a list of constraints, each for other versions of Python.
  const last = typeof keys.at(-1) === "number" ? keys.at(-2) : keys.at(-1);
  const keyed = path.join(".");
  const isTable =
    name === "Pipfile"
      ? keyed.includes(".") && !NO_CATEGORIES.test(keyed)
      : /^tool\.poetry\.(?:dependencies|dev-dependencies|group\.[^.]+\.dependencies)\./.test(keyed);
  if (isTable && typeof last === "string" && last.toLowerCase() === "h2o") {
    const condition = conditionOf(keys, leaves);
    return { ...(isSource ? sourcePin(value, start) : keyedPin(value, start, name)), ...condition };
  }
  const isList =
    /^project\.(?:dependencies|optional-dependencies\.[^.]+)\.\d+$|^dependency-groups\.[^.]+\.\d+$|^tool\.(?:pdm\.dev-dependencies\.[^.]+|uv\.(?:dev|constraint|override)-dependencies|hatch\.envs\.[^.]+\.(?:extra-)?dependencies)\.\d+$/.test(
      keyed,
    );
  return isList ? readRequirement(value, start) : undefined;
}

/** The constraints on the machine in the table of a dependency: `python`, `platform`, `markers` and Pipenv's `sys_platform`. */
function conditionOf(keys: Leaf["path"], leaves: readonly Leaf[]): Pick<Pin, "condition"> {
  const said = leaves.flatMap(({ path, value }) =>
    path.length === keys.length + 1 &&
    keys.every((key, index) => path[index] === key) &&
    /^(?:python|platform|markers|python_\w+|sys_\w+|os_\w+|platform_\w+)$/.test(String(path.at(-1)))
      ? [`${path.at(-1)!} ${value}`]
      : [],
  );
  return said.length === 0 ? {} : { condition: said.join("; ") };
}

/** A package that is taken from a URL, whose name may tell the release, or from where only a look would. */
function sourcePin(value: string, start: number): Pin {
  const [named] = wheel(value, start);
  return (
    named ?? {
      role: "training",
      range: [start, start + value.length],
      text: value,
      version: undefined,
      isUnresolved: true,
    }
  );
}

function keyedPin(value: string, start: number, name: string): Pin {
  const pin = readRequirement(`h2o${/^[\d]/.test(value) ? "==" : ""}${value}`, start);
  const written: Pin = {
    role: "training",
    range: [start, start + value.length],
    text: `h2o = "${value}"`,
    version: undefined,
  };
  // Poetry reads a bare release as exact, and one behind a single equals sign; what else is asked for can only exclude it.
  const isChoice = value.includes("|");
  const version = isChoice
    ? undefined
    : /(?:^|,)\s*(?:={1,3}\s*)?(\d+\.\d+\.\d+\.\d+)\s*(?:,|$)/.exec(value)?.[1];
  if (version === undefined) return { ...written, ...(pin?.least === undefined ? {} : { least: pin.least }) };
  const at = start + value.indexOf(version);
  return name === "" ? written : { ...written, version, versionRange: [at, at + version.length] };
}

/** Packages of a lock file are tables with a name and a version. */
function lockPins(leaves: readonly Leaf[]): Pin[] {
  const tables = new Map<string, Map<string | number, Leaf>>();
  for (const leaf of leaves) {
    if (leaf.path[0] !== "package" || leaf.path.length !== 3) continue;
    const key = String(leaf.path[1]);
    tables.set(key, (tables.get(key) ?? new Map<string | number, Leaf>()).set(leaf.path[2]!, leaf));
  }
  const found = [...tables.values()].flatMap((table): Pin[] => {
    const [name, version] = [table.get("name"), table.get("version")];
    if (name?.value.toLowerCase() !== "h2o" || !version) return [];
    const range = [version.start, version.start + version.value.length] as const;
    return [
      {
        role: "training",
        range,
        text: `h2o ${version.value}`,
        version: RELEASE.test(version.value) ? version.value : undefined,
        versionRange: range,
      },
    ];
  });
  // A lock file installs one of several, by conditions that stand elsewhere in it.
  return found.length < 2 ? found : found.map((pin, index) => ({ ...pin, condition: `package ${index}` }));
}

function* leavesOf(
  node: AST.TOMLTopLevelTable | AST.TOMLTable | AST.TOMLInlineTable | AST.TOMLKeyValue | AST.TOMLContentNode,
  path: readonly (string | number)[],
): Generator<Leaf> {
  switch (node.type) {
    case "TOMLTopLevelTable":
    case "TOMLInlineTable":
      for (const child of node.body) yield* leavesOf(child, path);
      break;
    case "TOMLTable":
      for (const child of node.body) yield* leavesOf(child, node.resolvedKey);
      break;
    case "TOMLKeyValue":
      yield* leavesOf(node.value, [
        ...path,
        ...node.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value)),
      ]);
      break;
    case "TOMLArray":
      for (const [index, element] of node.elements.entries()) yield* leavesOf(element, [...path, index]);
      break;
    case "TOMLValue":
      if (node.kind === "string") yield { path, value: node.value, start: node.range[0] + 1 };
  }
}
