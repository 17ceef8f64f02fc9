import type { ComposeCase } from "./compose-cases.js";
import { randomFrom, type Random } from "./random.js";

/** A mapping in flow notation, its values written already. */
type Written = Readonly<Record<string, string>>;

const flow = (entries: Written) =>
  `{${Object.entries(entries).map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`; // prettier-ignore
const list = (items: readonly string[]) => `[${items.join(", ")}]`;
const quoted = (text: string) => JSON.stringify(text);

/** Projects of one to three files that use what Compose merges, inherits and interpolates. */
export function generatedCases(count: number, seed: number): ComposeCase[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => ({ ...new Drawing(random).project(), name: `drawn ${String(index)}` })); // prettier-ignore
}

class Drawing {
  readonly #random: Random;
  /** Which of two notations the project keeps to where Compose refuses to mix them. */
  readonly #hasNetworks: boolean;
  readonly #environmentIsList: boolean;

  constructor(random: Random) {
    this.#random = random;
    this.#hasNetworks = !random.once(3);
    this.#environmentIsList = random.once(2);
  }

  project(): Omit<ComposeCase, "name"> {
    const { below, once } = this.#random;
    const files: Record<string, string> = {
      "a.env": this.#variables(),
      "sub/b.env": this.#variables(),
      "sub/base.yaml": this.#file("sub/base.yaml", ["base", "more"], false),
    };
    const given = [
      "compose.yaml",
      ...Array.from({ length: below(3) }, (_, index) => `over${String(index)}.yaml`),
    ];
    for (const [index, name] of given.entries()) {
      const own = ["s", "t", "u"].slice(0, 1 + below(3));
      files[name] = this.#file(name, own, index > 0);
    }
    if (once(3)) {
      files["sub/inner.yaml"] = this.#file("sub/inner.yaml", ["s", "v"], false);
      files["compose.yaml"] = `include: [${this.#include()}]\n${files["compose.yaml"] ?? ""}`;
    }
    return { files, given, variables: { E: "", S: "set", P: "8080", IP: "127.0.0.1", M: "512m", F: "sub" } };
  }

  #include(): string {
    const { pick } = this.#random;
    return pick(["sub/inner.yaml", "./sub/inner.yaml", "{path: sub/inner.yaml}", "{path: [sub/inner.yaml], env_file: a.env}", "{path: sub/inner.yaml, project_directory: .}", '"${F}/inner.yaml"']); // prettier-ignore
  }

  /** The text of one file; an override may leave out what another file says, and reset it. */
  #file(path: string, names: readonly string[], isOverride: boolean): string {
    const { once, pick } = this.#random;
    const shared = () => flow(this.#service(path, [], true, false));
    // Extension fields are merged, too, which Compose refuses where they are of different kinds.
    const prefix = `x-${path.replaceAll(/\W/g, "-")}`;
    const anchors = `${prefix}-env: &env ${this.#variablesOf()}\n${prefix}-one: &one ${shared()}\n${prefix}-two: &two ${shared()}\n`; // prettier-ignore
    const services = names.map((name, index) => {
      // A reset beside a merge key is a matter of its own.
      const isMerged = once(4);
      const service = this.#service(path, names.slice(index + 1), isOverride, isOverride && !isMerged);
      const lines = Object.entries(service).map(([key, value]) => `    ${key}: ${value}\n`);
      if (isMerged) {
        lines.splice(once(2) ? 0 : lines.length, 0, `    <<: ${pick(["*one", "[*one, *two]", "*two"])}\n`);
      }
      return `  ${name}:\n${lines.join("") || "    init: true\n"}`;
    });
    const volumes =
      "volumes:\n  db: {}\n  set: {}\n  data: {driver_opts: {type: none, o: bind, device: /srv}}\n";
    const networks = "networks:\n  n: {internal: true}\n  m: {}\n";
    const second = once(8)
      ? `---\nservices:\n  ${names[0] ?? "s"}: ${flow(this.#service(path, [], true, true))}\n`
      : "";
    return `${anchors}services:\n${services.join("")}${volumes}${networks}${second}`;
  }

  /** Attributes of a service, which may extend those after it. */
  #service(
    path: string,
    others: readonly string[],
    isPart: boolean,
    mayReset: boolean,
  ): Record<string, string> {
    const { once, pick } = this.#random;
    const service: Record<string, string> = {};
    if (!isPart || once(3)) service.image = pick(["i", "j:1", '"${S}:${T-2}"', '"${U:-k}"']);
    const set = (key: string, rarity: number, value: () => string) => {
      if (once(rarity)) service[key] = mayReset && once(6) ? this.#tagged(value()) : value();
    };
    set("ports", 2, () => list(this.#some(3, () => this.#port())));
    set("volumes", 2, () => list(this.#some(3, () => this.#volume())));
    set("environment", 2, () => (once(6) && isPart ? "*env" : this.#variablesOf()));
    const folder = path.startsWith("sub/") ? "" : "sub/";
    const file = folder === "" ? "b.env" : "a.env";
    set("env_file", 5, () => pick([file, `[${file}]`, `[./${file}, ${folder}b.env]`, `[{path: ${folder}b.env, required: false}]`, `[{path: no.env, required: false}, ${file}]`, `./${file}`])); // prettier-ignore
    set("mem_limit", 4, () => pick(["512m", "512m", '"${M}"', '"${N:-0.5g}"', "0", "-1", "1e3", '"512 mb"', "536870912", once(9) ? "512Mi" : "512m"])); // prettier-ignore
    set("deploy", 8, () => pick(["{resources: {limits: {memory: 512m}}}", '{resources: {limits: {memory: "${M}"}}}', "{resources: {reservations: {memory: 512m}}}", "{replicas: 2}", '{resources: {limits: {cpus: "1"}}}'])); // prettier-ignore
    set("command", 3, () => this.#command());
    set("entrypoint", 6, () => this.#command());
    set("tmpfs", 9, () => pick(["/tmp", "[/tmp, /run]", '["/run:size=64m"]']));
    set("profiles", 7, () => pick(["[debug]", "[a, b]", "[a]"]));
    if (this.#hasNetworks)
      set("networks", 4, () => pick(["[n]", "{n: {aliases: [db]}}", "[n, m]", "{default: , m: }", "[default]"])); // prettier-ignore
    else if (once(5))
      service.network_mode = pick(["host", "none", "bridge", once(3) ? '"service:s"' : "host"]);
    const reach = pick(others.length > 0 && once(2) ? others : [undefined]);
    if (reach !== undefined) service.extends = once(2) ? reach : `{service: ${reach}}`;
    else if (path !== "sub/base.yaml" && once(8)) {
      service.extends = pick([`{file: ${folder}base.yaml, service: base}`, `{file: ./${folder}base.yaml, service: more}`, `{file: "\${G-./}${folder}base.yaml", service: base}`, once(4) ? "{file: nope.yaml, service: base}" : `{file: ${folder}base.yaml, service: more}`]); // prettier-ignore
    } else if (once(60)) service.extends = pick(["s", "nobody"]);
    return service;
  }

  #variablesOf(): string {
    const isList = this.#random.once(12) ? !this.#environmentIsList : this.#environmentIsList;
    return isList ? list(this.#some(4, () => this.#pair())) : flow(this.#environment());
  }

  #tagged(value: string): string {
    return this.#random.once(2) ? `!reset ${value.startsWith("*") ? "null" : value}` : value.startsWith("*") ? value : `!override ${value}`; // prettier-ignore
  }

  #some(most: number, draw: () => string): string[] {
    return Array.from({ length: this.#random.below(most + 1) }, draw);
  }

  #port(): string {
    const { pick, below, once } = this.#random;
    const isRange = once(6);
    const container = isRange ? "9000-9002" : pick(["5432", "80", "6379"]);
    const host = isRange ? pick(["", "9000-9002", "9010-9012", once(6) ? "1" : ""]) : pick(["5432", "8080", "", "9000-9002", "${P}", "${Q:-15432}", "${Q}"]); // prettier-ignore
    const ip = pick(["127.0.0.1:", "0.0.0.0:", "${IP}:", "[::1]:", "${J:-127.0.0.1}:", "", "", ""]);
    if (once(3)) {
      const entries: Record<string, string> = { target: pick(["5432", '"80"', '"${P}"', "6379"]) };
      if (once(2)) entries.published = pick(["7777", '"5432"', '"${P}"', '"8080-8082"']);
      if (once(3)) entries.host_ip = pick(["127.0.0.1", '"${IP}"', "0.0.0.0"]);
      if (once(4)) entries.protocol = pick(["tcp", "udp"]);
      if (once(4)) entries.mode = "host";
      return flow(entries);
    }
    if (once(6)) return String(1000 + below(9000));
    return quoted(`${ip}${host === "" && ip === "" ? "" : `${host}:`}${container}${pick(["", "", "", "/tcp", "/udp", "/UDP"])}`); // prettier-ignore
  }

  #volume(): string {
    const { pick, once } = this.#random;
    const source = pick([
      "db",
      "data",
      "./db",
      "/srv/db",
      "~/db",
      "${S}",
      "${V:-./v}",
      "${V:-db}",
      ".",
      "../up",
    ]);
    const target = pick(["/x", "/var/lib/postgresql/data", "/data/", "/y/../z"]);
    if (once(4)) {
      return pick([
        flow({ type: "volume", source: "db", target: quoted(target) }),
        flow({ type: "bind", source: "./b", target: quoted(target), read_only: "true" }),
        flow({ type: "tmpfs", target: quoted(target) }),
        flow({ type: "volume", target: quoted(target) }),
      ]);
    }
    return quoted(once(6) ? target : `${source}:${target}${pick(["", "", ":ro", ":rw", ":ro,z"])}`);
  }

  #environment(): Record<string, string> {
    const names = ["A", "B", "C", "S", "E", "JAVA_OPTS"];
    return Object.fromEntries(
      this.#some(4, () => this.#random.pick(names)).map((name) => [name, this.#value()]),
    );
  }

  #value(): string {
    const { pick, once } = this.#random;
    return once(3) ? pick(["1", "true", "1.50", "0x10", "null", "yes", "1e3", "017", "", "~"].map((text) => text || "''")) : quoted(this.#text()); // prettier-ignore
  }

  #pair(): string {
    const { pick, once } = this.#random;
    const name = pick(["A", "B", "C", "S", "E"]);
    return quoted(once(5) ? name : `${name}=${this.#text()}`);
  }

  /** A text with interpolations of every form. */
  #text(): string {
    const { pick, below, once } = this.#random;
    const depth = (left: number): string => {
      const name = pick(["X", "E", "S", "P", "lower_1"]);
      const inner =
        left > 0 && once(2) ? depth(left - 1) : pick(["d", "", "a b", "a:b", "$$x", "{a}", "}", "-Xmx1g"]);
      return pick([`$${name}`, `\${${name}}`, `\${${name}${pick([":-", "-", ":+", "+", once(12) ? ":?" : ":-", once(12) ? "?" : "-"])}${inner}}`, "$$", "x", "$1", "100%$ ", "-Xmx${M}"]); // prettier-ignore
    };
    return Array.from({ length: 1 + below(3) }, () => depth(2)).join(pick(["", " ", "-"]));
  }

  #command(): string {
    const { pick, once } = this.#random;
    if (once(2)) return list(this.#some(4, () => quoted(this.#text())));
    return quoted(pick(["java -Xmx1g -jar a.jar", 'sh -c "java $$O -jar x"', "a 'b c' d", "x\\ y z", `echo ${this.#text()}`, "", "a; b", "a 2> b"])); // prettier-ignore
  }

  /** A file of variables in the notations Compose knows. */
  #variables(): string {
    const { pick, once } = this.#random;
    const line = () => {
      const name = pick(["A", "B", "C", "F1", "F2", "S"]);
      const value = pick(["1", "a b", '"q $S ${X:-d}"', "'$S'", '"a\\nb\\t\\$S"', "a # why", "a#b", "${A}-x", "$$y", "", '"two\nlines"', once(9) ? "'it''s'" : "'its'"]); // prettier-ignore
      return pick([`${name}=${value}`, `${name}=${value}`, `export ${name}=${value}`, `${name}: ${value}`, `# ${name}`, "", name, `  ${name} = ${value}`]); // prettier-ignore
    };
    return `${this.#some(6, line).join("\n")}${once(3) ? "" : "\n"}`;
  }
}
