import type { Dialect } from "./language/dialect.js";
import { LAYOUTS, type LayoutName } from "./model/layouts.js";

/** `settings.orchestrator` of an ESLint configuration, as far as the SQL rules read it. */
export interface Settings {
  migrations: MigrationSettings;
  /** Names or globs of feature tables, `schema.name` or `name`. */
  featureTables?: readonly string[];
  /** Names or globs of slowly changing dimensions of type 2. */
  scd2Tables?: readonly string[];
  /** Columns that hold the time of an event, the preferred name first. */
  eventTimeColumns?: readonly string[];
  /** Whether databases that only tests build are judged, beside those that they do not. */
  tests?: boolean;
}

/** Where migrations are found and how they are ordered, where discovery guesses wrong. */
export interface MigrationSettings {
  /** Folders relative to the root; each is the history of one database, and no other folder is one. */
  folders?: readonly string[];
  /** What scripts are written for whose name does not say. */
  dialect?: Dialect;
  /** The layout of the folders: the tool they are written for, or `numbered` for leading numbers. */
  order?: LayoutName;
  /** `settings.typeAliases`: custom column types of an ORM → `json` or `jsonb`. */
  typeAliases?: Readonly<Record<string, string>>;
}

const strings = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What of a value has the right type; the JSON Schema of `orchestrator.config.json` reports the rest. */
export function settingsOf(shared: unknown): Settings {
  const own = isRecord(shared) && isRecord(shared.orchestrator) ? shared.orchestrator : {};
  const migrations = isRecord(own.migrations) ? own.migrations : {};
  const typeAliases = isRecord(own.typeAliases)
    ? Object.fromEntries(
        Object.entries(own.typeAliases).filter((entry): entry is [string, string] => {
          return typeof entry[1] === "string";
        }),
      )
    : undefined;
  return withoutUndefined({
    migrations: withoutUndefined({
      folders: strings(migrations.folders),
      dialect: DIALECTS.find((name) => name === migrations.dialect),
      order: LAYOUTS.find((name) => name === migrations.order),
      typeAliases,
    }),
    featureTables: strings(own.featureTables),
    scd2Tables: strings(own.scd2Tables),
    eventTimeColumns: strings(own.eventTimeColumns),
    tests: own.tests === true ? true : undefined,
  });
}

const DIALECTS: readonly Dialect[] = ["postgresql", "mysql", "sqlite", "sqlserver", "oracle", "other"];

/** Optional properties are absent rather than undefined. */
function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}

const NAMES = { type: "array", items: { type: "string", minLength: 1 } };

/** JSON Schemas (draft 4) of the settings, for `orchestrator.config.json`. */
export const settingsSchema = {
  migrations: {
    description: "Where migrations are found and how they are ordered, where discovery guesses wrong.",
    type: "object",
    additionalProperties: false,
    properties: {
      folders: {
        description:
          "Folders relative to the root, each the history of one database; no other folder is one.",
        ...NAMES,
      },
      dialect: { description: "What scripts are written for whose name does not say.", enum: DIALECTS },
      order: { description: "The layout of the folders.", enum: LAYOUTS },
    },
  },
  featureTables: { description: "Names or globs of feature tables, name or schema.name.", ...NAMES },
  scd2Tables: { description: "Names or globs of slowly changing dimensions of type 2.", ...NAMES },
  eventTimeColumns: {
    description: "Columns that hold the time of an event, the preferred name first. Default: event_time.",
    ...NAMES,
  },
  typeAliases: {
    description: "Custom column types of an ORM, each with the PostgreSQL type it stands for.",
    type: "object",
    additionalProperties: { enum: ["json", "jsonb"] },
  },
  tests: {
    description: "Whether databases that only tests build are judged like the others. Default: false.",
    type: "boolean",
  },
};
