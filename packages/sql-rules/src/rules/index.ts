import noUnparsedSql from "./no-unparsed-sql.js";
import preferJsonb from "./prefer-jsonb.js";

export const rules = {
  "no-unparsed-sql": noUnparsedSql,
  "prefer-jsonb": preferJsonb,
};
