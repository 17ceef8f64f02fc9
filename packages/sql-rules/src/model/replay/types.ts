import type { AlterType, CreateType, TypeAction } from "../changes.js";
import { missing, type Session } from "./session.js";
import { Refusal, type TypeState } from "./state.js";
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
    ...(change.base && { base: session.resolveType(change.base) }),
    ...(change.attributes && {
      attributes: change.attributes.map((attribute) => ({
        name: attribute.name,
        ...session.resolveType(attribute.type),
      })),
    }),
    place: session.place,
  });
}

export function alterType(session: Session, { name, actions }: AlterType): void {
  const type = session.findType(name);
  if (!type) {
    if (session.wasSeen(name, "type")) throw missing("type", name);
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

type Attributes = NonNullable<TypeState["attributes"]>;

function altered(session: Session, attributes: Attributes, action: TypeAction): Attributes {
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
