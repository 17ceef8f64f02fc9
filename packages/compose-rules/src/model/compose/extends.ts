import { isNull, mappingOf, valueAt, type MappingValue, type Value } from "../../language/value.js";
import { reset, type Path } from "./layer.js";
import { mergeMappings, type Report } from "./merge.js";
import { mapServices } from "./unique.js";

/** Services that may be extended: those of one file, with what it resets. */
export interface Bases {
  readonly file: string;
  readonly services: MappingValue;
  readonly resets: readonly Path[];
}

/** Opens another file's services; undefined, and reported, where that is not possible. */
export type OpenBases = (file: string, at: Value) => Bases | undefined;

/** The model with each service merged over the one it extends. */
export function applyExtends(
  model: MappingValue,
  file: string,
  resets: readonly Path[],
  openBases: OpenBases,
  report: Report,
): MappingValue {
  const services = valueAt(model, "services");
  if (services?.kind !== "mapping") return model;
  const known = new Map<string, MappingValue>();
  const bases: Bases = { file, services, resets };
  return mapServices(model, (_service, { name }) => extended(name, bases, [], openBases, report, known)!);
}

/** Services that extend each other are followed this far. */
const MAX_STEPS = 500;

interface Step {
  readonly file: string;
  readonly name: string;
}

function extended(
  name: string,
  bases: Bases,
  steps: readonly Step[],
  openBases: OpenBases,
  report: Report,
  known: Map<string, MappingValue>,
): MappingValue | undefined {
  const service = valueAt(bases.services, name);
  if (service?.kind !== "mapping") return undefined;
  const wanted = service.entries.get("extends")?.value;
  if (!wanted) return service;
  const key = JSON.stringify([bases.file, name]);
  const done = known.get(key);
  if (done) return done;
  const result = merged(service, wanted);
  known.set(key, result);
  return result;

  function merged(own: MappingValue, reference: Value): MappingValue {
    const plain = without(own, "extends");
    const target = reference.kind === "mapping" ? valueAt(reference, "service") : reference;
    const file = valueAt(reference, "file");
    if (target?.kind !== "scalar" || isNull(target)) {
      if (reference.kind !== "unread")
        report(`Service "${name}" does not say what it extends.`, reference.origin);
      return plain;
    }
    const isElsewhere = file?.kind === "scalar" && !isNull(file);
    const from = isElsewhere ? openBases(file.raw, file) : bases;
    if (!from) return plain;
    const step = { file: from.file, name };
    if (steps.some((one) => one.file === step.file && one.name === step.name)) {
      const chain = [...steps, step].map((one) => one.name).join(" → ");
      report(`Services extend each other in a circle: ${chain}.`, reference.origin);
      return plain;
    }
    if (steps.length >= MAX_STEPS) {
      report(`Service "${name}" extends too many others, one after the other.`, reference.origin, "unread");
      return plain;
    }
    if (!from.services.entries.has(target.raw)) {
      report(`Service "${name}" extends "${target.raw}", which is not there.`, target.origin);
      return plain;
    }
    const base = extended(target.raw, from, [...steps, step], openBases, report, known);
    if (!base) return plain;
    const kept = bases.resets.flatMap(([section, service, ...rest]) =>
      section === "services" && service === name && rest.length > 0 ? [rest] : [],
    );
    return without(mergeMappings(reset(base, kept), own, ["services", name], report), "extends");
  }
}

function without(mapping: MappingValue, name: string): MappingValue {
  return mappingOf(
    mapping.origin,
    [...mapping.entries.values()].filter((entry) => entry.name !== name),
  );
}
