import type { Catalog, Column, Place, Table } from "./model/catalog.js";
import type { Database } from "./model/database.js";
import { isDoubtful } from "./model/doubts.js";
import { driftsOf } from "./model/models/drift.js";
import { groupBy } from "./model/sources/paths.js";
import type { DatabaseRuleMeta, Finder, Finding } from "./rule.js";
import appendOnlyHistory from "./rules/append-only-history.js";
import noDeeplyNestedJson from "./rules/no-deeply-nested-json.js";
import noModelMigrationDrift from "./rules/no-model-migration-drift.js";
import noReliedIndexDrop from "./rules/no-relied-index-drop.js";
import noUnindexedJsonFilter from "./rules/no-unindexed-json-filter.js";
import noUnsupportedGinOperator from "./rules/no-unsupported-gin-operator.js";
import preferJsonb from "./rules/prefer-jsonb.js";
import requireEventTime from "./rules/require-event-time.js";
import requireGinIndex from "./rules/require-gin-index.js";
import requireScd2Shape from "./rules/require-scd2-shape.js";
import type { Settings } from "./settings.js";

const RULES: Record<string, Finder & { meta: DatabaseRuleMeta }> = {
  "append-only-history": appendOnlyHistory,
  "no-deeply-nested-json": noDeeplyNestedJson,
  "no-model-migration-drift": noModelMigrationDrift,
  "no-relied-index-drop": noReliedIndexDrop,
  "no-unindexed-json-filter": noUnindexedJsonFilter,
  "no-unsupported-gin-operator": noUnsupportedGinOperator,
  "prefer-jsonb": preferJsonb,
  "require-event-time": requireEventTime,
  "require-gin-index": requireGinIndex,
  "require-scd2-shape": requireScd2Shape,
};

/** Names of the rules that judge a database, and hold back what depends on something in doubt. */
export const judges: readonly string[] = Object.keys(RULES);

/** A finding that a rule holds back, for it depends on something that is in doubt. */
export interface HeldBack {
  place: Place;
  /** The rule's name. */
  rule: string;
  /** What the rule would say, without its full stop. */
  message: string;
  /** What is in doubt: `public.features`. */
  what: string;
  doubt: string;
}

const NOTHING: ReadonlyMap<string, readonly HeldBack[]> = new Map();
const known = new WeakMap<Database, Map<string, ReadonlyMap<string, readonly HeldBack[]>>>();

/**
 * What rules would report, with their default options, if everything in doubt were as it seems, by file. A doubt makes
 * a finding less certain than an error has to be; it is no reason to say nothing.
 */
export function heldBack(
  database: Database,
  rules: readonly string[],
  settings: Settings,
): ReadonlyMap<string, readonly HeldBack[]> {
  let asked = known.get(database);
  if (!asked) known.set(database, (asked = new Map<string, ReadonlyMap<string, readonly HeldBack[]>>()));
  const key = JSON.stringify([rules, settings]);
  let found = asked.get(key);
  if (!found) {
    const isInDoubt =
      isDoubtful(database.catalog) || driftsOf(database).some(({ doubt }) => doubt !== undefined);
    const isJudged = isInDoubt && (!database.isOfTests || settings.tests);
    found = isJudged ? allHeldBack(database, rules, settings) : NOTHING;
    asked.set(key, found);
  }
  return found;
}

function allHeldBack(database: Database, rules: readonly string[], settings: Settings) {
  const assumed = { ...database, isAssumed: true as const, catalog: withoutDoubts(database.catalog) };
  return groupBy(
    rules.flatMap((rule) => heldBackBy(rule, database, assumed, settings)),
    ({ place }) => place.path,
  );
}

function heldBackBy(rule: string, database: Database, assumed: Database, settings: Settings): HeldBack[] {
  const judge = RULES[rule]!;
  const [options = {}] = (judge.meta.defaultOptions ?? []) as object[];
  const reported = new Set(Array.from(judge.find(database, options, settings), placeOf));
  return [...judge.find(assumed, options, settings)]
    .filter((finding) => !reported.has(placeOf(finding)))
    .flatMap((finding) => {
      const { subject = database.name, doubt: own } = finding;
      const doubt = own === undefined ? doubtOf(finding, database.catalog) : { what: subject, doubt: own };
      return doubt ? [{ place: finding.place, rule, message: worded(judge.meta, finding), ...doubt }] : [];
    });
}

function worded({ messages = {} }: DatabaseRuleMeta, { messageId, data = {} }: Finding): string {
  return messages[messageId]!.replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) =>
    String(data[key] ?? ""),
  ).replace(/\.$/, "");
}

const placeOf = ({ place: { path, range } }: Finding): string => `${path} ${range.join()}`;

/** What is in doubt of the table a finding is about; where it is about none that is, the first doubt of all. */
function doubtOf(
  { subject = "" }: Finding,
  { tables, indexes }: Catalog,
): { what: string; doubt: string } | undefined {
  const table = tables.get(subject) ?? tables.get(subject.slice(0, Math.max(0, subject.lastIndexOf("."))));
  const own = table && [table, ...table.columns.values()].find(({ doubt }) => doubt !== undefined);
  if (table && own) return { what: `${table.schema}.${table.name}`, doubt: own.doubt! };
  for (const objects of [tables, indexes]) {
    for (const [what, { doubt }] of objects) if (doubt !== undefined) return { what, doubt };
  }
  return undefined;
}

/** The catalog as it seems to be. What may be gone is there, as it is for a rule that asks for something. */
function withoutDoubts(catalog: Catalog): Catalog {
  const tables = mapped(catalog.tables, (table) => ({
    ...sure<Table>(table),
    columns: new Map(mapped(table.columns, sure<Column>)),
  }));
  return { ...catalog, tables, indexes: mapped(catalog.indexes, sure) };
}

function sure<T extends { doubt?: string }>({ doubt: _, ...rest }: T): T {
  return rest as T;
}

function mapped<T>(all: ReadonlyMap<string, T>, change: (one: T) => T): ReadonlyMap<string, T> {
  return new Map([...all].map(([key, one]) => [key, change(one)]));
}
