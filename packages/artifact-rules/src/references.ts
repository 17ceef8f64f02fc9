import path from "node:path";

/** Calls of H2O's Python packages that load a MOJO, up to what closes them. */
const LOADS =
  /\b(?:import_mojo|upload_mojo|mojo_predict_csv|mojo_predict_pandas|createFromMojo|H2OGenericEstimator\.from_file)\s*\(([^()]{0,2000})/g;
const ARCHIVE = /(["'])((?:(?!\1)[^\\\n]){1,500}\.(?:zip|mojo))\1/gi;
/** What is loaded whatever its name is; `from_file` takes POJOs as well. */
const ANY_NAME =
  /(?:\b(?:import_mojo|upload_mojo|createFromMojo|H2OGenericEstimator\.from_file)\s*\(\s*(?:(?:mojo_path|mojo_local_path|file)\s*=\s*)?|\bmojo_zip_path\s*=\s*)(["'])((?:(?!\1)[^\\\n]){1,500})(?<!\.java)\1/g;

/**
 * What a Python file may load as MOJOs, as far as it is written out: whether there are such files is not known here.
 *
 * @param file - path of the Python file, relative to the root
 * @returns paths relative to the root, none of which leaves it: as seen from the file's folder and from the root
 */
export function archivesLoadedBy(file: string, text: string): string[] {
  const archives = [...text.matchAll(LOADS)].flatMap(([, given = ""]) => [...given.matchAll(ARCHIVE)]);
  return [...archives, ...text.matchAll(ANY_NAME)].flatMap(([, , archive = ""]) =>
    ["", path.posix.dirname(file)]
      .map((folder) => path.posix.join(folder, archive))
      .filter((candidate) => !path.posix.isAbsolute(candidate) && !/^\.\.(?:\/|$)/.test(candidate)),
  );
}
