import { placeOf, type Origin, type Problem } from "../../language/source.js";
import { placeOfText } from "../../language/text.js";
import type { Required } from "./interpolate.js";

/** Set by Compose itself, or by every shell. */
const ALWAYS_SET = new Set(["COMPOSE_PROJECT_NAME", "HOME", "PATH", "PWD", "USER", "LOGNAME", "SHELL"]);
/** What a file says of a variable is shown up to this many characters. */
const MOST_WORDS = 80;

/**
 * What is missing where a value asks for a variable that only the machine may set; undefined where every machine does.
 *
 * @param origin - where the value is written, for one that stands in no file that is linted
 */
export function missingVariable(
  { name, because, insteadOf, text }: Required,
  origin: Origin,
): Problem | undefined {
  if ([name, ...insteadOf].some((one) => ALWAYS_SET.has(one))) return undefined;
  const words = because.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  const shown = words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}…` : words;
  const any = insteadOf.length === 0 ? "it is" : `it or ${insteadOf.join(" or ")} is`;
  return {
    message: `${name} has no value here and is required${shown === "" ? "" : ` (${shown})`}: Docker Compose refuses the project unless ${any} set where it runs.`,
    place: placeOfText(text) ?? placeOf(origin),
    kind: "missing",
    missing: name,
  };
}

/** What is missing where a service reads its variables from a file that is not here, and need not be. */
export function missingFile(shown: string, origin: Origin): Problem {
  return {
    message: `${shown} is not here and is required: Docker Compose refuses the project unless there is such a file where it runs.`,
    place: placeOf(origin),
    kind: "missing",
    missing: shown,
  };
}
