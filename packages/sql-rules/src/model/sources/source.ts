import type { ChangeOf, ObjectName, SchemaChange } from "../changes.js";
import type { FileFacts } from "../facts.js";
import type { SourceFile } from "./types.js";

const sources = new WeakMap<FileFacts, SourceFile>();

/**
 * What of a file's facts decides on its place in a history.
 *
 * @param path - relative to the root, with slashes
 */
export function sourceOf(path: string, facts: FileFacts): SourceFile {
  const known = sources.get(facts);
  if (known?.path === path) return known;
  const { creates, needs } = tablesChanged(facts.changes);
  const source: SourceFile = {
    path,
    dialect: facts.dialect,
    dialectBy: facts.dialectBy ?? "default",
    creates,
    needs,
    changesSchema: changesSchema(facts.changes),
    includes: facts.includes ?? [],
    ...(facts.tool ? { tool: facts.tool } : {}),
    ...(facts.link ? { link: facts.link } : {}),
    ...(facts.isSurelyPostgres ? { isSurelyPostgres: true } : {}),
    ...(facts.otherDatabase ? { otherDatabase: facts.otherDatabase } : {}),
  };
  sources.set(facts, source);
  return source;
}

/** Whether a script changes more than what ends with its session. */
function changesSchema(changes: readonly SchemaChange[]): boolean {
  const temporary = temporaryIn(changes);
  return changes.some((change) => {
    switch (change.kind) {
      case "call":
      case "search path":
      case "transaction":
      case "savepoint":
        return false;
      case "create table":
      case "create table as":
        return change.persistence !== "temporary";
      case "create view":
        return !change.isTemporary;
      case "create index":
        return !temporary.has(change.table.name);
      case "alter table":
        return !temporary.has(change.name.name);
      case "drop":
        return !change.names.every(({ name }) => temporary.has(name));
      default:
        return true;
    }
  });
}

/** Names of the temporary tables and views that a script makes. */
export function temporaryIn(changes: readonly SchemaChange[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const change of changes) {
    const isTable = change.kind === "create table" || change.kind === "create table as";
    if (isTable && change.persistence === "temporary") names.add(change.name.name);
    if (change.kind === "create view" && change.isTemporary) names.add(change.name.name);
  }
  return names;
}

function tablesChanged(changes: readonly SchemaChange[]): { creates: string[]; needs: string[] } {
  const creates = new Set<string>();
  const needs = new Set<string>();
  const need = (name: ObjectName) => {
    const table = qualified(name);
    if (!creates.has(table)) needs.add(table);
  };
  for (const change of changes.flatMap((one) => (one.kind === "block" ? one.changes : [one]))) {
    if (change.kind === "create table") {
      for (const parent of parentsOf(change)) need(parent);
      if (change.persistence !== "temporary") creates.add(qualified(change.name));
    } else if (change.kind === "create table as") {
      if (change.persistence !== "temporary") creates.add(qualified(change.name));
    } else if (change.kind === "alter table" && change.object === "table") need(change.name);
    else if (change.kind === "create index") need(change.table);
    else if (change.kind === "rename" && change.object === "table") need(change.name);
  }
  return { creates: [...creates], needs: [...needs] };
}

/** The tables that one is made from or refers to; called for every table, so it makes no lists. */
function* parentsOf({
  inherits,
  partitionOf,
  constraints,
  elements,
}: ChangeOf<"create table">): Generator<ObjectName> {
  if (inherits) yield* inherits;
  if (partitionOf) yield partitionOf;
  for (const one of constraints) if (one.kind === "foreign key") yield one.references;
  for (const element of elements) {
    if (element.kind !== "column") continue;
    for (const one of element.constraints) if (one.kind === "foreign key") yield one.references;
  }
}

/** `schema.name`; a name without a schema is taken for one in `public`. */
export function qualified({ schema = "public", name }: ObjectName): string {
  return `${schema}.${name}`;
}
