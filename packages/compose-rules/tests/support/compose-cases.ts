import { table } from "./tables.js";

/** A project to load: its files by path relative to a folder of its own, and those given with `-f`. */
export interface ComposeCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly given: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

const one = (name: string, text: string, more: Partial<ComposeCase> = {}): ComposeCase => ({
  name,
  files: { "compose.yaml": text },
  given: ["compose.yaml"],
  ...more,
});

/** Several files: the first is given, and those whose name begins with `compose`. */
const several = (name: string, files: Readonly<Record<string, string>>): ComposeCase => ({
  name,
  files,
  given: Object.keys(files).filter((file) => file.startsWith("compose")),
});

const VOLUMES = "volumes:\n  db: {}\n  pg: {}\n  data: {}\n";

/** The project of a measured row. */
export function rowCase([kind = "", input = ""]: readonly string[]): ComposeCase {
  const name = `${kind} ${input}`;
  const [memLimit = "", deployLimit = ""] = input.split(" deploy ");
  const bodies: Readonly<Record<string, string>> = {
    port: `ports: [${input}]`,
    mem_limit: `mem_limit: ${input}`,
    "deploy.mem": `deploy: {resources: {limits: {memory: ${input}}}}`,
    "both mem_limit": `mem_limit: ${memLimit}\n    deploy: {resources: {limits: {memory: ${deployLimit}}}}`,
    interp: `environment: {V: ${JSON.stringify(input)}}`,
    vol: `volumes: [${input}]`,
    command: `command: ${input}`,
    env: `environment: ${input}`,
  };
  const text = `services:\n  s:\n    image: i\n    ${bodies[kind] ?? ""}\n${kind === "vol" ? VOLUMES : ""}`;
  return one(name, text, { variables: { E: "", S: "set" } });
}

/** Every measured row of `compose.tsv`. */
export const ROWS: readonly ComposeCase[] = table("compose.tsv").map(rowCase);

const SERVICE = "services:\n  s:\n    image: i\n";

/** Cases of more than one value or file. */
export const CASES: readonly ComposeCase[] = [
  one("no services", "db:\n  image: i\n"),
  one("an old version", 'version: "2"\nservices:\n  s: {image: i, mem_limit: 1g}\n'),
  one("reservations are no limit", `${SERVICE}    mem_reservation: 512m\n    deploy: {resources: {reservations: {memory: 512M}}}\n`), // prettier-ignore
  one("swap", `${SERVICE}    mem_limit: 512m\n    memswap_limit: -1\n`),
  one("a limit of processors beside mem_limit", `${SERVICE}    mem_limit: 1g\n    deploy: {resources: {limits: {cpus: "1"}}}\n`), // prettier-ignore
  one("a limit from an unset variable", `${SERVICE}    mem_limit: \${M}\n`),
  one("a disguised bind", `${SERVICE}    volumes: [db:/x]\nvolumes:\n  db: {driver_opts: {type: none, o: bind, device: /srv/db}}\n`), // prettier-ignore
  one("a volume in memory", `${SERVICE}    volumes: [db:/x]\nvolumes:\n  db: {driver_opts: {type: tmpfs, device: tmpfs}}\n`), // prettier-ignore
  one("an external volume", `${SERVICE}    volumes: [db:/x]\nvolumes:\n  db: {external: true}\n`),
  one("an undeclared volume", `${SERVICE}    volumes: [nope:/x]\n`),
  one("tmpfs", `${SERVICE}    tmpfs: /var/lib/postgresql/data\n`),
  one("a target mounted twice", `${SERVICE}    tmpfs: [/x]\n    volumes: ["/y:/x"]\n`),
  one("merge key", "x-b: &b\n  image: i\n  ports: ['1:1']\n  environment: {A: 1, B: 2}\nservices:\n  s:\n    <<: *b\n    environment: {C: 3}\n"), // prettier-ignore
  one("merge key list", "x-a: &a {image: i, mem_limit: 1g}\nx-b: &b {mem_limit: 2g, ports: ['1:1']}\nservices:\n  s:\n    <<: [*a, *b]\n"), // prettier-ignore
  one(
    "merge key last",
    "x-a: &a {image: i, mem_limit: 1g}\nservices:\n  s:\n    mem_limit: 3g\n    <<: *a\n",
  ),
  one("merge key and cleared ports", "x-a: &a {image: i, ports: ['1:1']}\nservices:\n  s:\n    <<: *a\n    ports: []\n"), // prettier-ignore
  one("documents", `${SERVICE}    mem_limit: 1g\n---\nservices:\n  s:\n    mem_limit: 2g\n    ports: ["5432:5432"]\n`), // prettier-ignore
  one("an empty document", `${SERVICE}---\n`),
  one("a key twice", `${SERVICE}    mem_limit: 1g\n    mem_limit: 2g\n`),
  one("a tab", "services:\n\ts:\n    image: i\n"),
  one("profiles", `${SERVICE}    profiles: [debug]\n    ports: ["5432:5432"]\n`),
  one("host network and ports", `${SERVICE}    network_mode: host\n    ports: ["5432:5432"]\n`),
  one("a shared network and ports", 'services:\n  a: {image: i}\n  s: {image: i, network_mode: "service:a", ports: ["1:1"]}\n'), // prettier-ignore
  one("a network that is not shared", 'services:\n  s: {image: i, network_mode: "service:a"}\n'),
  one("network_mode and networks", "services:\n  s: {image: i, network_mode: host, networks: [n]}\nnetworks: {n: }\n"), // prettier-ignore
  one("an undeclared network", "services:\n  s: {image: i, networks: [n]}\n"),
  one("networks", "services:\n  s: {image: i, networks: [default, n]}\n  t: {image: i, networks: {n: {aliases: [db]}}}\nnetworks: {n: {internal: true}}\n"), // prettier-ignore
  one("a dependency that is not there", "services:\n  s: {image: i, depends_on: [a]}\n"),
  one("a dependency that is optional and not there", "services:\n  s: {image: i, depends_on: {a: {condition: service_started, required: false}}}\n"), // prettier-ignore
  one("times", `${SERVICE}    environment: {A: 2024-01-01, B: 2024-1-2T3:04:05.10Z, C: 2024-01-02 03:04:05, D: 2024-13-01, E: 2024-01-02T03:04:05+02:00}\n`), // prettier-ignore
  one("a number that is none", `${SERVICE}    environment: {A: .inf}\n`),
  one("neither image nor build", "services:\n  s: {mem_limit: 1g}\n"),
  one("an unknown attribute", `${SERVICE}    memory: 1g\n`),
  one("extends in the file", "services:\n  base: {image: i, ports: ['5432:5432'], mem_limit: 1g, volumes: ['db:/x'], environment: {A: 1, B: 3}}\n  s:\n    extends: base\n    ports: ['5433:5432']\n    environment: {A: 2}\nvolumes: {db: }\n"), // prettier-ignore
  one("extends as a mapping", "services:\n  base: {image: i, command: java -Xmx1g}\n  s:\n    extends: {service: base}\n    command: [java, -Xmx2g]\n"), // prettier-ignore
  one("extends in a circle", "services:\n  a: {image: i, extends: b}\n  b: {image: i, extends: a}\n"),
  one("extends nobody", "services:\n  a: {image: i, extends: b}\n"),
  one(
    "quoted keys",
    '"services":\n  "s":\n    "image": "i"\n    "ports": ["5432:5432"]\n    "mem_limit": "1g"\n',
  ),
  { name: "JSON", files: { "compose.json": '{"services":{"s":{"image":"i","ports":["5432:5432"]}}}' }, given: ["compose.json"] }, // prettier-ignore
  several("ports are appended, volumes replaced", {
    "compose.yaml": `${SERVICE}    ports: ["5432:5432"]\n    volumes: ["./a:/x"]\n    environment: {A: 1}\n    mem_limit: 1g\n`, // prettier-ignore
    "compose.override.yaml": "services:\n  s:\n    ports: ['127.0.0.1:5432:5432']\n    volumes: ['db:/x']\n    environment: [A=2]\n    mem_limit: 2g\nvolumes: {db: }\n", // prettier-ignore
  }),
  several("ports are not cleared by an empty list", {
    "compose.yaml": `${SERVICE}    ports: ["5432:5432"]\n`,
    "compose.override.yaml": "services:\n  s:\n    ports: []\n",
  }),
  several("a mount of two letters is the same in both notations", {
    "compose.yaml": `${SERVICE}    volumes: [/x]\n`,
    "compose.override.yaml": "services:\n  s:\n    volumes: [./b:/x, {type: volume, target: /x}]\n",
  }),
  several("!reset", {
    "compose.yaml": `${SERVICE}    ports: ["5432:5432"]\n    environment: {A: 1, B: 2}\n`,
    "compose.override.yaml": "services:\n  s:\n    ports: !reset []\n    environment: {A: !reset null}\n",
  }),
  several("!override", {
    "compose.yaml": `${SERVICE}    ports: ["5432:5432"]\n`,
    "compose.override.yaml": "services:\n  s:\n    ports: !override ['127.0.0.1:1:5432']\n",
  }),
  several("limits that differ in two files", {
    "compose.yaml": `${SERVICE}    mem_limit: 512m\n`,
    "compose.override.yaml": "services:\n  s:\n    deploy: {resources: {limits: {memory: 1g}}}\n",
  }),
  several("a list over a mapping", {
    "compose.yaml": `${SERVICE}    deploy: {replicas: 1}\n`,
    "compose.override.yaml": "services:\n  s:\n    deploy: [a]\n",
  }),
  several("include", {
    "compose.yaml": "include: [sub/inner.yaml]\nservices:\n  s: {image: i}\n",
    "sub/inner.yaml": "services:\n  db: {image: i, ports: ['5432:5432'], volumes: ['./data:/x']}\n",
  }),
  several("include with variables of its own", {
    "compose.yaml": "include:\n  - path: [sub/inner.yaml, sub/more.yaml]\n    env_file: vars.env\nservices:\n  s: {image: i}\n", // prettier-ignore
    "sub/inner.yaml": "services:\n  db: {image: 'i:${TAG}', environment: [TAG]}\n",
    "sub/more.yaml": "services:\n  db: {mem_limit: '${M-1g}'}\n",
    "vars.env": "TAG=1\nM=2g\n",
  }),
  several("include of a service that is there", {
    "compose.yaml": "include: [inner.yaml]\nservices:\n  s: {image: i, ports: ['1:1']}\n",
    "inner.yaml": "services:\n  s: {image: j, ports: ['5432:5432']}\n",
  }),
  several("include in a circle", {
    "compose.yaml": "include: [inner.yaml]\nservices:\n  s: {image: i}\n",
    "inner.yaml": "include: [compose.yaml]\nservices:\n  t: {image: i}\n",
  }),
  several("include of a missing file", {
    "compose.yaml": "include: [nope.yaml]\nservices:\n  s: {image: i}\n",
  }),
  several("env_file", {
    "compose.yaml": `${SERVICE}    env_file: [a.env, b.env]\n    environment: {A: env}\n`,
    "a.env": "A=a\nB=x\n# comment\nexport Z=1\nJAVA_OPTS=\"-Xmx1g -Xms1g\"\nQ='a$B' # why\n",
    "b.env": 'B=y\nC=${B}-c\nD: yaml\nE=a # b\nF=a#b\nG="a\\nb\\$c"\nA\nH=\n',
  }),
  several("env_file that is missing", { "compose.yaml": `${SERVICE}    env_file: nope.env\n` }),
  several("env_file that may be missing", { "compose.yaml": `${SERVICE}    env_file: [{path: nope.env, required: false}]\n` }), // prettier-ignore
  several("env_file that is none", { "compose.yaml": `${SERVICE}    env_file: a.env\n`, "a.env": "A B=c\n" }),
  several("env_file with an open quote", {
    "compose.yaml": `${SERVICE}    env_file: a.env\n`,
    "a.env": 'A="b\n',
  }),
  several("extends from another file", {
    "compose.yaml": "services:\n  s:\n    extends: {file: sub/base.yaml, service: base}\n    mem_limit: 2g\n",
    "sub/base.yaml": "services:\n  base: {image: i, extends: more, ports: ['5432:5432'], volumes: ['./data:/var/lib/postgresql/data']}\n  more: {image: j, env_file: m.env}\n", // prettier-ignore
    "sub/m.env": "M=1\n",
  }),
  several("extends from a missing file", { "compose.yaml": "services:\n  s: {image: i, extends: {file: nope.yaml, service: b}}\n" }), // prettier-ignore
];
