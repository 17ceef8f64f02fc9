import { isNull, type ScalarValue, type Value } from "../../language/value.js";
import { spread, type Text } from "../../language/text.js";

/** The type Compose's YAML reader (yaml.v4) gives a scalar; it differs from the core schema in numbers and dates. */
export type ScalarType = "null" | "bool" | "int" | "float" | "string" | "time";

const DATE =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](?=.*[Z\d]$)| )(\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[-+]\d{2}:\d{2})?)?$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/** The type and, where it is no string, the value as Compose prints it where a string is wanted: `0x10` is `16`. */
export function readScalar(scalar: ScalarValue): { readonly type: ScalarType; readonly shown: string } {
  const { raw, isPlain } = scalar;
  if (!isPlain) return { type: "string", shown: raw };
  if (scalar.value === null) return { type: "null", shown: "" };
  if (typeof scalar.value === "boolean") return { type: "bool", shown: String(scalar.value) };
  if (!/^[-+.\d]/.test(raw)) return { type: "string", shown: raw };
  const time = readTime(raw);
  if (time !== undefined) return { type: "time", shown: time };
  const digits = raw.startsWith(".") ? raw : raw.replaceAll("_", "");
  const whole = readInteger(digits);
  if (whole !== undefined) return { type: "int", shown: whole };
  if (FLOAT.test(digits)) return { type: "float", shown: showFloat(Number(digits)) };
  const infinite = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(raw);
  if (infinite) return { type: "float", shown: infinite[1] === "-" ? "-Inf" : "+Inf" };
  return /^\.(?:nan|NaN|NAN)$/.test(raw) ? { type: "float", shown: "NaN" } : { type: "string", shown: raw };
}

/** A date as Go prints it, `2024-01-01 00:00:00 +0000 UTC`; undefined for what is no date. */
function readTime(raw: string): string | undefined {
  const match = DATE.exec(raw);
  if (!match) return undefined;
  const [year, month, day, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part: string | undefined) => Number(part ?? 0)); // prettier-ignore
  const [fraction = "", zone] = [match.at(7), match.at(8)];
  // A time after T has a zone, one after a space has none.
  if (match.at(4) !== undefined && /[Tt]/.test(raw) !== (zone !== undefined)) return undefined;
  const date = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second));
  const isDate = date.getUTCMonth() + 1 === month && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60; // prettier-ignore
  if (!isDate) return undefined;
  const offset = zone === undefined || zone === "Z" ? "+0000 UTC" : `${zone.replace(":", "")} ${zone.replace(":", "")}`; // prettier-ignore
  return `${date.toISOString().slice(0, 19).replace("T", " ")}${fraction.replace(/\.?0+$/, "")} ${offset}`;
}

/** Decimal digits of a whole number in any of Go's notations; undefined for anything else. */
function readInteger(text: string): string | undefined {
  // Nearly every one is written as it is shown.
  if (/^[1-9]\d{0,14}$/.test(text)) return text;
  const [, sign = "", body = ""] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  let digits: string | undefined;
  if (/^0[xX][\dA-Fa-f]+$|^0[oO][0-7]+$|^0[bB][01]+$|^[1-9]\d*$|^0$/.test(body)) digits = body.toLowerCase();
  else if (/^0[0-7]+$/.test(body)) digits = `0o${body.slice(1)}`;
  if (digits === undefined || (sign === "-" && digits === "0")) return undefined;
  const number = BigInt(digits) * (sign === "-" ? -1n : 1n);
  return number < 2n ** 64n && number >= -(2n ** 63n) ? String(number) : undefined;
}

/** As Go prints a float64: exponents below -4 and from 21, with at least two digits. */
function showFloat(value: number): string {
  if (Object.is(value, -0)) return "-0";
  const isSmall = value !== 0 && Math.abs(value) < 1e-4;
  const text = isSmall ? value.toExponential() : String(value);
  return text.replace(/e([-+])(\d)$/, "e$10$2");
}

/** A scalar's text as Compose hands it on. */
export function textOf(scalar: ScalarValue): Text {
  const { shown } = readScalar(scalar);
  return shown === scalar.raw ? scalar.text : spread(shown, scalar.origin.range, scalar.origin);
}

/** The text of a scalar that is no null; undefined for other values. */
export function textAt(value: Value | undefined): Text | undefined {
  return value?.kind === "scalar" && !isNull(value) ? textOf(value) : undefined;
}

/** A string made of others, with their places. */
export function textScalar(text: Text, origin: ScalarValue["origin"]): ScalarValue {
  return { kind: "scalar", origin, isPlain: false, raw: text.value, value: text.value, text };
}

/** Keys of values that hold others, each made once. */
const keys = new WeakMap<Value, string>();
let unread = 0;

/** A text that two values share exactly where they are the same data for Compose. */
export function dataKey(value: Value): string {
  if (isNull(value)) return "null";
  if (value.kind === "scalar") {
    const { type, shown } = readScalar(value);
    return JSON.stringify([type, shown]);
  }
  let key = keys.get(value);
  if (key === undefined) keys.set(value, (key = keyOf(value)));
  return key;
}

function keyOf(value: Value): string {
  if (value.kind === "sequence") return `[${value.items.map(dataKey).join()}]`;
  // What could not be read is the same as nothing else.
  if (value.kind !== "mapping") return `unread ${String(unread++)}`;
  const entries = [...value.entries.values()].map((entry) => `${JSON.stringify(entry.name)}:${dataKey(entry.value)}`); // prettier-ignore
  return `{${entries.sort().join()}}`;
}
