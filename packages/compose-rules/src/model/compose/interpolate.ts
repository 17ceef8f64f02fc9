import { slice, spread, TextBuilder, UNKNOWN, type Text } from "../../language/text.js";

/**
 * What is known of a variable: its value, `null` when it is certainly unset, `undefined` when only the machine that
 * runs the project knows.
 */
export type Lookup = (name: string) => string | null | undefined;

/** A variable that has to be set where the project runs, for Compose refuses it otherwise: `${X:?e}`, `${X?e}`. */
export interface Required {
  readonly name: string;
  /** What the file says of it, as it is written; may be empty. */
  readonly because: string;
  /** The variables that would do as well: those whose default it stands in. */
  readonly insteadOf: readonly string[];
  /** The interpolation that asks for it. */
  readonly text: Text;
}

interface Refused {
  readonly error: string;
}

/** What an interpolation is made with. */
interface Context {
  readonly lookup: Lookup;
  readonly onRequired: (required: Required) => void;
  readonly insteadOf: readonly string[];
  readonly depth: number;
}

/** Defaults within defaults are followed this far. */
const MAX_DEPTH = 32;

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const OPERATOR = /:?[-?+]/y;

/**
 * Compose interpolation of one scalar (compose-go `template`): `$X`, `${X}`, `${X:-d}`, `${X-d}`, `${X:?e}`, `${X?e}`,
 * `${X:+a}`, `${X+a}`, nested, and `$$`. What an unknown variable would give is `UNKNOWN`, but a declared default
 * counts as the value. Returns an error text where Compose refuses the file.
 *
 * @param onRequired - told of each required variable that only the machine knows
 */
export function interpolate(
  text: Text,
  lookup: Lookup = () => undefined,
  onRequired: Context["onRequired"] = () => undefined,
): Text | Refused {
  return interpolateIn(text, { lookup, onRequired, insteadOf: [], depth: 0 });
}

function interpolateIn(text: Text, context: Context): Text | Refused {
  if (!text.value.includes("$")) return text;
  if (context.depth > MAX_DEPTH) return { error: "Defaults are nested too deep." };
  const { value } = text;
  const out = new TextBuilder();
  for (let at = 0; at < value.length;) {
    const next = value.indexOf("$", at);
    if (next < 0 || next === value.length - 1) {
      out.append(slice(text, at));
      break;
    }
    out.append(slice(text, at, next));
    const after = value.charAt(next + 1);
    if (after === "$") {
      out.push("$", text.starts[next] ?? -1, text.ends[next + 1] ?? -1);
      at = next + 2;
    } else if (after === "{") {
      const end = endOfBraces(value, next);
      const result = end < 0 ? undefined : braced(slice(text, next, end + 1), context);
      if (!result) return { error: `"${value}" is no interpolation Compose knows.` };
      if ("error" in result) return result;
      out.append(result, [text.starts[next] ?? -1, text.ends[end] ?? -1]);
      at = end + 1;
    } else {
      const name = matchAt(NAME, value, next + 1);
      if (name === undefined) out.append(slice(text, next, next + 1));
      else
        out.append(known(context.lookup(name)), [
          text.starts[next] ?? -1,
          text.ends[next + name.length] ?? -1,
        ]);
      at = next + 1 + (name?.length ?? 0);
    }
  }
  return out.build(text.origin);
}

/** What `${…}` gives; undefined when it is malformed. */
function braced(text: Text, context: Context): Text | Refused | undefined {
  const { lookup, onRequired, insteadOf, depth } = context;
  const inner = slice(text, 2, text.value.length - 1);
  const name = matchAt(NAME, inner.value, 0);
  if (name === undefined) return undefined;
  const value = lookup(name);
  if (name.length === inner.value.length) return known(value);
  const operator = matchAt(OPERATOR, inner.value, name.length);
  if (operator === undefined) return undefined;
  const written = slice(inner, name.length + operator.length);
  const rest = (others = insteadOf) =>
    interpolateIn(written, { ...context, insteadOf: others, depth: depth + 1 });
  const isSet =
    value === undefined ? undefined : value !== null && !(operator.startsWith(":") && value === "");
  if (operator.endsWith("-") && isSet === undefined) return rest([...insteadOf, name]);
  if (operator.endsWith("-")) return isSet === true ? known(value) : rest();
  if (operator.endsWith("?") && isSet === undefined) onRequired({ name, because: written.value, insteadOf, text }); // prettier-ignore
  if (isSet === undefined) return spread(UNKNOWN);
  if (operator.endsWith("+")) return isSet ? rest() : spread("");
  return isSet ? known(value) : { error: `Variable ${name} is required and has no value.` };
}

function known(value: string | null | undefined): Text {
  return spread(value === undefined ? UNKNOWN : (value ?? ""));
}

/**
 * Index of the brace that ends the `${` at `start`, -1 if none does. What follows the name may hold braces in pairs;
 * the character after an opening brace is never a brace to Compose, so that `${X:-{}}` ends with the last one of its
 * line.
 */
function endOfBraces(value: string, start: number): number {
  const name = matchAt(NAME, value, start + 2);
  if (name === undefined) return -1;
  const after = start + 2 + name.length;
  if (value.charAt(after) === "}") return after;
  const newline = value.indexOf("\n", after);
  const last = value.lastIndexOf("}", newline < 0 ? value.length : newline);
  if (last <= after) return -1;
  let open = 0;
  for (let at = start; at <= last; at++) {
    if (value[at] === "}" && --open === 0) return at;
    if (value[at] === "{") {
      open++;
      at++;
    }
  }
  return last;
}

function matchAt(pattern: RegExp, value: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(value)?.[0];
}
