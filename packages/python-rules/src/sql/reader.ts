import {
  factsOfStatements,
  mayHoldSql,
  type FileFacts,
  type Reader,
  type Tree,
} from "@orchestrator-lint/sql-rules/generated";
import { describesProject, isDjangoMigration, projectIn } from "../django/project.js";
import { factsOfDjango } from "../django/reader.js";
import { constantsOf, factsOfMigration, isFresh, isMigration, namesTables } from "../alembic/reader.js";
import { mayHoldModels, modelsIn } from "../models/read.js";
import { readProgram, type Program } from "../language/program.js";
import { speaksOtherDialect } from "./dialect.js";
import { statementsIn } from "./find.js";

/** Nobody writes a longer module. */
const MAX_LENGTH = 2 * 1024 * 1024;
const STATEMENT =
  /\b(?:(?:select|insert\s+into|delete\s+from|merge\s+into|truncate|alter\s+table|create\s+(?:unique\s+)?index)\s|update\s+[\w."{%])/i;

/** Reads what Python asks of PostgreSQL: migrations of Alembic and Django, and statements in other modules' strings. */
export const python: Reader = {
  mayMatter: (text, path) =>
    mayConcernDatabase(text) || namesTables(text) || createsTables(text) || describesProject(text, path),
  read: (text, path, tree) => factsOfModule(readProgram(text.length > MAX_LENGTH ? "" : text), path, tree),
  fromSource: ({ ast }, path, tree) => factsOfModule(ast as Program, path, tree),
  isFresh,
};

/** `Base.metadata.create_all(engine)`. */
const createsTables = (text: string): boolean => /\.create_all\b/.test(text);

/**
 * Whether a module is a migration, or may declare tables or hold SQL that some rule looks at: a cheap test before it is
 * parsed.
 */
export function mayConcernDatabase(text: string): boolean {
  return isMigration(text) || isDjangoMigration(text) || mayHoldStatements(text) || mayHoldModels(text);
}

function mayHoldStatements(text: string): boolean {
  return STATEMENT.test(text) && mayHoldSql(text) && !speaksOtherDialect(text);
}

function factsOfModule(program: Program, path: string, tree?: Tree): FileFacts {
  const { text } = program;
  if (isMigration(text)) return factsOfMigration(program, path, tree);
  if (isDjangoMigration(text)) return factsOfDjango(program, path);
  const facts = factsOfStatements(mayHoldStatements(text) ? statementsIn(program) : [], path);
  const models = mayHoldModels(text) ? modelsIn(program, path) : undefined;
  return {
    ...facts,
    ...(describesProject(text, path) ? { django: projectIn(text, path) } : {}),
    constants: constantsOf(program),
    ...(models ? { models } : {}),
    ...(createsTables(text) ? { createsTables: true } : {}),
  };
}
