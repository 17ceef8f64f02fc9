import { executableCandidates } from "./platform.js";
import type { Engine } from "./semgrep.js";
import type { System } from "./system.js";

/** A program of the user's that can install a Python wheel. */
export interface Client {
  name: string;
  command: string;
  arguments(target: string, requirements: string): string[];
  env: Record<string, string>;
  /** The Python the installation is for, where it has to be known: wheels of the full engine fit one version. */
  python?: string;
}

/** A client that cannot be used, with the reason. */
export interface MissingClient {
  missing: string;
}

// What these clients are asked is one thing: these files, by these hashes, into that directory, nothing built.
const PIP = ["install", "--no-input", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"];
const TARGET = ["--no-user", "--no-compile", "--no-warn-script-location", "--target"];
/** Settings that are about the user's environments and would refuse a directory of our own. Index, proxy, certificate
 * and wheel folder settings stay as they are. */
const PIP_ENV = {
  PIP_REQUIRE_VIRTUALENV: "0",
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  PIP_NO_WARN_SCRIPT_LOCATION: "1",
};

/** The installers of this machine in the order they are tried: uv, pip of a Python 3.10 or newer, pipx. */
export async function installClients(engine: Engine, system: System): Promise<(Client | MissingClient)[]> {
  const find = (name: string) =>
    executableCandidates(system.platform, system.env, name).find(
      (file) => system.stat(file)?.directory === false,
    );
  const python = await findPython(find, system);
  const clients: (Client | MissingClient)[] = [];
  const uv = find("uv");
  // The full engine is started with the Python it was installed for, so that Python must be there.
  if (uv && (engine === "native" || python.file)) {
    clients.push({
      name: "uv",
      command: uv,
      env: {},
      arguments: (target, requirements) => [
        ...["pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"],
        ...(python.file ? ["--python", python.file] : []),
        ...["--target", target, "-r", requirements],
      ],
      ...(python.file ? { python: python.file } : {}),
    });
  }
  if (python.file !== undefined) {
    const command = python.file;
    clients.push({
      name: "pip",
      command,
      env: PIP_ENV,
      arguments: (target, requirements) => ["-m", "pip", ...PIP, ...TARGET, target, "-r", requirements],
      python: command,
    });
  } else clients.push({ missing: python.missing });
  const pipx = find("pipx");
  if (pipx && engine === "native") {
    clients.push({
      name: "pipx",
      command: pipx,
      env: PIP_ENV,
      arguments: (target, requirements) => ["run", "pip", ...PIP, ...TARGET, target, "-r", requirements],
    });
  }
  return clients;
}

type Found = { file: string } | { file?: undefined; missing: string };

const ASK = "import sys; print(sys.executable); print('%d.%d' % sys.version_info[:2])";

async function findPython(find: (name: string) => string | undefined, system: System): Promise<Found> {
  const names = system.platform === "win32" ? ["py", "python"] : ["python3", "python"];
  let old: string | undefined;
  for (const name of names) {
    const command = find(name);
    if (!command) continue;
    const args = name === "py" ? ["-3", "-c", ASK] : ["-c", ASK];
    const result = await system.run(command, args, { env: system.env, timeout: 60_000 });
    const [file, version] = result.stdout.toString("utf8").trim().split(/\r?\n/u);
    const minor = /^3\.(\d+)$/u.exec(version ?? "")?.[1];
    if (result.code !== 0 || !file || minor === undefined) continue;
    if (Number(minor) >= 10) return { file };
    old ??= `Python 3.${minor} is there, but Semgrep needs 3.10 or newer`;
  }
  return { missing: old ?? "there is no Python 3 on PATH (3.10 or newer, or uv, is needed)" };
}
