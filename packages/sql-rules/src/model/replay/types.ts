import type { AlterType, CreateType, TypeAction } from "../changes.js";
import type { Expression } from "../expression.js";
import { missing, type Session } from "./session.js";
import { Refusal, type TableState, type TypeState } from "./state.js";
import { claimTypeName } from "./rename.js";

export function createType(session: Session, change: CreateType): void {
  const { state } = session;
  const schema = session.creationSchema(change.name);
  const { name } = change.name;
  const there = state.type(schema, name);
  // A shell type is there only to be filled.
  const isShell = there?.typeKind === "base" && change.typeKind !== "enum" && change.typeKind !== "composite";
  if (isShell) state.remove(there.oid);
  claimTypeName(session, schema, name);
  if (change.typeKind === "composite") session.claimRelation(schema, name);
  state.put<TypeState>({
    oid: state.nextOid(),
    kind: "type",
    schema,
    name,
    typeKind: change.typeKind,
    base: change.base && session.resolveType(change.base),
    attributes: change.attributes?.map((attribute) => ({
      name: attribute.name,
      ...session.resolveType(attribute.type),
    })),
    extension: undefined,
    place: session.place,
  });
}

export function alterType(session: Session, { name, actions }: AlterType): void {
  const type = session.findType(name);
  if (!type) {
    if (session.wasSeen(name, "type")) throw missing("type", name);
    return;
  }
  if (type.kind === "type" && type.typeKind === "enum") {
    for (const action of actions) if (action.kind === "rename value") renameValue(session, type, action);
    return;
  }
  if (type.kind !== "type" || !type.attributes)
    throw new Refusal("refused", `"${name.name}" is not a composite type`);
  const isTyped = session.state
    .referrers(type.oid)
    .some((object) => "ofType" in object && object.ofType === type.oid);
  if (isTyped)
    throw new Refusal("refused", `cannot alter type "${type.name}" because it is the type of a typed table`);
  let attributes = type.attributes;
  for (const action of actions) attributes = altered(session, attributes, action);
  session.state.put<TypeState>({ ...type, attributes });
}

/** Defaults know an enum's value by its number: they follow. */
function renameValue(
  session: Session,
  type: TypeState,
  { from, to }: Extract<TypeAction, { kind: "rename value" }>,
): void {
  for (const table of session.state.referrers(type.oid)) {
    if (!("columns" in table)) continue;
    const columns = table.columns.map((column) => {
      if (column.oid !== type.oid || !column.default) return column;
      return { ...column, default: withValue(column.default, from, to) };
    });
    session.state.put<TableState>({ ...table, columns });
  }
}

function withValue(expression: Expression, from: string, to: string): Expression {
  if (expression.kind === "cast") return { ...expression, arg: withValue(expression.arg, from, to) };
  return expression.kind === "literal" && expression.value === from
    ? { ...expression, value: to }
    : expression;
}

type Attributes = NonNullable<TypeState["attributes"]>;

function altered(session: Session, attributes: Attributes, action: TypeAction): Attributes {
  if (action.kind === "rename value") return attributes;
  if (action.kind === "drop attribute") {
    const rest = attributes.filter(({ name }) => name !== action.attribute);
    if (rest.length === attributes.length && !action.ifExists)
      throw new Refusal("missing", `attribute "${action.attribute}" does not exist`);
    return rest;
  }
  const { name, type } = action.attribute;
  const at = attributes.findIndex((attribute) => attribute.name === name);
  const attribute = { name, ...session.resolveType(type) };
  if (action.kind === "add attribute") {
    if (at >= 0) throw new Refusal("exists", `attribute "${name}" already exists`);
    return [...attributes, attribute];
  }
  if (at < 0) throw new Refusal("missing", `attribute "${name}" does not exist`);
  return attributes.with(at, attribute);
}
