import type { ModuleSource } from "./scope.js";

/** What a module holds that makes migrations, or helps them. */
const SCHEMA =
  /\balembic\b|\bop\s*\.|_op\b|\bDDL\b|\b(?:create|alter|drop)\s+(?:(?:unique|or\s+replace)\s+)?(?:table|index|type|schema|view|sequence|extension)\b/i;

const schemaModules = new WeakMap<ModuleSource, boolean>();

/** Whether a module has to do with migrations: what it does is followed far, that of the application is not. */
export function concernsSchema(source: ModuleSource): boolean {
  let known = schemaModules.get(source);
  if (known === undefined) schemaModules.set(source, (known = SCHEMA.test(source.text)));
  return known;
}
