import type { Origin, Place, Problem } from "../language/source.js";
import { literalPlaceOf, type Text } from "../language/text.js";

/**
 * A container as its platform would start it. The rules read nothing else, so they hold for every format that can
 * declare one. Each value keeps the place where a person would edit it.
 */
export interface Workload {
  readonly platform: Platform;
  /** What a finding is about: `services.NAME`, `Kind/name/containers/NAME`. */
  readonly subject: string;
  readonly name: string;
  /** The container's key or name in its file. */
  readonly place: Place;
  readonly image?: Text | undefined;
  /** Built from a Dockerfile rather than pulled. */
  readonly isBuilt: boolean;
  /** Replaces the image's own entrypoint. */
  readonly entrypoint?: Command | undefined;
  /** Replaces the image's own command, or follows the entrypoint. */
  readonly command?: Command | undefined;
  /**
   * Variables by name. What only the running machine knows has `UNKNOWN` in its text; `null` stands for one that is
   * named without a value and certainly unset, so that the container does not get it.
   */
  readonly environment: ReadonlyMap<string, Text | null>;
  /** Whether further variables come from where they could not be read. */
  readonly hasUnknownEnvironment: boolean;
  /** Absent without limit (unset, 0, -1), and where it is unknown or invalid. */
  readonly memoryLimit?: MemoryLimit | undefined;
  /** A limit is set, but only the running machine knows it. */
  readonly hasUnknownLimit?: boolean | undefined;
  /** Limits the platform refuses, or reads as something nobody means. */
  readonly memoryProblems: readonly MemoryProblem[];
  /** Whether memory and swap together are bounded, too. */
  readonly hasSwapLimit: boolean;
  /** Ports that can be reached from outside of the platform's own network. */
  readonly ports: readonly Port[];
  /** Further container ports it is said to serve, without being published. */
  readonly exposes?: readonly number[] | undefined;
  readonly mounts: readonly Mount[];
  /** Contents of mounted files that the project itself declares, by their path in the container. */
  readonly files?: ReadonlyMap<string, string> | undefined;
  readonly networks: readonly NetworkUse[];
  /** Shares the network of the machine: every port it listens on is published, and localhost is the machine. */
  readonly isOnHostNetwork: boolean;
  /** Where `isOnHostNetwork` is set. */
  readonly hostNetworkPlace?: Place | undefined;
  /** Name of the workload in whose network it runs, so that both share a localhost. */
  readonly sharesNetworkOf?: string | undefined;
  /** Names of the workloads it says it needs: it is started after them, or linked to them. */
  readonly needs?: readonly string[] | undefined;
  /** Names under which other workloads of the project reach it. */
  readonly dnsNames: readonly string[];
  /** Fixed IP addresses it has in the networks of the project. */
  readonly addresses: readonly string[];
  /** Its name or that of its file says that it is there for tests: what it keeps is meant to be forgotten. */
  readonly isForTests?: boolean | undefined;
  /** Profiles that must be chosen for it to start; empty for always. */
  readonly profiles: readonly string[];
}

export type Platform = "compose" | "kubernetes";

/** A command: a list is taken word by word, a string is split as a shell would, without being run by one. */
export type Command =
  | { readonly form: "list"; readonly words: readonly Text[] }
  | { readonly form: "string"; readonly text: Text };

/** A size that is not what its writer means, and, where that is plain, the edit that spells it for the platform. */
export interface MemoryProblem extends Problem {
  readonly edit?: Edit | undefined;
}

/** A memory limit in bytes and the places that set it: Compose has two spellings, which may both be there. */
export interface MemoryLimit {
  readonly bytes: number;
  readonly places: readonly LimitPlace[];
}

export interface LimitPlace {
  readonly text: Text;
  /** Spells a size of whole MiB (given in bytes) in the style of this one. */
  readonly write: (bytes: number) => string;
}

/** How a port is reached from outside. */
export type PortKind = "ports" | "hostPort" | "NodePort" | "LoadBalancer";

export interface Port {
  readonly how: PortKind;
  /** The address it is bound to; undefined for all of the machine, `UNKNOWN` inside where only the machine knows. */
  readonly hostIp?: string | undefined;
  /** A port or range of the machine; undefined where the platform chooses one each time. */
  readonly published?: string | undefined;
  /** The container's port; undefined where only the machine knows. */
  readonly target?: number | undefined;
  readonly protocol: string;
  readonly place: Place;
}

/** What holds the data of a mount. `disguised bind` is a named volume whose driver options bind a folder, or tmpfs. */
export type MountKind = "named" | "anonymous" | "bind" | "disguised bind" | "tmpfs" | "emptyDir" | "hostPath" | "claim" | "image" | "config" | "other"; // prettier-ignore

export interface Mount {
  readonly kind: MountKind;
  /** Path inside the container. */
  readonly target: string;
  /** Volume name or path; undefined for anonymous ones. */
  readonly source?: string | undefined;
  readonly isReadOnly: boolean;
  readonly place: Place;
  /** Where the volume behind it is declared, if it is: the driver options of a disguised bind. */
  readonly declared?: Place | undefined;
}

/** A network of the project that a workload is in. */
export interface NetworkUse {
  readonly name: string;
  /** The one the platform puts it in when nothing else is said. */
  readonly isDefault: boolean;
  /** Cut off from the outside: `internal: true`, a policy that restricts who may reach it. */
  readonly isInternal: boolean;
  /** Made elsewhere, so that nothing is known of it. */
  readonly isExternal: boolean;
  readonly place: Place;
}

/** Joins files that are given together in the title of their project. */
export const JOINED = " + ";

/** The workloads that are started together. */
export interface Project {
  readonly platform: Platform;
  readonly name?: string | undefined;
  /** Tells it from the other projects of its tree, in messages: its files, or the folder of its kustomization. */
  readonly title?: string | undefined;
  readonly workloads: readonly Workload[];
  /** What the platform would refuse, or what could not be read. Those of memory limits are with their workloads. */
  readonly problems: readonly Problem[];
  /** Absolute paths of the files it was read from. */
  readonly files: readonly string[];
}

/** A replacement in a file. */
export interface Edit {
  readonly place: Place;
  readonly text: string;
}

/** Scalars that more than one workload takes a value from: an edit for one would change the others. */
const sharedOrigins = new WeakMap<Project, ReadonlySet<Origin>>();

/**
 * The edit that writes `replacement` in the place of a text; undefined where the text is not written literally, or is
 * shared with another workload of the project.
 */
export function editOf(text: Text, replacement: string, project: Project): Edit | undefined {
  const place = literalPlaceOf(text);
  let shared = sharedOrigins.get(project);
  if (!shared) sharedOrigins.set(project, (shared = sharedOf(project.workloads)));
  return place && text.origin && !shared.has(text.origin) ? { place, text: replacement } : undefined;
}

function sharedOf(workloads: readonly Workload[]): Set<Origin> {
  const seen = new Set<Origin>();
  const shared = new Set<Origin>();
  for (const workload of workloads) {
    const texts: (Text | null)[] = [
      ...workload.environment.values(),
      ...(workload.memoryLimit?.places.map(({ text }) => text) ?? []),
    ];
    for (const command of [workload.command, workload.entrypoint]) {
      if (command) texts.push(...(command.form === "list" ? command.words : [command.text]));
    }
    for (const origin of new Set(texts.flatMap((text) => text?.origin ?? []))) {
      if (seen.has(origin)) shared.add(origin);
      seen.add(origin);
    }
  }
  return shared;
}
