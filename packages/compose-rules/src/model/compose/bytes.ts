/** One MiB in bytes. */
export const MIB = 2 ** 20;

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 2 ** 10,
  m: MIB,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};

/** A size as Compose spells it, taken apart so that it can be written again in the same style. */
export interface ComposeSize {
  readonly bytes: number;
  /** White space between number and unit. */
  readonly space: string;
  /** The unit as written, `""` for plain bytes. */
  readonly unit: string;
}

/**
 * Reads a size as Compose does (compose-go `UnitBytes`, go-units `RAMInBytes`): a whole number of bytes, or a number
 * that is not negative, at most one space, and a unit `b`, `k`, `m`, `g`, `t`, `p` in either case, with an optional `b`
 * or `ib` behind all but the first. Powers of 1024. Returns an error text for anything else, such as Kubernetes'
 * `512Mi`.
 */
export function parseComposeSize(text: string): ComposeSize | { readonly error: string } {
  if (/^[-+]?\d+$/.test(text)) return { bytes: Number(text), space: "", unit: "" };
  const [, written = "", space = "", unit = ""] = /^(.*[\d.]|)( ?)([^\d. ]*)$/s.exec(text) ?? [];
  if (!/^\+?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(written)) return { error: `"${text}" is no size` };
  if (!/^(?:[kmgtp](?:i?b)?|b)?$/i.test(unit)) return { error: `"${unit}" is no unit of Compose` };
  const factor = UNITS[unit.charAt(0).toLowerCase() || "b"] ?? 1;
  return { bytes: Math.trunc(Number(written) * factor), space, unit };
}

/** Writes `bytes`, a whole number of MiB, in the style of `like`; a unit too coarse for it becomes MiB. */
export function formatLike(bytes: number, like: { readonly space: string; readonly unit: string }): string {
  const letter = like.unit.charAt(0);
  const factor = UNITS[letter.toLowerCase() || "b"] ?? 1;
  if (bytes % factor === 0) return `${String(bytes / factor)}${like.space}${like.unit}`;
  const mega = letter === letter.toLowerCase() ? "m" : "M";
  return `${String(bytes / MIB)}${like.space}${mega}${like.unit.slice(1)}`;
}

/** Bytes as MiB for a person: whole where they are whole, else with at most two decimals. */
export function formatMib(bytes: number): string {
  return `${String(Math.round((bytes / MIB) * 100) / 100)} MiB`;
}
