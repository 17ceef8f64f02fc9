/** An image reference taken apart (distribution's grammar, as far as it decides which image is meant). */
export interface ImageReference {
  /** Host, with port if there is one. */
  readonly registry?: string | undefined;
  /** Path without registry; official images bear no slash. */
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** Where registries keep mirrors of Docker's official images. */
const OFFICIAL = /^(?:library|docker\/library)\//;

/** Takes `registry/repository:tag@digest` apart. */
export function parseImage(image: string): ImageReference {
  const [, name = "", digest] = /^([^@]*)(?:@(.*))?$/s.exec(image) ?? [];
  const [, path = "", tag] = /^(.*?)(?::([^/:]*))?$/s.exec(name) ?? [];
  const [first = "", ...rest] = path.split("/");
  const isRegistry = rest.length > 0 && /[.:]|^localhost$/.test(first);
  return {
    registry: isRegistry ? first : undefined,
    repository: (isRegistry ? rest.join("/") : path).replace(OFFICIAL, ""),
    tag: tag === "" ? undefined : tag,
    digest,
  };
}

/**
 * Whether a repository is one of a table's: the same, or the same below the path of a mirror. A name without slash is
 * an official image and has to be all of it.
 */
export function isRepository(repository: string, names: readonly string[]): boolean {
  return names.some((name) => {
    if (!repository.endsWith(name)) return false;
    const before = repository.length - name.length - 1;
    return before < 0 || (name.includes("/") && repository.charAt(before) === "/");
  });
}
