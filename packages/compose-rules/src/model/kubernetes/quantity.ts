/** A quantity as Kubernetes spells it, taken apart so that it can be written again in the same style. */
export interface Quantity {
  /** Whole bytes, rounded up as the API server does; infinite above 2^63, and below zero for what it refuses as a limit. */
  readonly bytes: number;
  /** The unit as written, `""` for plain bytes. */
  readonly unit: string;
}

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }; // prettier-ignore
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
/** Powers of ten beyond which a quantity is nothing, or more than there is. */
const MAX_EXPONENT = 400;

/**
 * Reads a quantity as Kubernetes does (apimachinery `resource.ParseQuantity`): a sign, a decimal number, and a unit
 * (`Ki Mi Gi Ti Pi Ei` powers of 1024, `n u m k M G T P E` powers of 1000) or an exponent. Upper and lower case
 * differ: `m` is a thousandth. Returns an error text for anything else, for example Compose's `512mb`.
 */
export function parseQuantity(text: string): Quantity | { readonly error: string } {
  const match = /^([-+]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*(?:[-+]?\d*))$/.exec(text);
  if (!match || text === "") return { error: `"${text}" is no quantity` };
  const [, sign, whole = "", fraction = "", unit = ""] = match;
  const scaled = scale(`${whole}${fraction}`, fraction.length, unit);
  if (scaled === undefined) return { error: `"${unit}" is no unit of Kubernetes` };
  return { bytes: sign === "-" ? 0 - scaled : scaled, unit };
}

/** `written` with that many decimals, in that unit, as whole bytes; undefined for a unit there is not. */
function scale(written: string, decimals: number, unit: string): number | undefined {
  const shift = BINARY[unit];
  const exponent = shift === undefined ? exponentOf(unit) : 0;
  if (exponent === undefined) return undefined;
  // A unit without digits is nothing, but where Kubernetes has to take its long way round.
  if (written === "" && ((shift ?? 0) >= 50 || exponent < -9)) return undefined;
  const digits = BigInt(written || "0");
  if (digits === 0n) return 0;
  const tens = exponent - decimals;
  // A long fraction is as little as a large negative exponent, which the digits before it may make up for.
  if (tens > MAX_EXPONENT) return Infinity;
  if (exponent < -MAX_EXPONENT) return 1;
  const numerator = (digits << BigInt(shift ?? 0)) * (tens > 0 ? 10n ** BigInt(tens) : 1n);
  const divisor = tens < 0 ? 10n ** BigInt(-tens) : 1n;
  const bytes = (numerator + divisor - 1n) / divisor;
  return bytes < 1n << 63n ? Number(bytes) : Infinity;
}

function exponentOf(unit: string): number | undefined {
  const known = DECIMAL[unit];
  if (known !== undefined) return known;
  const written = /^[eE]([-+]?\d+)$/.exec(unit)?.[1];
  if (written === undefined) return undefined;
  // Go keeps 64 bits of the number, or refuses it, and then the lower 32.
  const parsed = BigInt(written.replace("+", ""));
  if (BigInt.asIntN(64, parsed) !== parsed) return undefined;
  return Number(BigInt.asIntN(32, parsed));
}
