/** For readers of SQL in other languages, and of migrations that are made SQL of. */
export { assemble, replaced, type Piece } from "./embedded/text.js";
export { factsOfPieces, factsOfStatements } from "./embedded/facts.js";
export { mayHoldSql } from "./embedded/parser.js";
export { guessDialect } from "./language/dialect.js";
export { registerReader, type Reader, type Tree } from "./files/readers.js";
export { mention, type Constants } from "./model/substitute.js";
export { noFacts, type FileFacts } from "./model/facts.js";
export type { SchemaChange } from "./model/changes.js";
export type {
  DjangoFacts,
  DjangoField,
  DjangoIndex,
  DjangoMigration,
  DjangoOperation,
  FieldClass,
  MigrationKey,
  ModelOptions,
} from "./model/django/facts.js";
export { columnType, type Sizes } from "./model/django/types.js";
export type { Expression } from "./model/expression.js";
export { ownType, type TypeRef } from "./model/types.js";
export type { ModelClass, ModelColumn, ModelFacts } from "./model/models/facts.js";
