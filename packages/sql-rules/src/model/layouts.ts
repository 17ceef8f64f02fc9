/** The conventions a folder of migrations can follow; `numbered` is a leading number or time stamp and nothing else. */
export const LAYOUTS = [
  "flyway",
  "prisma",
  "golang-migrate",
  "dbmate",
  "goose",
  "sqitch",
  "hasura",
  "supabase",
  "diesel",
  "liquibase",
  "drizzle",
  "deltas",
  "numbered",
  "dump",
  "declarative",
  "links",
] as const;

export type LayoutName = (typeof LAYOUTS)[number];

/** Whether files are only what stands in a folder, or a script by itself: no tool runs them in an order. */
export const isUnordered = ({ layout }: { layout?: LayoutName | undefined }): boolean =>
  layout === "dump" || layout === "declarative";
