import path from "node:path";

/** Calls of H2O's Python packages that load a MOJO, up to what closes them. */
const LOADS =
  /\b(?:import_mojo|upload_mojo|mojo_predict_csv|mojo_predict_pandas|createFromMojo|H2OGenericEstimator\.from_file)\s*\(([^()]{0,2000})/g;
const ARCHIVE = /(["'])((?:(?!\1)[^\\\n]){1,500}\.(?:zip|mojo))\1/g;

/**
 * The archives that a Python file loads as MOJOs, as far as their paths are written out.
 *
 * @param file - path of the Python file, relative to the root
 * @returns paths relative to the root: as seen from the file's folder and from the root
 */
export function archivesLoadedBy(file: string, text: string): string[] {
  return [...text.matchAll(LOADS)].flatMap(([, given = ""]) =>
    [...given.matchAll(ARCHIVE)].flatMap(([, , archive = ""]) =>
      ["", path.posix.dirname(file)].map((folder) => path.posix.join(folder, archive)),
    ),
  );
}
