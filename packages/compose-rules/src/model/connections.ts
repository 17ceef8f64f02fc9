import { slice, UNKNOWN, type Text } from "../language/text.js";
import type { Workload } from "./workload.js";

/** A host that a setting names, with the port it is asked for. */
export interface Connection {
  readonly host: Text;
  readonly port: number;
  /** Host and port as they are written together, where they are. */
  readonly authority?: Text | undefined;
  /** A URL that a browser may be sent to. */
  readonly isWeb: boolean;
}

/** Ports of the protocols that settings of a platform name, where the setting does not. */
const PORTS: Readonly<Record<string, number>> = {
  postgres: 5432, postgresql: 5432, redis: 6379, rediss: 6379, valkey: 6379, mysql: 3306, mariadb: 3306, mongodb: 27017, amqp: 5672, amqps: 5671, nats: 4222,
  clickhouse: 9000, memcached: 11211, http: 80, https: 443, ws: 80, wss: 443, mqtt: 1883,
}; // prettier-ignore
const WEB = /^(?:https?|wss?)$/;

/** Parts of a variable's name that say what is asked at a host given without a port. */
const BY_NAME: readonly (readonly [RegExp, number])[] = [
  [/(?:^|_)(?:POSTGRES(?:QL)?|PG)(?:_|HOST|$)/i, 5432],
  [/(?:^|_)(?:REDIS|VALKEY)(?:_|$)/i, 6379],
  [/(?:^|_)(?:MYSQL|MARIADB)(?:_|$)/i, 3306],
  [/(?:^|_)(?:MONGO(?:DB)?)(?:_|$)/i, 27_017],
  [/(?:^|_)(?:RABBIT(?:MQ)?|AMQP)(?:_|$)/i, 5672],
];

/** Variables that say where the outside finds a service, or where it listens. */
const NOT_ASKED =
  /(?:^|_)(?:PUBLIC|EXTERNAL|ADVERTISED?|BROADCAST|ANNOUNCED?|REGISTRY|LISTEN(?:ERS?)?|BIND|METRICS?|PPROF|DEBUG|CORS|ORIGINS?|ALLOWED|TRUSTED|REDIRECT|CALLBACK|FRONTEND|BROWSER|SELF|NO_PROXY|DOMAIN|ROOT_URL|SITE|VITE|REACT|NEXT|NUXT|CSRF|COOKIE|WHITELIST|HEALTH\w*)(?:_|$)/i;

/** Stores that are asked over HTTP by services, and by no page in a browser. */
const STORE = /(?:^|_)(?:ELASTIC(?:SEARCH)?|OPENSEARCH|SOLR|INFLUX(?:DB)?|CLICKHOUSE|COUCHDB|QDRANT|WEAVIATE|CHROMA(?:DB)?)(?:_|$)/i; // prettier-ignore

/** An address of one's own machine is where a server listens, unless the variable names what is asked there. */
const ADDRESS = /(?:^|_)ADDR(?:ESS)?$/i;
const OWN = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/i;
const ASKED = /(?:^|_)(?:DB|DATABASE|CACHE|BROKER|QUEUE|KAFKA|UPSTREAM|BACKEND|TARGET|REMOTE|PEER)(?:_|$)/i;

const HOST = String.raw`\[[\dA-Fa-f:]+\]|[A-Za-z\d_.-]+`;
const URL = new RegExp(String.raw`\b(?:jdbc:)?([A-Za-z][A-Za-z\d]*)(?:\+[A-Za-z\d]+)*:\/\/(?:[^\s@/,"']*@)?((?:${HOST})(?::\d+)?(?:,(?:${HOST})(?::\d+)?)*)`, "g"); // prettier-ignore
const PAIR = new RegExp(String.raw`^(?:${HOST}):\d+(?:,(?:${HOST}):\d+)*$`);

/** Several rules ask for the same. */
const known = new WeakMap<Workload, readonly Connection[]>();

/** The hosts a workload's variables, and URLs in its command, say it asks. */
export function connectionsOf(workload: Workload): readonly Connection[] {
  let connections = known.get(workload);
  if (!connections) known.set(workload, (connections = readConnections(workload)));
  return connections;
}

function readConnections(workload: Workload): readonly Connection[] {
  const settings = [...workload.environment].flatMap(([name, text]) =>
    text && !NOT_ASKED.test(name) ? inVariable(name, text, workload) : [],
  );
  const words = [workload.entrypoint, workload.command].flatMap((command) =>
    command?.form === "list" ? command.words : command ? [command.text] : [],
  );
  return [...settings, ...words.flatMap((word) => inUrls(word).filter(({ isWeb }) => !isWeb))];
}

function inVariable(name: string, text: Text, { environment }: Workload): readonly Connection[] {
  const urls = inUrls(text);
  if (urls.length > 0) return STORE.test(name) ? urls.map((url) => ({ ...url, isWeb: false })) : urls;
  const isAsked = ASKED.test(name) || BY_NAME.some(([pattern]) => pattern.test(name));
  if (ADDRESS.test(name) && OWN.test(text.value) && !isAsked) return [];
  if (PAIR.test(text.value)) return inList(text, 0, text.value.length, undefined);
  // HOST and PORT alone are where a server listens.
  if (!/[A-Z\d]_?HOST(?:NAME)?$|_(?:SERVER|ADDR(?:ESS)?)$/i.test(name) || !new RegExp(`^(?:${HOST})$`).test(text.value)) return []; // prettier-ignore
  const sibling =
    environment.get(name.replace(/(?:HOST(?:NAME)?|SERVER|ADDR(?:ESS)?)$/i, "PORT"))?.value ?? "";
  if (sibling.includes(UNKNOWN)) return [];
  const port = Number(sibling) || BY_NAME.find(([pattern]) => pattern.test(name))?.[1];
  return port === undefined ? [] : [{ host: text, port, isWeb: false }];
}

function inUrls(text: Text): readonly Connection[] {
  return [...text.value.matchAll(URL)].flatMap((match) => {
    const [whole, scheme = "", hosts = ""] = match;
    const start = match.index + whole.length - hosts.length;
    return inList(text, start, start + hosts.length, scheme.toLowerCase());
  });
}

/** One host after the other, with commas between them. */
function inList(text: Text, start: number, end: number, scheme: string | undefined): readonly Connection[] {
  let at = start;
  return text.value
    .slice(start, end)
    .split(",")
    .flatMap((written): Connection[] => {
      const from = at;
      at += written.length + 1;
      const [, host = "", digits] = /^(.*?)(?::(\d+))?$/.exec(written) ?? [];
      const port = digits === undefined ? PORTS[scheme ?? ""] : Number(digits);
      if (port === undefined || host === "") return [];
      const authority = digits === undefined ? undefined : slice(text, from, from + written.length);
      return [
        { host: slice(text, from, from + host.length), port, authority, isWeb: WEB.test(scheme ?? "") },
      ];
    });
}
