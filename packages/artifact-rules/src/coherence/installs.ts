import type { ShellCommand, ShellWord } from "../language/shell.js";
import { jarPin } from "./jars.js";
import { readCondaSpec, readRequirement, wheel, type Pin } from "./pin.js";

/** Commands that only show what others would do, or look for it. */
const SHOWS = /^(?:echo|printf|print|:|cat|grep|sed|awk|which|command|Write-(?:Host|Output))$/;

/** A program that installs packages. */
interface Installer {
  readonly name: RegExp;
  /** The words that follow it, of which each may have options before it. */
  readonly commands: readonly (readonly string[])[];
  readonly read: typeof readRequirement;
  /** Options that take the next word: what stands there is no package. */
  readonly valued: ReadonlySet<string>;
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const PIP = words(`
  -r --requirement --requirements -c --constraint --constraints -e --editable -t --target --platform --python-version
  --implementation --abi --root --prefix --src --upgrade-strategy -C --config-settings --config-setting --global-option
  --build-option --progress-bar --root-user-action --report --no-binary --only-binary -i --index-url --pypi-url
  --extra-index-url -f --find-links --log --proxy --retries --timeout --exists-action --trusted-host --cert
  --client-cert --cache-dir --use-feature --use-deprecated --python --keyring-provider --group -w --wheel-dir -d --dest
  -p --index --default-index --index-strategy --exclude-newer --link-mode -P --upgrade-package --reinstall-package
  --refresh-package --resolution --prerelease --override --overrides -b --build-constraint --build-constraints
  --torch-backend --config-file --directory --project --extra --python-platform --no-build-isolation-package
  --categories --pypi-mirror --extra-pip-args
`);
const CONDA = words(`
  -n --name -p --prefix -c --channel --file -f --revision --solver --experimental --repodata-fn --channel-priority
  --subdir --platform -r --root-prefix --rc-file --category --log-level --lockfile --pyc --download-threads
`);
const PROJECT = words(`
  -G --group --optional -E --extra --extras --package --script --branch --tag --rev --marker --markers -m -r
  --requirements -c --constraints --bounds --index --default-index -i --index-url --extra-index-url -f --find-links
  --index-strategy --python -p --platform --source -C --directory -P --project --lockfile -L -k --skip --venv -e
  --editable --exclude-newer --resolution --prerelease --link-mode --config-file --cache-dir --python-platform
`);

const INSTALLERS: readonly Installer[] = [
  {
    name: /^pip[\d.]*$/,
    commands: [["install"], ["wheel"], ["download"]],
    read: readRequirement,
    valued: PIP,
  },
  { name: /^uv$/, commands: [["pip", "install"]], read: readRequirement, valued: PIP },
  { name: /^pipenv$/, commands: [["install"]], read: readRequirement, valued: PIP },
  { name: /^(?:uv|poetry|pdm|rye)$/, commands: [["add"]], read: readRequirement, valued: PROJECT },
  {
    name: /^(?:conda|mamba|micromamba)$/,
    commands: [["install"], ["create"]],
    read: readCondaSpec,
    valued: CONDA,
  },
];
/** Options, and variables of pip and uv, that name constraints, which decide where nothing else does. */
const CONSTRAINTS = /^(?:-c|--constraints?)(?:=|$)|^--no-index$/;
const CONSTRAINT_VARIABLES = ["PIP_CONSTRAINT", "UV_CONSTRAINT", "PIP_NO_INDEX"];

/** What a command is told to install, or has Maven fetch. */
export function installedBy(command: ShellCommand): Pin[] {
  const [first] = command.words;
  if (!first || SHOWS.test(first.value)) return [];
  return [...packagesOf(command), ...fetchedBy(command)];
}

function packagesOf({ words, environment, variable }: ShellCommand): Pin[] {
  for (const index of words.keys()) {
    for (const { name, commands, read, valued } of INSTALLERS) {
      if (!name.test(words[index]!.value.replace(/^.*\/|\.exe$/g, ""))) continue;
      const starts = commands.map((command) => behind(words, index + 1, command, valued));
      const start = starts.find((one) => one !== undefined);
      if (start === undefined) continue;
      const given = words.slice(index + 1).map(({ value }) => value);
      const isConda = read === readCondaSpec;
      const isConstrained =
        !isConda &&
        (given.some((one) => CONSTRAINTS.test(one)) ||
          CONSTRAINT_VARIABLES.some((one) => environment.has(one) || variable(one) !== undefined));
      return operands(words, start, valued).flatMap(({ value, start: at }) => {
        const pin = read(value, at, variable);
        if (!pin) return wheel(value, at);
        return isConstrained && pin.version === undefined ? { ...pin, isUnresolved: true } : pin;
      });
    }
  }
  return [];
}

/** The index behind a command of some words; undefined where another one is given. */
function behind(
  words: readonly ShellWord[],
  from: number,
  [next, ...rest]: readonly string[],
  valued: ReadonlySet<string>,
): number | undefined {
  let index = from;
  while (words[index]?.value.startsWith("-")) index += valued.has(words[index]!.value) ? 2 : 1;
  if (words[index]?.value !== next) return undefined;
  return rest.length > 0 ? behind(words, index + 1, rest, valued) : index + 1;
}

function operands(words: readonly ShellWord[], from: number, valued: ReadonlySet<string>): ShellWord[] {
  const found: ShellWord[] = [];
  for (let index = from; index < words.length; index++) {
    const word = words[index]!;
    if (valued.has(word.value)) index++;
    else if (!word.value.startsWith("-")) found.push(word);
  }
  return found;
}

/** The jar that Maven is told to fetch by its parts; by a coordinate it is found wherever that stands. */
function fetchedBy({ words, variable }: ShellCommand): Pin[] {
  const option = (name: string) => words.find(({ value }) => value.startsWith(`-D${name}=`));
  const valueOf = (word: ShellWord | undefined) => word?.value.slice(word.value.indexOf("=") + 1);
  const version = option("version");
  const isJar =
    valueOf(option("groupId")) === "ai.h2o" &&
    valueOf(option("artifactId"))?.startsWith("h2o-genmodel") === true;
  if (!isJar || !version) return [];
  const written = valueOf(version)!;
  const start = version.start + version.value.length - written.length;
  return [jarPin("jar", { version: written, written, start, text: `h2o-genmodel ${written}` }, variable)];
}
