import { databaseRule, type Finding } from "../rule.js";
import type { Column, Place } from "../model/catalog.js";
import { eventTimeFlaws, type EventTimeFlaw } from "../model/event-time.js";
import { shownTable, timedTables } from "../model/features.js";
import { formatType } from "../model/types.js";

interface Options {
  acceptValidFrom: boolean;
}

export default databaseRule<Options>({
  meta: {
    type: "problem",
    docs: {
      description: "Require an event time in feature tables and SCD2 tables",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/require-event-time.md",
      recommended: true,
      view: "logical",
      level: "error",
      strictOptions: { acceptValidFrom: false },
      code: "OR05",
    },
    languages: ["orchestrator/sql", "orchestrator/python"],
    hasSuggestions: true,
    schema: [
      {
        type: "object",
        properties: {
          acceptValidFrom: {
            description: "Whether the start of an SCD2 table's validity period is its event time.",
            type: "boolean",
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ acceptValidFrom: true }],
    messages: {
      missing:
        "{{table}} has no event-time column: what its values were at a past moment cannot be asked, so a training set joined from it holds values from the future.",
      written:
        "{{table}} has no event-time column. {{column}} is when a row was written: late data and backfills make it another time than the one its values were true at.",
      nullable:
        "{{table}}.{{column}} may be null: a row without an event time drops out of every point-in-time join.",
      zone: "{{table}}.{{column}} is timestamp without time zone: compared with a timestamptz it is another instant in every session's TimeZone.",
      day: "{{table}}.{{column}} is a date: compared with a timestamptz it is the midnight before the day, in the session's TimeZone, when its values were not yet known.",
      type: "{{table}}.{{column}} is {{type}}: PostgreSQL compares it with no timestamptz, so every point-in-time join has to convert it.",
      toTimestamptz: "Write timestamptz.",
    },
  },

  *find(database, { acceptValidFrom }, settings): Iterable<Finding> {
    const { catalog } = database;
    for (const { table, isFeatures } of timedTables(catalog, settings)) {
      const shape = { isFeatures, acceptsStart: acceptValidFrom };
      for (const flaw of eventTimeFlaws(table, catalog, settings, shape)) {
        if ("column" in flaw && flaw.column.doubt !== undefined) continue;
        const finding = found(flaw);
        const name = `${table.schema}.${table.name}`;
        yield {
          ...finding,
          place: finding.place ?? table.namePlace ?? table.origin,
          data: { ...finding.data, table: shownTable(table) },
          subject: "column" in flaw ? `${name}.${flaw.column.name}` : name,
        };
      }
    }
  },
});

function found(flaw: EventTimeFlaw): Omit<Finding, "place"> & Partial<Pick<Finding, "place">> {
  if (flaw.kind === "missing") {
    return flaw.written
      ? { messageId: "written", data: { column: flaw.written.name } }
      : { messageId: "missing" };
  }
  const { kind, column } = flaw;
  const data = { column: column.name };
  // The columns of a query or of LIKE are written nowhere.
  const isWritten = !isSame(column.typePlace, column.origin);
  if (kind === "nullable") return { messageId: kind, ...(isWritten ? { place: column.origin } : {}), data };
  return {
    messageId: kind,
    ...(isWritten ? { place: column.typePlace } : {}),
    data: kind === "type" ? { ...data, type: formatType(column.type) } : data,
    ...(kind === "zone" && isWritten ? { suggest: withZone(column) } : {}),
  };
}

const isSame = (a: Place, b: Place) =>
  a.path === b.path && a.range[0] === b.range[0] && a.range[1] === b.range[1];

/** `timestamptz`, with the precision that was written. */
function withZone({ type, typePlace }: Column): NonNullable<Finding["suggest"]> {
  if (type.name !== "timestamp without time zone") return [];
  const precision = type.modifiers.length > 0 ? `(${type.modifiers.join(", ")})` : "";
  return [
    { messageId: "toTimestamptz", edits: [{ range: typePlace.range, text: `timestamptz${precision}` }] },
  ];
}
