import type { Listed } from "../replayed.js";
import { ownType, type TypeRef } from "../types.js";
import type { DjangoField, FieldClass } from "./facts.js";
import { columnType } from "./types.js";

interface Found extends FieldClass {
  /** Where `import` finds it, without extension and `__init__`. */
  module: string;
}

/** Classes of fields that descend from each other. */
const MAX_BASES = 10;

/**
 * Finds what a repository's own classes of fields are in a database.
 *
 * @returns the field with a type that is known where its class descends from one of Django's, otherwise as it is
 */
export function fieldResolver(files: readonly Listed[]): (field: DjangoField) => DjangoField {
  const classes = new Map<string, Found[]>();
  for (const { path, facts } of files) {
    const module = path.replace(/(?:\/__init__)?\.pyi?$/, "");
    for (const one of facts.django?.fields ?? [])
      classes.set(one.name, [...(classes.get(one.name) ?? []), { ...one, module }]);
  }
  const named = (full: string): Found | undefined => {
    const parts = full.split(".");
    const all = classes.get(parts.at(-1)!) ?? [];
    const end = parts.slice(0, -1).filter(Boolean).join("/");
    const own = all.find(({ module }) => module === end || module.endsWith(`/${end}`));
    // A package may hand out what stands in one of its modules.
    return own ?? (all.length === 1 ? all[0] : undefined);
  };
  const typeOf = (full: string, field: DjangoField): TypeRef | undefined => {
    let name = full;
    for (let i = 0; i < MAX_BASES; i++) {
      const found = named(name);
      if (!found) break;
      if (found.type !== undefined) return ownType(found.type);
      if (found.isUnknown) return undefined;
      name = found.base;
    }
    const isDjango = name !== full || name.startsWith("django.");
    return isDjango ? columnType(name.slice(name.lastIndexOf(".") + 1), field.sizes ?? {}) : undefined;
  };
  return (field) => {
    if (field.kind !== "unknown" || !field.type) return field;
    const type = typeOf(field.type.name, field);
    return type ? { ...field, kind: "column", type: { ...type, dimensions: field.type.dimensions } } : field;
  };
}
