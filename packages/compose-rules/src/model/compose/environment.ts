import { UNKNOWN } from "../../language/text.js";
import { readDotEnv } from "./dotenv.js";
import type { Disk } from "./disk.js";
import type { Lookup } from "./interpolate.js";

/** The variables a project is interpolated with. */
export interface Environment {
  readonly variables: ReadonlyMap<string, string>;
  /** Whether every other variable is unset; otherwise the machine that runs the project may set it. */
  readonly isComplete: boolean;
  /** Home directory of whoever runs the project. */
  readonly home?: string | undefined;
}

export function lookupIn({ variables, isComplete }: Environment): Lookup {
  return (name) => {
    const value = variables.get(name) ?? (isComplete ? null : undefined);
    return value?.includes(UNKNOWN) ? undefined : value;
  };
}

/**
 * An environment with the variables of further files, which do not win over those that are known already.
 *
 * @returns what could not be read, too
 */
export function withFiles(
  environment: Environment,
  files: readonly string[],
  disk: Disk,
): { readonly environment: Environment; readonly problem?: string } {
  const read = new Map<string, string>();
  for (const file of files) {
    const content = disk.read(file);
    const error = "error" in content ? content.error : readDotEnv(content.text, read, lookupIn(environment));
    if (error !== undefined) return { environment, problem: `${disk.show(file)}: ${error}` };
  }
  return { environment: { ...environment, variables: new Map([...read, ...environment.variables]) } };
}
