import { ofDict, ofList } from "./attributes.js";
import { listOf } from "./bind.js";
import { ancestors, fieldValue, type Ancestor } from "./classes.js";
import type { Machine } from "./machine.js";
import type { ObjectAtom, Value } from "./values.js";

const MODEL = /^pydantic(?:_settings)?\.Base(?:Model|Settings)$/;
const TUPLE = /^typing(?:_extensions)?\.NamedTuple$/;
const MAPPING = /^(?:dict|typing(?:_extensions)?\.TypedDict)$/;
const SEQUENCE = /^(?:list|tuple|set)$/;
const ERROR = /^(?:Base)?Exception$/;

/** Methods that give another object of the class. */
const MODEL_COPIES =
  /^(?:model_(?:copy|construct|validate|validate_json|validate_strings)|copy|construct|validate|parse_obj|parse_raw|from_orm)$/;
const MODEL_DICTS = /^(?:model_dump|dict|model_json_schema|schema)$/;
const MODEL_DATA =
  /^(?:model_dump_json|json|schema_json|model_rebuild|model_parametrized_name|update_forward_refs)$/;

/**
 * What an object, or its class, has of the bases of records: Pydantic's models, named tuples, dictionaries with types,
 * lists and errors.
 *
 * @param self - an object of the class
 */
export function recordMember(
  m: Machine,
  order: readonly Ancestor[],
  name: string,
  self: Value,
): Value | undefined {
  for (const base of order) {
    const found = base.t === "name" ? memberOf(m, base.name, name, self) : undefined;
    if (found) return found;
  }
  return undefined;
}

function memberOf(m: Machine, base: string, name: string, self: Value): Value | undefined {
  const { values } = m;
  const gives = (of: Value): Value => values.of({ t: "getter", key: `g${of.id}`, of });
  if (MODEL.test(base)) {
    if (MODEL_COPIES.test(name)) return gives(self);
    if (MODEL_DICTS.test(name)) return gives(someDict(m));
    return MODEL_DATA.test(name) ? values.data : undefined;
  }
  if (TUPLE.test(base)) {
    if (name === "_replace" || name === "_make") return gives(self);
    if (name === "_asdict") return gives(someDict(m));
    return undefined;
  }
  if (MAPPING.test(base)) {
    const [atom] = someDict(m).atoms;
    return atom?.t === "dict" ? ofDict(m, atom, name) : undefined;
  }
  if (SEQUENCE.test(base)) return ofList(m, values.unknown, name);
  if (!ERROR.test(base)) return undefined;
  if (name === "with_traceback") return gives(self);
  if (name === "args") return listOf(m, values.unknown);
  return name === "add_note" ? values.data : undefined;
}

function someDict(m: Machine): Value {
  const { unknown } = m.values;
  return m.values.of({ t: "dict", key: `D${unknown.id}`, of: unknown });
}

/** What a dictionary whose class names its keys has under one of them. */
export function recordItem(m: Machine, object: ObjectAtom, key: Value): Value | undefined {
  const [name] = key.atoms;
  const text = name?.t === "text" ? name.text : name?.t === "data" ? name.word : undefined;
  const isRecord = ancestors(m, object.cls).some((base) => base.t === "name" && MAPPING.test(base.name));
  return text !== undefined && isRecord ? fieldValue(m, object, text) : undefined;
}
