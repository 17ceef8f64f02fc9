import { datastoreOf, type Datastore } from "./images/datastores.js";
import type { ImageSettings } from "./images/settings.js";
import type { Command, Workload } from "./workload.js";

/** What a datastore's image runs as: its own entrypoint, or the server by a name nothing else has. */
const SERVER = /(?:^|[\s/])(?:docker-entrypoint\.sh|(?:redis|valkey|keydb)-server|run_app\.sh)(?:\s|$)/;
/** Servers whose names are those of users and databases too: only the program that is run is one. */
const PROGRAM =
  /(?:^|[;&|(]\s*|\b(?:exec|--|then|do)\s+|\b(?:gosu|su-exec|setpriv|runuser)\s+\S+\s+)(?:\S*\/)?(?:postgres|dragonfly|mage)(?:\s|$)/;

/** The datastore a workload serves; undefined for one that only uses such an image's programs, to dump or to set up. */
export function serverOf(workload: Workload, images: ImageSettings): Datastore | undefined {
  const { image, entrypoint, command } = workload;
  const store = image && datastoreOf(image.value, images);
  if (!store || (!entrypoint && !command)) return store;
  const words = [...wordsOf(entrypoint), ...wordsOf(command)];
  // Of `sh -c "…"` the words of the script are those that run.
  const runs = words.some((word) => /\s/.test(word)) ? words : [words.join(" ")];
  const isServer =
    words.some((word) => SERVER.test(word)) ||
    runs.some((word) => PROGRAM.test(word)) ||
    (!entrypoint && words[0]?.startsWith("-") === true);
  return isServer ? store : undefined;
}

function wordsOf(command: Command | undefined): readonly string[] {
  if (!command) return [];
  return command.form === "list" ? command.words.map(({ value }) => value) : [command.text.value];
}

/** Whether a name, or the path of a file seen from the root, says that something is there for tests only. */
export function isNamedForTests(text: string): boolean {
  return text
    .split(/[^A-Za-z\d]+/)
    .some((word) => /^(?:tests?|testing|testdata|e2e|ci|it|spec)$/i.test(word));
}
