import { isIP } from "node:net";
import { UNKNOWN } from "../../language/text.js";

/** A port of a container as the short notation publishes it. */
export interface PortSpec {
  readonly hostIp?: string | undefined;
  /** A port or range of the machine; undefined where Docker chooses. */
  readonly published?: string | undefined;
  readonly target: number;
  readonly protocol: string;
}

const MAX_PORT = 65_535;

/**
 * Reads `[[IP:][HOST]:]CONTAINER[/PROTOCOL]` as Docker does (go-connections `ParsePortSpec`); a range of the container
 * gives one port each. `UNKNOWN` may stand in the address and the machine's port, which are then unknown.
 */
export function parsePort(text: string): readonly PortSpec[] | { readonly error: string } {
  const parts = text.split(":");
  const container = parts.pop() ?? "";
  const host = parts.pop() ?? "";
  const address = parts.join(":");
  const hostIp = readAddress(address);
  if (hostIp === undefined) return { error: `"${address}" is no IP address.` };
  const [target = "", protocol = ""] = container.split("/");
  if (target === "") return { error: `"${text}" names no port of the container.` };
  const inside = parseRange(target);
  if (!inside) return { error: `"${target}" is no port of a container.` };
  const isUnknown = host.includes(UNKNOWN);
  const outside = host === "" || isUnknown ? undefined : parseRange(host);
  if (host !== "" && !isUnknown && !outside) return { error: `"${host}" is no port of the machine.` };
  const isSingle = inside.first === inside.last;
  const width = inside.last - inside.first;
  if (outside && outside.last - outside.first !== width && !isSingle) {
    return { error: `"${text}" maps ranges of different length.` };
  }
  const lowered = (protocol === "" ? "tcp" : protocol).toLowerCase();
  if (!/^(?:tcp|udp|sctp)$/.test(lowered)) return { error: `"${protocol}" is no protocol Docker knows.` };
  return Array.from({ length: width + 1 }, (_, index) => {
    const first = outside && String(outside.first + index);
    const isRange = isSingle && outside !== undefined && outside.first !== outside.last;
    return {
      hostIp: hostIp === "" ? undefined : hostIp,
      published: isUnknown ? UNKNOWN : isRange ? `${first ?? ""}-${String(outside.last)}` : first,
      target: inside.first + index,
      protocol: lowered,
    };
  });
}

/** The address without brackets; undefined where it is none. */
function readAddress(written: string): string | undefined {
  if (written === "" || written.includes(UNKNOWN)) return written;
  const bracketed = /^\[([^[\]]*)\]$/.exec(written)?.[1];
  if (bracketed === undefined && written.includes(":")) return undefined;
  const address = bracketed ?? written;
  return address === "" || isAddress(address) ? address : undefined;
}

/** Whether Docker takes a text for an IP address. */
export function isAddress(text: string): boolean {
  return !text.includes("%") && isIP(text) !== 0;
}

/** `5432` or `5432-5440`. */
export function parseRange(text: string): { readonly first: number; readonly last: number } | undefined {
  const [from = "", to = from] = text.split("-");
  if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) return undefined;
  const [first, last] = [Number(from), Number(to)];
  return last <= MAX_PORT && first <= last ? { first, last } : undefined;
}
