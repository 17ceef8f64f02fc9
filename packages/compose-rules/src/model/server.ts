import { datastoreOf, type Datastore } from "./images/datastores.js";
import type { ImageSettings } from "./images/settings.js";
import type { Command, Workload } from "./workload.js";

/** What a datastore's image runs as: its own entrypoint, or the server by name. */
const SERVER = /(?:^|[\s/])(?:docker-entrypoint\.sh|postgres|(?:redis|valkey|keydb)-server|dragonfly|mage|run_app\.sh)(?:\s|$)/; // prettier-ignore

/** The datastore a workload serves; undefined for one that only uses such an image's programs, to dump or to set up. */
export function serverOf(workload: Workload, images: ImageSettings): Datastore | undefined {
  const { image, entrypoint, command } = workload;
  const store = image && datastoreOf(image.value, images);
  if (!store || (!entrypoint && !command)) return store;
  const words = [...wordsOf(entrypoint), ...wordsOf(command)];
  const isServer =
    words.some((word) => SERVER.test(word)) || (!entrypoint && words[0]?.startsWith("-") === true);
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
