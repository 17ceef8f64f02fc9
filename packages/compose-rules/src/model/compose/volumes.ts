import path from "node:path";

/** A mount in short notation, taken apart. */
export interface VolumeSpec {
  readonly type: "bind" | "volume";
  readonly source: string;
  readonly target: string;
  readonly isReadOnly: boolean;
  /** Further options, with commas: `z`, `nocopy`; undefined where Compose does not come to look for any. */
  readonly options?: string | undefined;
}

/** Reads `[SOURCE:]TARGET[:OPTIONS]` as compose-go's `format.ParseVolume` does. */
export function parseVolume(spec: string): VolumeSpec | { readonly error: string } {
  if (spec === "") return { error: "An empty text is no volume." };
  if (spec.length <= 2) return { type: "volume", source: "", target: spec, isReadOnly: false };
  const parts = sectionsOf(spec);
  if (parts.some((part) => part === "")) return { error: `"${spec}" has an empty part between colons.` };
  if (parts.length > 3) return { error: `"${spec}" has too many colons.` };
  const [first = "", target, options = ""] = parts;
  const source = target === undefined ? "" : first;
  const named = options.split(",");
  return {
    type: isFilePath(source) ? "bind" : "volume",
    source,
    target: target ?? first,
    isReadOnly: named.findLast((option) => option === "ro" || option === "rw") === "ro",
    options: named.filter((option) => option !== "ro" && option !== "rw").join(),
  };
}

/** Splits at colons, but not at the one of a Windows drive, nor within `${…}`. */
function sectionsOf(spec: string): string[] {
  if (!/\$\{|(?:^|:)\p{L}:/u.test(spec)) return spec.split(":");
  const sections: string[] = [];
  let [section, depth] = ["", 0];
  for (let index = 0; index < spec.length; index++) {
    const character = spec.charAt(index);
    if (character === "$" && spec.charAt(index + 1) === "{") depth++;
    else if (character === "}" && depth > 0) depth--;
    if (character === ":" && depth === 0 && !/^\p{L}$/u.test(section)) {
      sections.push(section);
      section = "";
    } else section += character;
  }
  return [...sections, section];
}

/** Whether a source is a path of the machine rather than the name of a volume. */
function isFilePath(source: string): boolean {
  return /^(?:[./~]|\\\\|\p{L}:)/u.test(source);
}

/** A path without `.`, `..`, doubled slashes and a slash at its end. */
export function cleanPath(target: string): string {
  if (target === "") return "";
  const normal = path.posix.normalize(target);
  return normal.length > 1 ? normal.replace(/\/$/, "") : normal;
}

/** An absolute path, in the spelling of Unix or Windows. */
export function isAbsolute(file: string): boolean {
  return file.startsWith("/") || /^(?:[A-Za-z]:[\\/]|\\\\)/.test(file);
}

/** Where a path of a Compose file leads; `~` is kept where the home directory is not known. */
export function resolvePath(file: string, directory: string, home?: string): string {
  if (file.startsWith("~")) return home === undefined ? file : path.posix.join(home, file.slice(1));
  return isAbsolute(file) ? file : path.posix.join(directory, file);
}
