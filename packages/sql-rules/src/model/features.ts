import type { Catalog, Column, Table } from "./catalog.js";
import { isNamed, wordsOf } from "./names.js";
import { isScd2Table, isStaging, isStored, typeName } from "./validity.js";

/** The settings that name tables, and the columns of their event time; all optional. */
export interface FeatureSettings {
  /** Names or globs of feature tables; with `!` to take names out. Replaces the judgement by name and columns. */
  featureTables?: readonly string[];
  /** The same for slowly changing dimensions of type 2. */
  scd2Tables?: readonly string[];
  /** Columns that hold the time of an event, the preferred name first. */
  eventTimeColumns?: readonly string[];
}

/**
 * Words of a name beside `feature` that show other things are meant: switches of a product, what a plan or a house
 * comes with, what is known *about* features of a model.
 */
const NOT_VALUES = new Set(
  (
    "flag flags toggle toggles switch gate gates rollout override overrides access permission permissions request " +
    "requests vote votes usage map maps level levels category categories definition definitions registry catalog " +
    "catalogue metadata meta view views group groups set sets importance importances stats statistics drift monitor " +
    "monitoring baseline baselines distribution distributions correlation correlations selection exposure exposures " +
    "rating ratings review reviews weight weights coefficient coefficients comparison comparisons roadmap backlog " +
    "scaler scalers normalization param params parameter parameters threshold thresholds bin bins encoding encodings " +
    "encoder encoders schema schemas default defaults cost costs quality budget budgets limit limits quota quotas"
  ).split(" "),
);

/**
 * Words for things that have features of their own: what a product can do, how a song sounds. Measures and a document
 * in such a table need not be a model's.
 */
const HAS_FEATURES = new Set(
  (
    "plan plans tier tiers subscription subscriptions package packages pricing license licenses tenant tenants org " +
    "organization organizations workspace workspaces role roles app apps product products project projects module " +
    "modules service services system systems property properties room rooms hotel hotels villa car vehicle event events " +
    "version release releases device devices image images photo photos audio video videos document documents land roof roofs wall walls building buildings track tracks song songs"
  ).split(" "),
);

const FRACTIONAL = new Set(["real", "double precision", "numeric"]);
const INTEGERS = new Set(["smallint", "integer", "bigint"]);
const VECTORS = new Set(["vector", "halfvec", "sparsevec"]);
const DOCUMENTS = new Set(["json", "jsonb"]);

/** Numbers that describe a thing rather than measure its behaviour. */
const NOT_MEASURED =
  /(?:^|_)(?:price|cost|fee|tax|lat|latitude|lng|lon|longitude|width|height|depth|area|x|y|z)(?:_|$)/;
/** Integers that are aggregates: `orders_30d`, `login_count`, `rfm_score`. */
const AGGREGATE =
  /(?:^|_)(?:avg|mean|median|sum|total|count|cnt|num|ratio|rate|score|min|max|std|stddev|pct|recency|frequency|velocity|\d+[smhdwy]|last_\d+\w*)(?:_|$)/;
const DOCUMENT =
  /^(?:features?(?:_?(?:json|vector|values?|data|payload|map|set))?|values?|vector|embedding|payload|data|attributes)$/;
/** What a product's feature is described by, a row for each: no model's input is called so. */
const DESCRIBED = /^(?:title|slug|description|summary|priority|effort|impact|roadmap)(?:_|$)/;
const SWITCH = /^(?:is_|has_)?(?:enabled?|disabled?)(?:_|$)|^rollout|_enabled$/;

/**
 * Whether a table holds the values of a model's features.
 *
 * Settings decide where they name such tables. Otherwise the name has to hold the word `feature` or `features`, or begin
 * with `fct_`, and a table of features has to look like one: at least two measured columns (of a song, a device or the
 * like, one of them an aggregate), a name and value pair, a vector, or a document of values. Tables of feature flags, plans' features and houses' features do not, and are none.
 */
export function isFeatureTable(table: Table, { featureTables }: FeatureSettings): boolean {
  if (!isStored(table)) return false;
  if (featureTables) return isNamed(table, featureTables);
  const words = wordsOf(table.name);
  if (isStaging(words)) return false;
  if (words[0] === "fct") return true;
  const isAbout = words.includes("features") || words.includes("feature");
  return (
    isAbout &&
    !words.some((word) => NOT_VALUES.has(word)) &&
    !isOfFeatures(table) &&
    holdsValues(table, words)
  );
}

/** One row for each feature, with no entity beside it: what is known about features, not their values. */
function isOfFeatures({ constraints }: Table): boolean {
  const key = [...constraints.values()].find(({ kind }) => kind === "primary key")?.columns ?? [];
  return key.length > 0 && key.every((name) => /^feature(?:_?(?:name|key|id))?$/i.test(name));
}

function holdsValues(table: Table, words: readonly string[]): boolean {
  const columns = [...table.columns.values()];
  const isOther = ({ name }: Column) => SWITCH.test(name.toLowerCase()) || DESCRIBED.test(name.toLowerCase());
  if (columns.some((column) => isGeometry(column) || isOther(column))) return false;
  const measured = columns.filter(isMeasured);
  // `tempo` and `loudness` of a song do not change: of a thing only what is counted over time is of a moment.
  const isOfThing = words.some((word) => HAS_FEATURES.has(word));
  const isCounted = measured.some(({ name }) => AGGREGATE.test(name.toLowerCase()));
  if (measured.length >= 2 && (!isOfThing || isCounted)) return true;
  const isNamed = columns.some(({ name }) => /^feature(?:_?(?:name|key|id))?$/i.test(name));
  if (isNamed && measured.some(({ name }) => /^(?:feature_?)?val(?:ue)?$/i.test(name))) return true;
  return !isOfThing && columns.some(isDocument);
}

const isGeometry = (column: Column) => /^(?:geometry|geography|point|polygon)$/.test(typeName(column));

function isMeasured(column: Column): boolean {
  const name = column.name.toLowerCase();
  const { dimensions } = column.baseType ?? column.type;
  if (dimensions > 0 || NOT_MEASURED.test(name)) return false;
  return (
    FRACTIONAL.has(typeName(column)) ||
    (INTEGERS.has(typeName(column)) && AGGREGATE.test(name) && !/(?:^|_)(?:id|key)$/.test(name))
  );
}

function isDocument(column: Column): boolean {
  const name = column.name.toLowerCase();
  const type = typeName(column);
  if (VECTORS.has(type)) return true;
  if ((column.baseType ?? column.type).dimensions > 0) return FRACTIONAL.has(type);
  if (type === "text" || type === "bytea")
    return /^features?_?(?:json|vector|values?|data|payload)$/.test(name);
  return DOCUMENTS.has(type) && DOCUMENT.test(name);
}

/** A table whose past has to stay: of features, or of versions. */
export interface Timed {
  table: Table;
  isFeatures: boolean;
  isScd2: boolean;
}

/**
 * The feature and SCD2 tables of a database that are so for certain.
 *
 * @param settings - what names tables and event-time columns
 */
export function timedTables(catalog: Catalog, settings: FeatureSettings): readonly Timed[] {
  const key = JSON.stringify(settings);
  let known = knownTimed.get(catalog);
  if (known?.key !== key) knownTimed.set(catalog, (known = { key, timed: readTimed(catalog, settings) }));
  return known.timed;
}

/** Three rules ask, each with the settings of the file that is linted. */
const knownTimed = new WeakMap<Catalog, { key: string; timed: readonly Timed[] }>();

function readTimed(catalog: Catalog, settings: FeatureSettings): readonly Timed[] {
  const histories = historiesIn(catalog);
  return [...catalog.tables.values()].flatMap((table) => {
    if (table.doubt !== undefined) return [];
    // As it may be, and as it surely is.
    const shapes = hasDoubts(table) ? [table, { ...table, columns: certainColumns(table) }] : [table];
    const isLatest = settings.featureTables === undefined && servesLatest(table, histories);
    const isFeatures = !isLatest && shapes.every((shape) => isFeatureTable(shape, settings));
    const isScd2 = shapes.every((shape) => isScd2Table(shape, catalog, settings));
    return isFeatures || isScd2 ? [{ table, isFeatures, isScd2 }] : [];
  });
}

const hasDoubts = ({ columns }: Table): boolean => {
  for (const { doubt } of columns.values()) if (doubt !== undefined) return true;
  return false;
};

const certainColumns = ({ columns }: Table) =>
  new Map([...columns].filter(([, { doubt }]) => doubt === undefined));

const LATEST = new Set(["latest", "online", "current"]);
const KEPT = new Set(["history", "offline", "historical"]);

const without = (words: readonly string[], left: ReadonlySet<string>) =>
  words.filter((word) => !left.has(word)).join(" ");

/** What tables are called that keep a history, but for the word that says so. */
function historiesIn(catalog: Catalog): ReadonlySet<string> {
  const names = [...catalog.tables.values()].map(({ name }) => wordsOf(name));
  return new Set(
    names.filter((words) => words.some((word) => KEPT.has(word))).map((words) => without(words, KEPT)),
  );
}

/** `user_features_latest` beside `user_features_history`: only that one has a past. */
function servesLatest({ name }: Table, histories: ReadonlySet<string>): boolean {
  const words = wordsOf(name);
  return words.some((word) => LATEST.has(word)) && histories.has(without(words, LATEST));
}

/** Names a table in messages: without `public`, and with an ellipsis for what is known only at run time. */
export function shownTable({ schema, name }: Pick<Table, "schema" | "name">): string {
  return (schema === "public" ? name : `${schema}.${name}`).replaceAll(/\uE000+/g, "…");
}
