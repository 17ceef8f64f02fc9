import { isSql, type SqlRule } from "../rule.js";
import type { RuleTextEditor } from "@eslint/core";
import { historyOf } from "../files/history.js";
import type { Range } from "../language/split.js";
import { columnsOfHistory, type Cast, type ColumnType } from "../model/columns.js";

/** Functions that take json and refuse jsonb: a column that goes through one cannot be changed by its type alone. */
const JSON_FUNCTION = /\bjson_(?:array|each|extract|object_keys|populate|strip|to_record|typeof)\w*\s*\(/i;

export default {
  meta: {
    type: "problem",
    docs: {
      description: "Prefer jsonb over json for stored columns",
      url: "https://github.com/orchestrator-lint/orchestrator-lint/blob/main/docs/rules/prefer-jsonb.md",
      recommended: true,
      view: "logical",
      level: "error",
      code: "OR01",
    },
    languages: ["orchestrator/sql"],
    fixable: "code",
    hasSuggestions: true,
    schema: [],
    messages: {
      column:
        "Column {{table}}.{{column}} is json: PostgreSQL keeps it as text, parses it again at every read, and has no GIN operator class for it.",
      toJsonb: "Write jsonb, and jsonb_ functions where this column goes through json_ ones.",
      cast: "This default of {{table}}.{{column}} is cast to json, the type that is stored as unparsed text.",
    },
  },

  create(context) {
    const { sourceCode } = context;
    if (!isSql(sourceCode) || sourceCode.ast.dialect.dialect !== "postgresql") return {};

    let usesJsonFunctions = false;

    /** `json` inside a type's range, whatever surrounds it: `pg_catalog.json`, `"json"`, `json[]`. */
    function nameRange([start, end]: Range): Range {
      const at = start + (/json/i.exec(sourceCode.text.slice(start, end))?.index ?? 0);
      return [at, at + "json".length];
    }

    function toJsonb(range: Range): string {
      return sourceCode.text.slice(...range) === "JSON" ? "JSONB" : "jsonb";
    }

    /** Only json itself is cast to jsonb on assignment: from text, ALTER COLUMN … TYPE needs to be told how. */
    function usingClause({ column, origin, hasUsing }: ColumnType): string {
      if (origin !== "retype" || hasUsing) return "";
      const name = /^[a-z_][a-z0-9_]*$/.test(column) ? column : `"${column.replaceAll('"', '""')}"`;
      return ` USING ${name}::jsonb`;
    }

    function report(
      messageId: "column" | "cast",
      { typeRange }: Cast,
      column: ColumnType,
      suffix = "",
    ): void {
      const name = nameRange(typeRange);
      const fix = (fixer: RuleTextEditor) =>
        fixer.replaceTextRange(
          [name[0], typeRange[1]],
          toJsonb(name) + sourceCode.text.slice(name[1], typeRange[1]) + suffix,
        );
      context.report({
        loc: { start: sourceCode.getLocFromIndex(name[0]), end: sourceCode.getLocFromIndex(name[1]) },
        messageId,
        data: { table: column.table.replace(/^public\./, ""), column: column.column },
        ...(usesJsonFunctions ? { suggest: [{ messageId: "toJsonb", fix }] } : { fix }),
      });
    }

    return {
      Program() {
        const file = context.physicalFilename;
        const history = historyOf(sourceCode.ast, file, context.cwd);
        usesJsonFunctions = history.some(({ program }) => JSON_FUNCTION.test(program.text));
        for (const column of columnsOfHistory(history)) {
          const isJson = column.type === "json";
          if (isJson && column.path === file) report("column", column, column, usingClause(column));
          if (!isJson && column.type !== "jsonb") continue;
          for (const cast of column.defaultCasts) {
            if (cast.type === "json" && cast.path === file) report("cast", cast, column);
          }
        }
      },
    };
  },
} satisfies SqlRule;
