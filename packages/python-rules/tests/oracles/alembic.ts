import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pythonWith } from "./environment.js";

/** What runs the migrations, and what these import beside it. */
const REQUIREMENTS = [
  "alembic==1.20.1",
  "SQLAlchemy==2.0.58",
  "psycopg2-binary==2.9.13",
  "sqlmodel==0.0.50",
  "sqlalchemy-utils==0.43.0",
  "email-validator==2.4.0",
  "lazy-object-proxy==1.13.0",
  "pendulum==3.3.0",
  "structlog==26.1.0",
  "uuid6==2025.0.1",
  // Its models and its migrations are run as they are.
  "mlflow-skinny==3.17.2",
];

/** The Python of an environment in the user's cache that has Alembic. @throws where it cannot be installed */
export const alembicPython = (): string => pythonWith("alembic", REQUIREMENTS);

/** How the migrations of a package are run. */
export interface Run {
  /** The folder imports begin at. */
  root: string;
  /** The package is one of the environment. */
  installed?: boolean;
  /** The folder of the migrations. */
  versions: string;
  /** Names of the package that are set when it runs. */
  values?: Record<string, unknown>;
  /** Code of modules that would read a configuration. */
  code?: Record<string, string>;
  /** The revision that is the last one; all are run without it. */
  target?: string;
  /** Python that is run before, with an `engine`. */
  before?: string;
}

/** A table as SQLAlchemy has it. */
export interface RealTable {
  /** Types on PostgreSQL by name; null where a stand-in made it. */
  columns: Record<string, string | null>;
  /** Names of GIN indexes. */
  gin: string[];
}

/** What SQLAlchemy makes of a package's models, by the names of tables: modules may declare one of a name each. */
export function models(
  root: string,
  modules: readonly string[],
  options: object,
): Record<string, RealTable[]> {
  return run("models.py", [root, ...modules], options) as Record<string, RealTable[]>;
}

/** The orders in which Alembic runs revisions. @param graphs - each with the revisions sorted by the names of their files */
export function orders(
  graphs: readonly (readonly [revision: string, after: readonly string[]])[][],
): string[][] {
  return run("order.py", [], graphs) as string[][];
}

/** What a script prints as JSON. @throws where it fails */
function run(script: string, args: readonly string[], input: object): unknown {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { status, stdout, stderr } = spawnSync(alembicPython(), [file, ...args], {
    input: JSON.stringify(input),
    encoding: "utf8",
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr.trim().split("\n").slice(-12).join("\n"));
  return JSON.parse(stdout) as unknown;
}

/** Runs `alembic upgrade heads`. @returns why it stopped, or nothing where it went through */
export function upgrade({ root, versions, ...options }: Run, socket: string, database: string): string {
  const script = fileURLToPath(new URL("upgrade.py", import.meta.url));
  const { status, stderr } = spawnSync(alembicPython(), [script, root, versions, socket, database], {
    input: JSON.stringify(options),
    encoding: "utf8",
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" },
  });
  return status === 0 ? "" : stderr.trim().split("\n").slice(-12).join("\n");
}
