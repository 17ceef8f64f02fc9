import type { Node, OnConflictClause, RangeVar } from "@pgsql/types";
import type { Range } from "../../language/split.js";
import { expressionOf } from "../expressions/index.js";
import { Words } from "../../language/words.js";
import type { Condition, Source, Write } from "../query.js";
import type { Scope } from "./from.js";
import type { StatementReader } from "./read.js";
import { relationsIn, sourceOf } from "./search.js";

/** Reads INSERT, UPDATE, DELETE, MERGE and TRUNCATE: what they change, and what they ask for to do so. */
export function readWrites(reader: StatementReader, node: Node, around: Scope): void {
  const writer = new Writer(reader);
  if ("InsertStmt" in node) {
    const { relation, selectStmt, onConflictClause: conflict, returningClause, withClause } = node.InsertStmt;
    const scope = reader.withCtes(withClause, around);
    reader.statement(selectStmt, scope);
    if (!relation) return;
    const isUpsert =
      conflict?.action === "ONCONFLICT_UPDATE" && !writer.keepsRow(conflict, sourceOf(relation).alias);
    writer.add(isUpsert ? "upsert" : "insert", relation, {
      sets: isUpsert ? conflict.targetList : undefined,
      where: isUpsert ? conflict.whereClause : undefined,
      range: isUpsert ? writer.phrase(conflict.location, /^(?:update)$/i) : writer.before(relation, "insert"),
    });
    reader.searched([returningClause, conflict?.targetList, conflict?.whereClause], scope);
  } else if ("UpdateStmt" in node) {
    const { relation, targetList, whereClause, fromClause, returningClause, withClause } = node.UpdateStmt;
    const scope = reader.withCtes(withClause, around);
    if (!relation) return;
    writer.add("update", relation, {
      sets: targetList,
      where: whereClause,
      from: [fromClause, withClause],
      range: writer.before(relation, "update"),
    });
    const inner = reader.level(fromClause, scope, [[whereClause, "where"]], [sourceOf(relation)]);
    reader.searched([targetList, returningClause], inner);
  } else if ("DeleteStmt" in node) {
    const { relation, whereClause, usingClause, returningClause, withClause } = node.DeleteStmt;
    const scope = reader.withCtes(withClause, around);
    if (!relation) return;
    writer.add("delete", relation, { where: whereClause, range: writer.before(relation, "delete") });
    const inner = reader.level(usingClause, scope, [[whereClause, "where"]], [sourceOf(relation)]);
    reader.searched([returningClause], inner);
  } else if ("MergeStmt" in node) {
    const { relation, sourceRelation, joinCondition, mergeWhenClauses = [], withClause } = node.MergeStmt;
    const scope = reader.withCtes(withClause, around);
    if (!relation) return;
    const target = sourceOf(relation);
    const clauses = mergeWhenClauses.flatMap((clause) =>
      "MergeWhenClause" in clause ? [clause.MergeWhenClause] : [],
    );
    for (const { commandType, targetList, condition } of clauses) {
      const branch =
        commandType === "CMD_UPDATE" ? "update" : commandType === "CMD_DELETE" ? "delete" : undefined;
      if (!branch && commandType !== "CMD_INSERT") continue;
      writer.add(branch ? "merge" : "insert", relation, {
        sets: branch ? targetList : undefined,
        where: joinCondition,
        when: condition,
        from: [sourceRelation, withClause],
        range: writer.before(relation, "merge"),
        ...(branch ? { branch } : {}),
      });
    }
    const inner = reader.level([sourceRelation], scope, [[joinCondition, "on"]], [target]);
    reader.searched([mergeWhenClauses], inner);
  } else if ("TruncateStmt" in node) {
    for (const item of node.TruncateStmt.relations ?? []) {
      if ("RangeVar" in item)
        writer.add("truncate", item.RangeVar, { range: writer.before(item.RangeVar, "truncate") });
    }
  }
}

interface Details {
  sets?: readonly Node[] | undefined;
  where?: Node | undefined;
  /** WHEN MATCHED AND …. */
  when?: Node | undefined;
  /** What holds the other relations. */
  from?: readonly unknown[];
  range: Range;
  branch?: "update" | "delete";
}

class Writer {
  readonly #words: Words;

  constructor(readonly reader: StatementReader) {
    this.#words = Words.of(reader.located);
  }

  add(
    kind: Write["kind"],
    relation: RangeVar,
    { sets = [], where, when, from = [], range, branch }: Details,
  ): void {
    const { reader } = this;
    const target: Source = sourceOf(relation);
    const conditions: Condition[] = [
      ...(where ? reader.conditions(where, kind === "merge" ? "on" : "where") : []),
      ...(when ? reader.conditions(when, "where") : []),
    ];
    const reads = relationsIn(from);
    reader.facts.writes.push({
      kind,
      target,
      sets: sets.flatMap((item) =>
        "ResTarget" in item && item.ResTarget.val
          ? [{ column: item.ResTarget.name ?? "", value: expressionOf(item.ResTarget.val, reader.located) }]
          : [],
      ),
      conditions,
      ...(reads.length > 0 ? { reads } : {}),
      ...(branch ? { branch } : {}),
      role: reader.role,
      range,
    });
  }

  /**
   * Whether ON CONFLICT DO UPDATE sets each column to what it is: to itself, or a column of the key to that of the row
   * that was not inserted. It is a way to have the row that is there returned.
   */
  keepsRow({ infer, targetList = [] }: OnConflictClause, own: string): boolean {
    const keys = new Set(
      infer?.indexElems?.flatMap((item) => ("IndexElem" in item ? (item.IndexElem.name ?? []) : [])),
    );
    return targetList.every((item) => {
      if (!("ResTarget" in item) || !item.ResTarget.val || item.ResTarget.indirection) return false;
      const { name = "", val } = item.ResTarget;
      const value = expressionOf(val, this.reader.located);
      if (value.kind !== "column" || value.name !== name) return false;
      return value.qualifier === own || (value.qualifier === "excluded" && keys.has(name));
    });
  }

  /** From the keyword before a relation's name to the end of the name. */
  before({ location = 0 }: RangeVar, keyword: string): Range {
    const { located } = this.reader;
    const [start] = located.range;
    const at = this.#words.indexAt(located.offsetOf(location) - start);
    let first = at;
    // TRUNCATE has a list of names.
    while (first > 0 && this.#words.wordAt(first).toLowerCase() !== keyword) first--;
    if (this.#words.wordAt(first).toLowerCase() !== keyword || keyword === "truncate") {
      first =
        keyword === "truncate" && at > 0 && /^(?:truncate|table|only)$/i.test(this.#words.wordAt(at - 1))
          ? 0
          : Math.max(first, at);
    }
    let last = at;
    while (this.#words.wordAt(last + 1) === ".") last += 2;
    return [start + this.#words.startOf(first), start + this.#words.endOf(last)];
  }

  /** From a location to the first word that fits. */
  phrase(location: number | undefined, word: RegExp): Range {
    const { located } = this.reader;
    const [start] = located.range;
    let index = this.#words.indexAt(located.offsetOf(location ?? 0) - start);
    const first = this.#words.startOf(index);
    while (index < this.#words.length && !word.test(this.#words.wordAt(index))) index++;
    return [start + first, start + this.#words.endOf(index)];
  }
}
