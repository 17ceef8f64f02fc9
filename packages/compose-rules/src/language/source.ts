/** A file as it was read; `path` is absolute. */
export interface SourceFile {
  readonly path: string;
  /** Without byte order mark. */
  readonly text: string;
}

/**
 * Where one scalar, mapping or sequence is written. There is one object for each, whoever takes a value from it, so
 * that its identity says whether two values are the same written words.
 */
export interface Origin {
  readonly file: SourceFile;
  /** UTF-16 offsets. */
  readonly range: readonly [number, number];
}

/** Words in a file, for a message. */
export interface Place {
  readonly path: string;
  /** UTF-16 offsets. */
  readonly range: readonly [number, number];
}

/** Something that keeps a file, or a part of it, from being checked. */
export interface Problem {
  readonly message: string;
  readonly place: Place;
  /**
   * `refused`: the platform would not run it; `unread`: it may be right, but was not understood here; `missing`: the
   * platform would not run it without something that is not here, but may be given where it runs.
   */
  readonly kind: "refused" | "unread" | "missing";
  /** What is missing: the name of a variable, the path of a file. */
  readonly missing?: string;
}

/** Problems without those that are said already: of something missing, once for each file that asks for it. */
export function distinctProblems(problems: Iterable<Problem>): Problem[] {
  const known = new Map<string, Problem>();
  for (const problem of problems) {
    const { message, place, missing } = problem;
    const key = JSON.stringify(missing === undefined ? [message, place] : [missing, place.path]);
    if (!known.has(key)) known.set(key, problem);
  }
  return [...known.values()];
}

export function placeOf({ file, range }: Origin): Place {
  return { path: file.path, range };
}
