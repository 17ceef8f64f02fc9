import { placeOf, type Origin, type Problem } from "../../language/source.js";
import { slice, spread, UNKNOWN, type Text } from "../../language/text.js";
import { isNull, valueAt, type MappingValue, type Value } from "../../language/value.js";
import type { Disk } from "./disk.js";
import { readDotEnv } from "./dotenv.js";
import { lookupIn, type Environment } from "./environment.js";
import type { Lookup } from "./interpolate.js";
import { reporter, type Report } from "./merge.js";
import { missingFile, missingVariable } from "./required.js";
import { textOf } from "./scalars.js";
import { itemsOf } from "./shape.js";

type Variables = ReadonlyMap<string, Text | null>;

/** The variables of a service: its own, and those of its files, which do not win over them. */
export function variablesOf(
  service: MappingValue,
  environment: Environment,
  disk: Disk,
  problems: Problem[],
): { readonly variables: Variables; readonly hasUnknown: boolean } {
  const own = ownVariables(valueAt(service, "environment"), environment, reporter(problems));
  const files = itemsOf(valueAt(service, "env_file"));
  if (files.length === 0) return { variables: own, hasUnknown: false };
  // A file sees the variables of the machine first, then those of the service, then those of the files before it.
  const values = new Map<string, string>();
  for (const [name, text] of own) if (text) values.set(name, text.value);
  const fromFiles = new Map<string, Text>();
  let hasUnknown = false;
  for (const file of files) {
    const before = new Map(values);
    const isRead = readFile(file, values, own, environment, disk, problems);
    hasUnknown ||= !isRead;
    for (const [name, value] of values) {
      if (before.get(name) !== value) fromFiles.set(name, spread(value, file.origin.range, file.origin));
    }
  }
  return { variables: new Map<string, Text | null>([...fromFiles, ...own]), hasUnknown };
}

/** Reads one entry of env_file; false where it is wrong, or known only where the project runs. */
function readFile(
  entry: Value,
  values: Map<string, string>,
  own: Variables,
  environment: Environment,
  disk: Disk,
  problems: Problem[],
): boolean {
  const { origin } = entry;
  const add = (message: string, kind: Problem["kind"]) => {
    problems.push({ message, place: placeOf(origin), kind });
  };
  const [path, format, required] = ["path", "format", "required"].map((name) => valueAt(entry, name));
  if (path?.kind !== "scalar" || path.raw.includes(UNKNOWN)) return false;
  if (format?.kind === "scalar" && format.raw !== "" && format.raw !== ".env") return false;
  const shown = disk.show(path.raw);
  if (!disk.has(path.raw)) {
    const isOptional = required?.kind === "scalar" && /^(?:false|no|n|off)$/i.test(required.raw);
    if (isOptional) return true;
    const isSure = required?.kind !== "scalar" || !required.raw.includes(UNKNOWN);
    if (environment.isComplete) add(`There is no file ${shown}.`, "refused");
    // Such files hold secrets, and are seldom in the repository.
    else if (isSure) problems.push(missingFile(shown, path.origin));
    return false;
  }
  const content = disk.read(path.raw);
  if ("error" in content) {
    add(`${shown} could not be read: ${content.error}.`, "unread");
    return false;
  }
  const project = lookupIn(environment);
  const find: Lookup = (name) => {
    const value = project(name);
    return typeof value === "string" ? value : (own.get(name)?.value ?? value);
  };
  const refused = readDotEnv(content.text, values, find, (required) => {
    const problem = missingVariable(required, origin);
    if (problem) problems.push(problem);
  });
  if (refused !== undefined) add(refused, "refused");
  return refused === undefined;
}

function ownVariables(section: Value | undefined, environment: Environment, report: Report): Variables {
  const variables = new Map<string, Text | null>();
  const lookup = lookupIn(environment);
  const inherited = (name: string, origin: Origin): Text | null => {
    const value = lookup(name);
    return value === null ? null : spread(value ?? UNKNOWN, origin.range, origin);
  };
  if (section?.kind === "mapping") {
    for (const { name, key, value } of section.entries.values()) {
      if (isNull(value)) variables.set(name, inherited(name, key));
      else if (value.kind === "scalar") variables.set(name, textOf(value));
      else if (value.kind === "unread")
        variables.set(name, spread(UNKNOWN, value.origin.range, value.origin));
    }
  }
  for (const item of itemsOf(section)) {
    if (item.kind !== "scalar") continue;
    const text = textOf(item);
    const equals = text.value.indexOf("=");
    const name = equals < 0 ? text.value : text.value.slice(0, equals);
    if (/\s$/u.test(name)) report(`The name of variable "${name}" ends with a space.`, item.origin);
    variables.set(name, equals < 0 ? inherited(name, item.origin) : slice(text, equals + 1));
  }
  return variables;
}
