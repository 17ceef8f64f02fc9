/**
 * What Python asks of PostgreSQL. Apart from the rest, which needs no parser of SQL: loading one takes longer than to find
 * that nothing in a tree changed.
 */
export { isMigration } from "./alembic/reader.js";
export { isDjangoMigration } from "./django/project.js";
export { mayConcernDatabase, python } from "./sql/reader.js";
