import { isForPostgres } from "../../language/mask.js";
import { parseSql } from "../../language/parse.js";
import { changesOf } from "../changes/index.js";
import { readFormat } from "./formats.js";
import { nameOf } from "./paths.js";
import { readXml, type XmlElement } from "./xml.js";

/** What a change log of Liquibase takes in from another file. */
export interface Include {
  kind: "include" | "includeAll" | "sqlFile";
  target: string;
  isRelative: boolean;
}

/** A change log in XML, YAML or JSON. */
export interface ChangeLog {
  /** In order. */
  includes: Include[];
  /** What its own change sets do to a schema of PostgreSQL: names of changes, each once. */
  changes: string[];
  /** It could not be read to its end. */
  isBroken?: true;
}

/** Changes that leave every table's shape as it is. After Liquibase's documentation, "Change types". */
const HARMLESS =
  /^(?:insert|update|delete|loadData|loadUpdateData|tagDatabase|output|empty|stop|set(?:Table|Column)Remarks|\w+Sequence|(?:create|drop)Procedure|add(?:DefaultValue|LookupTable)|dropDefaultValue|executeCommand)$/;

interface Change {
  name: string;
  /** The SQL of a `sql` change. */
  sql?: string | undefined;
  dbms?: string | undefined;
}

/** Reads a change log; includes and change sets of other databases, and ways back, are none of it. */
export function readChangeLog(path: string, text: string): ChangeLog {
  const log: ChangeLog = { includes: [], changes: [] };
  if (/\.xml$/i.test(nameOf(path))) {
    const { document, isBroken } = readXml(text);
    walkXml(document, log);
    if (isBroken) log.isBroken = true;
  } else {
    const value = readFormat(text);
    if (value === undefined && text.includes("databaseChangeLog")) log.isBroken = true;
    for (const item of listOf(fieldOf(value, "databaseChangeLog"))) walkItem(item, log);
  }
  return log;
}

const INCLUDES = /^(?:include|includeAll|sqlFile)$/;

/** Iterative, for elements may nest deeper than calls can. */
function walkXml(document: XmlElement, log: ChangeLog): void {
  const pending = [document];
  for (let element = pending.pop(); element; element = pending.pop()) {
    if (element.name === "rollback" || !isMeant(element.attributes.dbms)) continue;
    if (INCLUDES.test(element.name)) include(element.name, element.attributes, log);
    else if (element.name === "changeSet") {
      for (const { name, attributes, text } of element.children) {
        if (!/^(?:rollback|preConditions|validCheckSum|comment|modifySql|sqlFile)$/.test(name))
          change({ name, sql: name === "sql" ? text : undefined, dbms: attributes.dbms }, log);
      }
    }
    for (const child of element.children.toReversed()) pending.push(child);
  }
}

function walkItem(item: unknown, log: ChangeLog): void {
  for (const kind of ["include", "includeAll"]) {
    const own = fieldOf(item, kind);
    if (own !== undefined) include(kind, own, log);
  }
  const changeSet = fieldOf(item, "changeSet");
  if (!isMeant(fieldOf(changeSet, "dbms"))) return;
  for (const one of listOf(fieldOf(changeSet, "changes"))) {
    if (typeof one !== "object" || one === null) continue;
    for (const [name, own] of Object.entries(one)) {
      const dbms = textOf(fieldOf(own, "dbms"));
      if (name === "sqlFile") {
        if (isMeant(dbms)) include(name, own, log);
      } else change({ name, sql: textOf(fieldOf(own, "sql")) ?? textOf(own), dbms }, log);
    }
  }
}

function include(kind: string, fields: unknown, { includes }: ChangeLog): void {
  const target = textOf(fieldOf(fields, "file")) ?? textOf(fieldOf(fields, "path"));
  if (target === undefined) return;
  const isRelative = String(fieldOf(fields, "relativeToChangelogFile")).toLowerCase() === "true";
  includes.push({ kind: kind as Include["kind"], target, isRelative });
}

function change({ name, sql, dbms }: Change, { changes }: ChangeLog): void {
  if (HARMLESS.test(name) || !isMeant(dbms) || changes.includes(name)) return;
  const isHarmless = name === "sql" && sql !== undefined && changesNothing(sql);
  if (!isHarmless) changes.push(name);
}

/** SQL that was read, and changes no schema. */
function changesNothing(sql: string): boolean {
  const program = parseSql(sql);
  return program.body.every(({ type }) => type === "Statement") && changesOf(program, "").length === 0;
}

function isMeant(dbms: unknown): boolean {
  return typeof dbms !== "string" || isForPostgres(`dbms:"${dbms}"`);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
