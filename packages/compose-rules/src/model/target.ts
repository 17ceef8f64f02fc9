import type { Connection } from "./connections.js";
import { datastoreOf } from "./images/datastores.js";
import { isJvmImage } from "./images/jvm.js";
import { isRepository, parseImage } from "./images/reference.js";
import type { Command, Project, Workload } from "./workload.js";
import type { Settings } from "../settings.js";

/** The workload of a project that a connection ends at, or is meant to, without naming it. */
export interface Target {
  /** By the asking container's own localhost, by way of the machine, or by a fixed address. */
  readonly way: "own" | "machine" | "address";
  readonly workload: Workload;
  /** The port to ask it for. */
  readonly port: number;
  /** Whether it is known that nothing else answers: an image may start a server of its own beside its program. */
  readonly isCertain: boolean;
}

const LOCAL = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/i;
const MACHINE = /^(?:(?:host|gateway)\.docker\.internal|docker\.for\.(?:mac|win)\.(?:localhost|host\.internal)|host\.containers\.internal|172\.17\.0\.1)$/i; // prettier-ignore

/** Images of languages: what is added to them is one program. */
const RUNTIMES = ["python", "node", "ruby", "php", "golang", "rust", "perl", "elixir", "erlang", "dotnet/aspnet", "dotnet/runtime", "oven/bun", "denoland/deno", "tiangolo/uvicorn-gunicorn-fastapi", "tiangolo/uvicorn-gunicorn", "bitnami/python", "bitnami/node"]; // prettier-ignore
/** Ports that images of other servers listen on, as their Dockerfiles expose them. */
const SERVERS: Readonly<Record<number, readonly string[]>> = {
  3306: ["mysql", "mariadb", "bitnami/mysql", "bitnami/mariadb"],
  5672: ["rabbitmq", "bitnami/rabbitmq"],
  6333: ["qdrant/qdrant"],
  8086: ["influxdb", "bitnami/influxdb"],
  8123: ["clickhouse", "clickhouse/clickhouse-server"],
  8983: ["solr", "bitnami/solr"],
  9200: ["elasticsearch", "elasticsearch/elasticsearch", "bitnami/elasticsearch", "bitnamilegacy/elasticsearch", "opensearchproject/opensearch"],
  27017: ["mongo", "bitnami/mongodb"],
}; // prettier-ignore
/** Programs that start others, so that the first word does not say all that runs. */
const STARTERS = /(?:^|\/)(?:(?:ba|da|a|z|k)?sh|supervisord?|s6-svscan|runsvdir|runit|init|tini|dumb-init|docker-init|systemd|foreman|honcho|circusd|pm2\S*|[^/]*entry\S*|[^/]*start\S*|\S*\.sh)$/; // prettier-ignore
/** What passes connections on, as sidecars are called. */
const PROXY = /proxy|proxies|envoy|istio|linkerd|dapr|pgbouncer|pgcat|pgpool|odyssey|bouncer|pooler|haproxy|nginx|traefik|twemproxy|mcrouter|socat|stunnel|tunnel|autossh|\bssh|gost|gateway|forward|connector|ambassador|sidecar|router|agent/i; // prettier-ignore

/** Where a connection leads that names localhost, the machine or an address; undefined where no workload is known to serve it. */
export function targetOf(
  { host, port, isWeb }: Connection,
  workload: Workload,
  project: Project,
  settings: Settings,
): Target | undefined {
  // On the network of the machine, localhost is where ports are published.
  if (workload.isOnHostNetwork) return undefined;
  const others = project.workloads.filter(
    (other) => other !== workload && !other.isOnHostNetwork && other.dnsNames.length > 0,
  );
  const fixed = others.find(({ addresses }) => addresses.includes(host.value));
  if (fixed) return { way: "address", workload: fixed, port, isCertain: true };
  const isLocal = LOCAL.test(host.value);
  if (!isLocal && !MACHINE.test(host.value)) return undefined;
  if (isLocal && isServedBeside(workload, port, project, settings)) return undefined;
  const published = others.flatMap((other) =>
    other.ports
      .filter((one) => one.published === String(port) && one.target !== undefined)
      .map((one) => ({ workload: other, port: one.target ?? port })),
  )[0];
  // A browser finds published web interfaces on the machine, and many such URLs are meant for it.
  if (isWeb && (published || !isLocal)) return undefined;
  if (!isLocal) return published && { way: "machine", ...published, isCertain: true };
  // The one HTTP port of every second container says little about who is meant in a whole cluster.
  const serving = others.find((other) => serves(other.platform === "compose" ? other : { ...other, exposes: [] }, port, settings)); // prettier-ignore
  const found = serving ? { workload: serving, port } : published;
  return found && { way: "own", ...found, isCertain: runsAlone(workload, found.workload, settings) };
}

/** Whether a port of the localhost of a workload is served there, by itself or one it shares it with, as far as can be told. */
function isServedBeside(
  workload: Workload,
  port: number,
  { workloads }: Project,
  settings: Settings,
): boolean {
  const network = (one: Workload) => one.sharesNetworkOf ?? one.name;
  const beside = workloads.filter((one) => one !== workload && network(one) === network(workload));
  return serves(workload, port, settings) || beside.some((one) => mayServe(one, port, settings));
}

/** A neighbour need not say what it listens on: proxies have ports of their own, and say them in arguments or not at all. */
function mayServe(workload: Workload, port: number, settings: Settings): boolean {
  if (serves(workload, port, settings)) return true;
  const { image, name, environment, entrypoint, command, ports, exposes = [] } = workload;
  const words = [entrypoint, command].flatMap(textsOf);
  const values = [...environment.values()].map((text) => text?.value ?? "");
  const said = new RegExp(String.raw`(?<!\d)${String(port)}(?!\d)`);
  if ([...words, ...values].some((text) => said.test(text))) return true;
  if (PROXY.test(image?.value ?? "") || PROXY.test(name)) return true;
  // What says that it serves another port, or is known to, is not meant.
  return ports.length + exposes.length === 0 && !isKnown(workload, settings);
}

function serves(workload: Workload, port: number, { images }: Settings): boolean {
  return (
    workload.ports.some(({ target }) => target === port) ||
    workload.exposes?.includes(port) === true ||
    (workload.image !== undefined && listensOn(workload.image.value, port, images))
  );
}

function listensOn(image: string, port: number, images: Settings["images"]): boolean {
  return (
    datastoreOf(image, images)?.port === port ||
    isRepository(parseImage(image).repository, SERVERS[port] ?? [])
  );
}

/** Whether a workload is known to start no server beside its program, so that what it asks for is another one. */
function runsAlone(workload: Workload, other: Workload, settings: Settings): boolean {
  const [program] = textsOf(workload.entrypoint);
  const words = [workload.entrypoint, workload.command].flatMap(textsOf);
  if (words.some((word) => /\s/.test(word) && PROXY.test(word))) return false;
  return (
    workload.isBuilt ||
    workload.needs?.includes(other.name) === true ||
    (program !== undefined && !/\s/.test(program) && !STARTERS.test(program)) ||
    isKnown(workload, settings)
  );
}

/** Whether it is known what an image runs. */
function isKnown({ image }: Workload, { images }: Settings): boolean {
  if (image === undefined) return false;
  return (
    datastoreOf(image.value, images) !== undefined ||
    isJvmImage(image.value, images) ||
    isRepository(parseImage(image.value).repository, RUNTIMES)
  );
}

function textsOf(command: Command | undefined): readonly string[] {
  if (!command) return [];
  return command.form === "list" ? command.words.map(({ value }) => value) : [command.text.value];
}
