import { readFormat } from "./formats.js";
import { folderOf, isBelow, join } from "./paths.js";
import type { Controls, History, SourceFile } from "./types.js";

/** One database of a configuration: version 2 lists them under `sql`, version 1 under `packages`. */
interface Package {
  engine?: unknown;
  schema?: unknown;
  queries?: unknown;
}

/**
 * The scripts that a configuration of sqlc gives to another database than PostgreSQL, each left out.
 * After sqlc's documentation, "Configuration": `schema` and `queries` are files, folders or patterns beside it.
 */
export function sqlc(files: readonly SourceFile[], controls: Controls): History[] {
  return [...controls]
    .filter(([path]) => /(?:^|\/)sqlc\.(?:ya?ml|json)$/i.test(path))
    .flatMap(([config, text]) => {
      const folder = folderOf(config);
      const packages = packagesOf(readFormat(text));
      const ours = scriptsOf(packages.filter(isPostgres), folder, files);
      return packages
        .filter((one) => !isPostgres(one))
        .flatMap((one): History[] => {
          const reason = `sqlc: written for ${String(one.engine)}`;
          const left = [...scriptsOf([one], folder, files)]
            .filter((path) => !ours.has(path))
            .map((path) => ({ path, reason, isOtherDatabase: true as const }));
          const name = folder || ".";
          return left.length > 0 ? [{ name, layout: "declarative", steps: [], problems: [], left }] : [];
        });
    });
}

function packagesOf(config: unknown): Package[] {
  if (typeof config !== "object" || config === null) return [];
  const { sql, packages } = config as { sql?: unknown; packages?: unknown };
  return [sql, packages]
    .flatMap((list): unknown[] => (Array.isArray(list) ? list : []))
    .filter((one): one is Package => typeof one === "object" && one !== null);
}

/** An engine that is not named is PostgreSQL's in the first version, and refused in the second. */
function isPostgres({ engine }: Package): boolean {
  return typeof engine !== "string" || engine === "postgresql";
}

function scriptsOf(packages: readonly Package[], folder: string, files: readonly SourceFile[]): Set<string> {
  const targets = packages
    .flatMap(({ schema, queries }) => [schema, queries].flat())
    .flatMap((one) => (typeof one === "string" ? (join(folder, one) ?? []) : []));
  const exact = new Set(targets);
  const patterns = targets.filter((one) => one.includes("*")).map(patternOf);
  const isMeant = ({ path }: SourceFile) =>
    exact.has(path) ||
    targets.some((target) => isBelow(path, target)) ||
    patterns.some((pattern) => pattern.test(path));
  return new Set(files.filter(isMeant).map(({ path }) => path));
}

/** Each star stands for any part of a name. */
function patternOf(glob: string): RegExp {
  const parts = glob.split(/\*+/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]*")}$`);
}
