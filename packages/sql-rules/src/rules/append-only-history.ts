import { databaseRule, type Finding } from "../rule.js";
import { shownTable } from "../model/features.js";
import { rewritesOf } from "../model/rewrites.js";

interface Options {
  allowRetention: boolean;
}

const LOSS = {
  features: "no earlier training set can be built again",
  versions: "what held at an earlier time can no longer be told",
};

export default databaseRule<Options>({
  meta: {
    type: "problem",
    docs: {
      description: "Disallow writes that change the past of feature tables and SCD2 tables",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/append-only-history.md",
      recommended: true,
      view: "logical",
      level: "error",
      code: "OR06",
    },
    languages: ["orchestrator/sql", "orchestrator/python", "js/*"],
    schema: [
      {
        type: "object",
        properties: {
          allowRetention: {
            description: "Whether rows may be deleted by their age: DELETE … WHERE event_time < ….",
            type: "boolean",
          },
        },
        additionalProperties: false,
      },
    ],
    defaultOptions: [{ allowRetention: false }],
    messages: {
      update: "This UPDATE overwrites rows of {{table}}: what was known before is lost, and {{loss}}.",
      delete: "This DELETE removes rows of {{table}}: {{loss}}.",
      truncate: "This TRUNCATE empties {{table}}: {{loss}}.",
      upsert:
        "ON CONFLICT DO UPDATE overwrites the row that {{table}} holds: what was known before is lost, and {{loss}}.",
      merge:
        "WHEN MATCHED overwrites or removes the row that {{table}} holds: what was known before is lost, and {{loss}}.",
      close:
        "This UPDATE is not limited to the current row, so it moves the end of versions of {{table}} that are closed already.",
      reopen:
        "This UPDATE makes a closed version of {{table}} current again: when it ended is lost, and two versions may be current.",
    },
  },

  *find(database, options, settings): Iterable<Finding> {
    const rewriteOf = rewritesOf(database, settings, options);
    for (const write of database.writes) {
      const rewrite = rewriteOf(write);
      if (!rewrite) continue;
      const { table, kind, isFeatures } = rewrite;
      yield {
        place: { path: write.path, range: write.range },
        messageId: kind,
        data: { table: shownTable(table), loss: isFeatures ? LOSS.features : LOSS.versions },
        subject: `${table.schema}.${table.name}`,
        related: [
          { place: table.namePlace ?? table.origin, message: `${shownTable(table)} is created here.` },
        ],
      };
    }
  },
});
