import type { DataFile } from "../../language/value.js";

/** The files a model may read: those below one root, each as it is on disk or in an editor. Paths are absolute. */
export interface Disk {
  /** Opens a YAML or JSON file. */
  readonly open: (path: string) => DataFile | { readonly error: string };
  /** The text of any file. */
  readonly read: (path: string) => { readonly text: string } | { readonly error: string };
  /** Whether there is a regular file. */
  readonly has: (path: string) => boolean;
  /** A path for a person: relative to the root. */
  readonly show: (path: string) => string;
}
