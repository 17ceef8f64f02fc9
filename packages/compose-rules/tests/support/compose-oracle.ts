import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command, Project } from "../../src/model/workload.js";
import type { ComposeCase } from "./compose-cases.js";
import { goBinary } from "./go.js";

/** A service as both sides describe it: what is a set is sorted. */
export interface Description {
  readonly image: string;
  readonly ports: readonly string[];
  readonly mounts: readonly string[];
  /** Bytes; 0 for none. */
  readonly limit: number;
  readonly environment: Readonly<Record<string, string | null>>;
  readonly command: readonly string[] | null;
  readonly entrypoint: readonly string[] | null;
  /** `host`, or the name of the service or container whose network it shares. */
  readonly network: string;
  readonly networks: readonly string[];
  readonly profiles: readonly string[];
}

/** A project's services, or what it is refused for. */
export type Answer =
  { readonly services: Readonly<Record<string, Description>> } | { readonly error: string };

const SOURCE = fileURLToPath(new URL("../oracles/compose-go", import.meta.url));

/** Writes a case's files below a folder. */
export function writeCase({ files }: ComposeCase, folder: string): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

export const HOME = "/home/somebody";

/** What Docker Compose's own loader makes of cases, each written to its folder. */
export function askCompose(cases: readonly (ComposeCase & { readonly folder: string })[]): Answer[] {
  const requests = cases.map(({ given, variables = {}, folder }) =>
    JSON.stringify({
      files: given.map((file) => join(folder, file)),
      directory: folder,
      environment: variables,
    }),
  );
  const { stdout, status, error } = spawnSync(goBinary(SOURCE), {
    input: requests.join("\n"),
    encoding: "utf8",
    env: { HOME },
    maxBuffer: 2 ** 28,
    stdio: ["pipe", "pipe", "ignore"],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`The program over compose-go ended with ${String(status)}.`);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => fromOracle(JSON.parse(line) as OracleAnswer));
}

interface OracleService {
  readonly image: string;
  readonly ports: string[] | null;
  readonly volumes: string[] | null;
  readonly tmpfs: string[] | null;
  readonly memLimit: number;
  readonly deployLimit: number;
  readonly environment: Record<string, string | null> | null;
  readonly command: string[] | null;
  readonly entrypoint: string[] | null;
  readonly networkMode: string;
  readonly networks: string[] | null;
  readonly profiles: string[] | null;
}

interface OracleAnswer {
  readonly error?: string;
  readonly services?: Readonly<Record<string, OracleService>>;
}

function fromOracle({ error, services = {} }: OracleAnswer): Answer {
  if (error !== undefined) return { error };
  return {
    services: Object.fromEntries(
      Object.entries(services).map(([name, service]) => [
        name,
        {
          image: service.image,
          ports: (service.ports ?? []).toSorted(),
          mounts: [...(service.volumes ?? []), ...(service.tmpfs ?? []).map((target) => `tmpfs:=>${target.split(":", 1)[0] ?? ""}:false`)].toSorted(), // prettier-ignore
          limit: Math.max(service.memLimit || service.deployLimit, 0),
          environment: service.environment ?? {},
          command: service.command,
          entrypoint: service.entrypoint,
          network: /^(?:service:|container:|(?=host$))(.*)$/.exec(service.networkMode)?.[1] ?? "",
          networks: (service.networks ?? []).toSorted(),
          profiles: service.profiles ?? [],
        },
      ]),
    ),
  };
}

/** Docker's types of mounts, where ours say more. */
const TYPES: Readonly<Record<string, string>> = {
  named: "volume",
  anonymous: "volume",
  "disguised bind": "volume",
};

function wordsOf(command: Command | undefined): readonly string[] | null {
  if (!command) return null;
  return command.form === "list" ? command.words.map(({ value }) => value) : [command.text.value];
}

/** The same of a project as we read it. */
export function describeProject(project: Project): Answer {
  const problems = [
    ...project.problems,
    ...project.workloads.flatMap(({ memoryProblems }) => memoryProblems),
  ];
  if (problems.length > 0) return { error: problems.map(({ message }) => message).join(" ") };
  return {
    services: Object.fromEntries(
      project.workloads.map((workload): [string, Description] => [
        workload.name,
        {
          image: workload.image?.value ?? "",
          ports: workload.ports.map(({ hostIp, published, target, protocol }) => `${hostIp ?? ""}|${published ?? ""}->${String(target)}/${protocol}`).toSorted(), // prettier-ignore
          mounts: workload.mounts.map(({ kind, source, target, isReadOnly }) => `${TYPES[kind] ?? kind}:${source ?? ""}=>${target}:${String(isReadOnly)}`).toSorted(), // prettier-ignore
          limit: workload.memoryLimit?.bytes ?? 0,
          environment: Object.fromEntries([...workload.environment].map(([name, text]) => [name, text?.value ?? null])), // prettier-ignore
          command: wordsOf(workload.command),
          entrypoint: wordsOf(workload.entrypoint),
          network: workload.isOnHostNetwork ? "host" : (workload.sharesNetworkOf ?? ""),
          networks: workload.networks.map(({ name }) => name).toSorted(),
          profiles: workload.profiles,
        },
      ]),
    ),
  };
}
