import { UNKNOWN } from "../language/text.js";
import type { Workload } from "./workload.js";

/** A workload in the words of its platform, for messages. */
export function labelOf({ platform, name }: Workload): string {
  return `${platform === "compose" ? "service" : "container"} "${name.replaceAll(UNKNOWN, "…")}"`;
}

/** A share as a percentage with as few decimals as keep it apart from `other`. */
export function percent(share: number, other?: number): string {
  for (let decimals = 1; decimals < 6; decimals++) {
    const text = String(Number((share * 100).toFixed(decimals)));
    if (other === undefined || text !== String(Number((other * 100).toFixed(decimals)))) return `${text} %`;
  }
  return `${String(share * 100)} %`;
}
