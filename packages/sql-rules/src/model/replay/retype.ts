import type { ColumnEvent } from "../catalog.js";
import type { TableAction } from "../changes.js";
import type { Expression } from "../expression.js";
import { simplify } from "../expressions/index.js";
import { sameType } from "../types.js";
import { isAssignable } from "./casts.js";
import { requireColumn, withColumn } from "./columns.js";
import { checkTypes } from "./foreign-keys.js";
import { keptExpression } from "./expression-types.js";
import { uses } from "./expressions.js";
import { requireIdentityType } from "./generated.js";
import { classOf } from "./indexes.js";
import type { Session } from "./session.js";
import {
  changed,
  plainColumn,
  Refusal,
  type ColumnState,
  type IndexState,
  type Oid,
  type ResolvedType,
  type TableState,
} from "./state.js";

type Retype = Extract<TableAction, { kind: "retype column" }>;

/** ALTER COLUMN … TYPE: the column, its indexes' operator classes, and the same in child tables. */
export function retypeColumn(session: Session, oid: Oid, action: Retype, only: boolean): void {
  const table = session.tableOf(oid);
  const resolved = session.resolveType(action.type);
  const column = requireColumn(table, action.column);
  if (column && column.inherited > 0)
    throw new Refusal("refused", `cannot alter inherited column "${column.name}"`);
  if (table.ofType !== undefined) throw new Refusal("refused", "cannot alter column type of typed table");
  if (only && session.state.childrenOf(oid).length > 0)
    throw new Refusal(
      "refused",
      `type of inherited column "${action.column}" must be changed in child tables too`,
    );
  if (!column) addUnknown(session, table, action, resolved);
  else {
    const below = session.state.inheritorsOf(oid);
    for (const [child, parents] of below) {
      const inherited = requireColumn(session.tableOf(child), action.column);
      if (inherited && inherited.inherited > parents)
        throw new Refusal("refused", `cannot alter inherited column "${action.column}"`);
    }
    for (const one of [oid, ...below.keys()]) retype(session, one, action, resolved);
  }
}

/** The column of a table from elsewhere: this type is all that is known of it. */
function addUnknown(session: Session, table: TableState, action: Retype, resolved: ResolvedType): void {
  const place = session.placeOf(action.typeRange);
  const column = plainColumn(action.column, resolved, place);
  const { type, name } = column;
  const history = [{ type, name, place, ...eventOf(action) }];
  session.state.put<TableState>({ ...table, columns: [...table.columns, { ...column, history }] });
}

function eventOf({ hasUsing }: Retype): Pick<ColumnEvent, "kind" | "hasUsing"> {
  return hasUsing ? { kind: "retype", hasUsing } : { kind: "retype" };
}

function retype(session: Session, oid: Oid, action: Retype, resolved: ResolvedType): void {
  const { column: name } = action;
  const table = session.tableOf(oid);
  const column = requireColumn(table, name);
  if (!column) return;
  requireFree(session, table, name);
  if (!action.hasUsing && !canAssign(session, column, resolved))
    throw new Refusal(
      "refused",
      `column "${name}" cannot be cast automatically to type ${resolved.type.name}`,
    );
  requireDefault(session, column, resolved);
  if (column.identity) requireIdentityType(resolved);
  const place = session.placeOf(action.typeRange);
  const event = { type: resolved.type, name, place, ...eventOf(action) };
  session.state.put(
    withColumn(table, name, (each) => ({
      ...each,
      type: resolved.type,
      oid: resolved.oid,
      default: each.default && typed(each.default, column),
      collation: action.collation,
      typePlace: place,
      history: changed(each, event),
    })),
  );
  recheckForeignKeys(session, oid, name);
  for (const index of session.state.indexesOf(oid)) refreshClasses(session, index, name);
}

/** The type a string constant got when the default was written stays. */
function typed(value: Expression, { type }: ResolvedType): Expression {
  if (value.kind !== "literal" || typeof value.value !== "string") return value;
  return { kind: "cast", arg: value, type: { ...type, modifiers: [] } };
}

/** What reads a column forbids that its type changes. */
function requireFree(session: Session, table: TableState, name: string): void {
  const refuse = (by: string) => {
    throw new Refusal("refused", `cannot alter type of a column used by ${by}`);
  };
  for (const object of session.state.referrers(table.oid)) {
    if ("reads" in object && object.reads.some(({ oid, columns }) => oid === table.oid && columns.has(name)))
      refuse("a view or rule");
  }
  if (table.columns.some(({ generated }) => uses(generated?.expression, name))) refuse("a generated column");
  if (table.partitionKey?.elements.some((element) => uses(element, name)))
    throw new Refusal("refused", `cannot alter column "${name}" because it is part of the partition key`);
}

function canAssign(session: Session, from: ResolvedType, to: ResolvedType): boolean {
  const [source, target] = [session.baseOf(from), session.baseOf(to)];
  if (!source || !target) return true;
  if (source.oid !== undefined || target.oid !== undefined) {
    // Extensions bring casts of their own.
    if ([source, target].some(({ oid }) => isBase(session, oid))) return true;
    if (source.oid === target.oid) return source.type.dimensions > 0 === target.type.dimensions > 0;
    const isString = /^(?:text|character varying|character|bpchar|name)$/.test(target.type.name);
    return target.oid === undefined && isString && target.type.dimensions === 0;
  }
  return isAssignable(source.type, target.type);
}

function isBase({ state }: Session, oid: Oid | undefined): boolean {
  const type = oid === undefined ? undefined : state.get(oid);
  return type?.kind === "type" && type.typeKind === "base";
}

/** The default stays if its own type can be stored in the new one. */
function requireDefault(session: Session, column: ColumnState, to: ResolvedType): void {
  const value = column.sequence === undefined ? column.default : undefined;
  const type =
    column.sequence === undefined
      ? value && simplify(value).type
      : { name: "bigint", modifiers: [], dimensions: 0 };
  if (!type) return;
  const literal = type.name === "unknown" || value?.kind === "literal";
  const from =
    literal && value?.kind === "literal" && typeof value.value === "string"
      ? column
      : session.resolveType(type);
  if (type.name === "unknown" && value?.kind !== "literal") return;
  const isSame = sameType({ ...from.type, modifiers: [] }, { ...to.type, modifiers: [] });
  if (!isSame && !canAssign(session, from, to))
    throw new Refusal(
      "refused",
      `default for column "${column.name}" cannot be cast automatically to type ${to.type.name}`,
    );
}

/** Foreign keys from and to the column are made anew. */
function recheckForeignKeys(session: Session, oid: Oid, column: string): void {
  const table = session.tableOf(oid);
  const others = session.state
    .referrers(oid)
    .filter((object): object is TableState => "constraints" in object);
  for (const holder of [table, ...others]) {
    for (const { kind, columns, references, referenced } of holder.constraints) {
      const target = session.state.table(references);
      if (kind !== "foreign key" || !target || !referenced) continue;
      const isTouched =
        (holder.oid === oid && columns.includes(column)) ||
        (references === oid && referenced.includes(column));
      if (isTouched) checkTypes(session, [holder, columns], [target, referenced]);
    }
  }
}

function refreshClasses(session: Session, index: IndexState, column: string): void {
  const isTouched =
    index.keys.some(({ expression }) => uses(expression, column)) || uses(index.predicate, column);
  if (!isTouched) return;
  const table = session.tableOf(index.table);
  session.state.put<IndexState>({
    ...index,
    keys: index.keys.map((key) => {
      const written = key.isDefaultClass ? undefined : key.operatorClass;
      const expression = keptExpression(table, key.expression);
      const { name } = classOf(session, table, expression, index.method, written);
      return { ...key, expression, operatorClass: name };
    }),
  });
}
