import { placeOf, type Origin } from "../../language/source.js";
import { literalPlaceOf, UNKNOWN } from "../../language/text.js";
import { valueAt, type MappingValue, type Value } from "../../language/value.js";
import type { Edit, LimitPlace, MemoryLimit, MemoryProblem } from "../workload.js";
import { formatLike, formatMib, parseComposeSize } from "./bytes.js";
import { readScalar, textOf } from "./scalars.js";

interface Size extends LimitPlace {
  readonly bytes: number;
  readonly origin: Origin;
}

type Refuse = (message: string, origin: Origin, edit?: Edit) => void;

/** The memory limit of a service; Compose has two spellings, which must agree where both are there. */
export function limitOf(service: MappingValue): {
  readonly limit?: MemoryLimit | undefined;
  /** There is one, but only the running machine knows it. */
  readonly isUnknown?: boolean;
  readonly problems: readonly MemoryProblem[];
} {
  const problems: MemoryProblem[] = [];
  const refuse: Refuse = (message, origin, edit) => {
    problems.push({ message, place: placeOf(origin), kind: "refused", edit });
  };
  const limits = valueAt(service, "deploy", "resources", "limits");
  const own = sizeOf(valueAt(service, "mem_limit"), "mem_limit", refuse);
  const deployed = sizeOf(valueAt(limits, "memory"), "deploy", refuse);
  if (problems.length > 0) return { problems };
  if (own === "unknown" || deployed === "unknown") return { isUnknown: true, problems };
  // Compose compares what both set in bytes, and takes limits without one for 0.
  if (own && own.bytes !== 0 && limits?.kind === "mapping" && own.bytes !== (deployed?.bytes ?? 0)) {
    const other = deployed ? `to ${formatMib(deployed.bytes)}` : "to nothing";
    refuse(`mem_limit is ${formatMib(own.bytes)} and deploy.resources.limits sets memory ${other}: Compose refuses two limits that differ.`, deployed?.origin ?? own.origin); // prettier-ignore
    return { problems };
  }
  const places = [own, deployed].flatMap((size) => (size && size.bytes > 0 ? [size] : []));
  const [first] = places;
  return { limit: first && { bytes: first.bytes, places }, problems };
}

function sizeOf(
  value: Value | undefined,
  spelling: "mem_limit" | "deploy",
  refuse: Refuse,
): Size | "unknown" | undefined {
  if (value?.kind === "unread") return "unknown";
  if (value?.kind !== "scalar") return undefined;
  const { origin } = value;
  const { type, shown } = readScalar(value);
  if (type === "null") return undefined;
  const text = textOf(value);
  if (shown.includes(UNKNOWN)) return "unknown";
  if (spelling === "deploy" && type !== "string") {
    refuse(`The memory limit ${value.raw} must be a text here: Compose wants quotes around it.`, origin);
    return undefined;
  }
  // Compose reads other numbers than whole ones as 0, which is no limit.
  if (type !== "int" && type !== "string") return undefined;
  const size = parseComposeSize(shown);
  if ("error" in size) {
    // Kubernetes' own spelling of what Compose counts in the same powers.
    const meant = /^\d+(?:\.\d+)?[KMGT](?=i$)/.exec(shown)?.[0].toLowerCase();
    const place = literalPlaceOf(text);
    const edit = meant !== undefined && place ? { place, text: meant } : undefined;
    refuse(`Memory limit "${shown}" is refused by Compose: ${size.error}.`, origin, edit);
    return undefined;
  }
  return { text, bytes: size.bytes, origin, write: (bytes) => formatLike(bytes, size) };
}
