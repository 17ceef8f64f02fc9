import type { Excerpt } from "../language/excerpt.js";
import { readShell } from "../language/shell.js";
import type { Variable } from "../language/variables.js";
import { installedBy } from "./installs.js";
import { jarPins } from "./jars.js";
import type { Pin } from "./pin.js";

/** What a part of a file says. */
export interface Said {
  readonly pins: Pin[];
  readonly unread?: string;
}

/**
 * What the commands of a shell script install, download and copy.
 *
 * @param source - the file that the script is written in
 * @param outer - variables that are set before it
 */
export function scriptPins(source: string, script: Excerpt, outer: Variable): Said {
  const { commands, variableAt, unread } = readShell(script.text, outer);
  const pins = [...jarPins(script.text, variableAt), ...commands.flatMap(installedBy)];
  return {
    pins: pins.map((pin) => placed(pin, source, script)),
    ...(unread === undefined ? {} : { unread }),
  };
}

/** The jars that a text of another kind names: no command, or one that no shell reads. */
export function textPins(source: string, text: Excerpt, variable: Variable): Pin[] {
  return jarPins(text.text, () => variable).map((pin) => placed(pin, source, text));
}

/** A pin of an excerpt, where it is written in the file. */
export function placed({ versionRange, written, ...pin }: Pin, source: string, excerpt: Excerpt): Pin {
  const range = excerpt.place(pin.range);
  const said = source.slice(...range);
  const edited = versionRange && excerpt.place(versionRange);
  const expected = written ?? pin.version;
  return {
    ...pin,
    range,
    text: pin.role === "training" && !/[\r\n]/.test(said) ? said : pin.text,
    // Quotes or a line's end may stand in the midst of it.
    ...(edited && source.slice(...edited) === expected
      ? { versionRange: edited, ...(written === undefined ? {} : { written }) }
      : {}),
  };
}
