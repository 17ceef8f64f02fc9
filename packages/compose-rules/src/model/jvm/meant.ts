import { MIB } from "../compose/bytes.js";

/** How an option that the JVM refuses can be written so that it says what its writer means. */
export interface MeantOption {
  /** Where in the option the change begins: what is before it stays, and may be an image script's. */
  readonly start: number;
  readonly text: string;
  /** The whole option. */
  readonly option: string;
}

const UNITS: Readonly<Record<string, number>> = { k: 1024, m: MIB, g: 1024 * MIB, t: 1024 * 1024 * MIB };

/** Undefined where there is more than one way to understand the option. */
export function meantOption(option: string): MeantOption | undefined {
  const [, name = "", written] =
    /^(-Xm[xs]|-XX:(?:MaxHeapSize|InitialHeapSize|MinHeapSize|MaxRAM)=)[=:\s]?(.*)$/s.exec(option) ?? [];
  if (written !== undefined) return replaced(option, name, sizeOf(written));
  const [, share = "", percentage] =
    /^(-XX:M(?:ax|in)RAMPercentage=)\s*(\d+(?:\.\d+)?)\s*%?$/.exec(option) ?? [];
  return percentage !== undefined && Number(percentage) <= 100
    ? replaced(option, share, percentage)
    : undefined;
}

function replaced(option: string, name: string, text: string | undefined): MeantOption | undefined {
  // An option that is well spelled is refused for another reason.
  if (text === undefined || name + text === option) return undefined;
  return { start: name.length, text, option: name + text };
}

/** `512mb`, `1.5g` and `512 MiB` as the JVM spells them; undefined where they are right already, or no size. */
function sizeOf(written: string): string | undefined {
  const [, digits = "", fraction, unit] = /^(\d+)(\.\d+)?\s*([kmgt])(?:i?b|i)?$/i.exec(written) ?? [];
  if (unit === undefined || Number(digits) + Number(fraction ?? 0) === 0) return undefined;
  if (fraction === undefined) return digits + unit;
  const mebibytes = (Number(digits + fraction) * (UNITS[unit.toLowerCase()] ?? MIB)) / MIB;
  return Number.isInteger(mebibytes) ? `${String(mebibytes)}m` : undefined;
}
