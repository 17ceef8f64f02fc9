import { placeOf } from "../../language/source.js";
import { UNKNOWN } from "../../language/text.js";
import { isNull, valueAt, type MappingValue, type Value } from "../../language/value.js";
import type { Mount, MountKind } from "../workload.js";
import { itemsOf } from "./shape.js";
import { cleanPath } from "./volumes.js";

/** Where the data of a service is kept. */
export function mountsOf(service: MappingValue, volumes: Value | undefined): readonly Mount[] {
  const tmpfs = valueAt(service, "tmpfs");
  const memory = (tmpfs?.kind === "scalar" ? [tmpfs] : itemsOf(tmpfs)).flatMap((item): Mount[] => {
    if (item.kind !== "scalar" || isNull(item)) return [];
    const target = item.raw.split(":", 1)[0] ?? "";
    return [{ kind: "tmpfs", target, isReadOnly: false, place: placeOf(item.origin) }];
  });
  return [...memory, ...itemsOf(valueAt(service, "volumes")).flatMap((item) => mountOf(item, volumes))];
}

function mountOf(item: Value, volumes: Value | undefined): Mount[] {
  const [type, source, target] = ["type", "source", "target"].map((name) => rawAt(item, name));
  if (type === undefined || target === undefined) return [];
  const declared = type === "volume" && source ? valueAt(volumes, source) : undefined;
  const options = optionsOf(declared);
  return [
    {
      kind: options ? "disguised bind" : kindOf(type, source),
      target: cleanPath(target),
      source: source === "" ? undefined : source,
      isReadOnly: rawAt(item, "read_only") === "true",
      place: placeOf(item.origin),
      declared: options && placeOf(options.origin),
    },
  ];
}

function kindOf(type: string, source = ""): MountKind {
  if (type === "volume") {
    if (!source.includes(UNKNOWN)) return source === "" ? "anonymous" : "named";
    // Whatever the variable is, a path has a slash, and a name has none.
    return source.includes("/") ? "bind" : "other";
  }
  return type === "bind" || type === "tmpfs" || type === "image" ? type : "other";
}

/** The driver options by which a named volume is no volume of Docker's, but a folder of the machine or memory. */
function optionsOf(volume: Value | undefined): Value | undefined {
  const driver = rawAt(volume, "driver") ?? "local";
  const options = valueAt(volume, "driver_opts");
  if (driver !== "local" || options?.kind !== "mapping") return undefined;
  const isBind = (rawAt(options, "o") ?? "").split(",").some((option) => /^r?bind$/.test(option.trim()));
  return isBind || rawAt(options, "type") === "tmpfs" ? options : undefined;
}

function rawAt(value: Value | undefined, name: string): string | undefined {
  const found = valueAt(value, name);
  return found?.kind === "scalar" && !isNull(found) ? found.raw : undefined;
}
