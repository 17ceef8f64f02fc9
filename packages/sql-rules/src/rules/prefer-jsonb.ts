import { isSql, type SqlRule } from "../rule.js";
import { historyOf } from "../files/history.js";
import type { Range } from "../language/split.js";
import { finalColumns, type Cast, type ColumnType } from "../model/columns.js";

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
    schema: [],
    messages: {
      column:
        "Column {{table}}.{{column}} is json: PostgreSQL keeps it as text, parses it again at every read, and has no GIN operator class for it.",
      cast: "This default of {{table}}.{{column}} is cast to json, the type that is stored as unparsed text.",
    },
  },

  create(context) {
    const { sourceCode } = context;
    if (!isSql(sourceCode) || sourceCode.ast.dialect.dialect !== "postgresql") return {};

    /** `json` inside a type's range, whatever surrounds it: `pg_catalog.json`, `"json"`, `json[]`. */
    function nameRange([start, end]: Range): Range {
      const at = start + (/json/i.exec(sourceCode.text.slice(start, end))?.index ?? 0);
      return [at, at + "json".length];
    }

    function toJsonb(range: Range): string {
      return sourceCode.text.slice(...range) === "JSON" ? "JSONB" : "jsonb";
    }

    /** json has no implicit cast to jsonb, so ALTER COLUMN … TYPE needs to be told how. */
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
      context.report({
        loc: { start: sourceCode.getLocFromIndex(name[0]), end: sourceCode.getLocFromIndex(name[1]) },
        messageId,
        data: { table: column.table.replace(/^public\./, ""), column: column.column },
        fix: (fixer) =>
          fixer.replaceTextRange(
            [name[0], typeRange[1]],
            toJsonb(name) + sourceCode.text.slice(name[1], typeRange[1]) + suffix,
          ),
      });
    }

    return {
      Program() {
        const file = context.physicalFilename;
        for (const column of finalColumns(historyOf(sourceCode.ast, file, context.cwd))) {
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
