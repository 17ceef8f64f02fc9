import type { DjangoField, DjangoIndex, DjangoOperation, DjangoSettings, ModelRef } from "./facts.js";

/** A model after some migrations. Values are never changed, only replaced. */
export interface Model {
  /** Stays the same under another name. */
  id: number;
  app: string;
  /** In lower case. */
  name: string;
  /** With an identity each that outlives its name. */
  fields: ReadonlyMap<string, Field>;
  table: string | undefined;
  isUnmanaged: boolean;
  isProxy: boolean;
  swappable: string | undefined;
  bases: readonly ModelRef[];
  uniqueTogether: readonly (readonly string[])[];
  indexTogether: readonly (readonly string[])[];
  indexes: readonly DjangoIndex[];
}

export interface Field extends DjangoField {
  id: number;
}

type Models = ReadonlyMap<string, Model>;

/** The fields of models that refer to others. */
const relations = new WeakMap<Model, readonly Field[]>();

/** The models of a project as its migrations know them. After `django/db/migrations/state.py` of Django 5.2. */
export class ProjectState {
  readonly settings: DjangoSettings;
  readonly #resolved: (field: DjangoField) => DjangoField;
  #models: Map<string, Model>;
  #count: { id: number };

  /** @param resolved - the field as what its class is in a database */
  constructor(
    settings: DjangoSettings,
    resolved: (field: DjangoField) => DjangoField,
    models: Models = new Map(),
    count = { id: 0 },
  ) {
    this.settings = settings;
    this.#resolved = resolved;
    this.#models = new Map(models);
    this.#count = count;
  }

  get models(): Models {
    return this.#models;
  }

  /** The same, to be changed apart. */
  copy(): ProjectState {
    return new ProjectState(this.settings, this.#resolved, this.#models, this.#count);
  }

  get(app: string, name: string): Model | undefined {
    return this.#models.get(`${app}.${name}`);
  }

  /** The full name of what an app's migration or one of its models refers to. */
  fullName(ref: ModelRef, { app, name }: Pick<Model, "app" | "name">): string {
    if (ref === "self") return `${app}.${name}`;
    return ref.startsWith("$")
      ? this.#modelOfSetting(ref.slice(1))
      : ref.includes(".")
        ? ref
        : `${app}.${ref}`;
  }

  /** The model that a setting names: without the setting the one that may be swapped by it. */
  #modelOfSetting(setting: string): string {
    const named = this.settings.models[setting];
    if (named !== undefined) return named;
    if (setting === "AUTH_USER_MODEL") return "auth.user";
    const own = [...this.#models.values()].filter(
      ({ swappable }) => swappable === setting || swappable?.endsWith(`_${setting}`),
    );
    const by = own.length === 1 ? this.settings.models[own[0]!.swappable!] : undefined;
    return by ?? (own.length === 1 ? `${own[0]!.app}.${own[0]!.name}` : setting);
  }

  /** Whether its table is one of the migrations'. */
  hasTable({ app, name, isUnmanaged, isProxy, swappable }: Model): boolean {
    const other = swappable === undefined ? undefined : this.settings.models[swappable];
    return !isUnmanaged && !isProxy && (other === undefined || other === `${app}.${name}`);
  }

  /**
   * Applies an operation, as `state_forwards` does.
   *
   * @returns the models that it may have changed; undefined where it is about one that no migration made
   */
  apply(operation: DjangoOperation, app: string): readonly Model[] | undefined {
    if (operation.kind === "create model") return [this.#create(operation, app)];
    if (!("model" in operation)) return [];
    const model = this.get(app, operation.model);
    if (!model) return undefined;
    switch (operation.kind) {
      case "delete model":
        this.#models.delete(`${app}.${model.name}`);
        return [model];
      case "rename model":
        return this.#renameModel(model, operation.to);
      case "table":
        return [this.#put({ ...model, table: operation.table })];
      case "managed":
        return [this.#put({ ...model, isUnmanaged: !operation.isManaged })];
      case "together":
        return [
          this.#put({ ...model, [operation.what === "unique" ? "uniqueTogether" : "indexTogether"]: operation.sets }),
        ]; // prettier-ignore
      case "add index":
        return [this.#put({ ...model, indexes: [...model.indexes, operation.index] })];
      case "remove index":
        return [
          this.#put({ ...model, indexes: model.indexes.filter(({ name }) => name !== operation.name) }),
        ];
      case "rename index":
        return [this.#renameIndex(model, operation)];
      default:
        return this.#changeFields(model, operation);
    }
  }

  #put(model: Model): Model {
    this.#models.set(`${model.app}.${model.name}`, model);
    return model;
  }

  /** @param id - that of the field before */
  #identified(field: DjangoField, id = this.#count.id++): Field {
    return { ...this.#resolved(field), id };
  }

  #create(
    { model: name, fields, options, bases }: Extract<DjangoOperation, { kind: "create model" }>,
    app: string,
  ): Model {
    const { table, isUnmanaged = false, isProxy = false, swappable, ...rest } = options;
    return this.#put({
      id: this.#count.id++,
      app,
      name,
      fields: new Map(fields.map(([key, field]) => [key, this.#identified(field)])),
      table,
      isUnmanaged,
      isProxy,
      swappable,
      bases,
      ...rest,
    });
  }

  /** @returns the model, and those that refer to it */
  #renameModel(model: Model, name: string): Model[] {
    const [from, to] = [`${model.app}.${model.name}`, `${model.app}.${name}`];
    const repointed = this.#relating().flatMap(([one, relations]): Model[] => {
      const old = new Set(relations.filter((field) => this.#isTo(field, one, from) && !/^(?:self|\$.*)$/.test(field.to ?? "")));
      if (old.size === 0) return [];
      const fields = [...one.fields].map(([key, field]) => [key, old.has(field) ? { ...field, to } : field] as const);
      return [this.#put({ ...one, fields: new Map(fields) })];
    });
    const own = this.#models.get(from)!;
    this.#models.delete(from);
    return [this.#put({ ...own, name }), ...repointed.filter(({ id }) => id !== own.id)];
  } // prettier-ignore

  /** The models with fields that refer to one, and these fields. */
  #relating(): [Model, readonly Field[]][] {
    return [...this.#models.values()].flatMap((model): [Model, readonly Field[]][] => {
      let own = relations.get(model);
      if (!own) relations.set(model, (own = [...model.fields.values()].filter(({ to }) => to !== undefined)));
      return own.length > 0 ? [[model, own]] : [];
    });
  }

  #isTo({ to }: Field, model: Model, full: string): boolean {
    return to !== undefined && this.fullName(to, model) === full;
  }

  /** The models with columns of the type of a model's key. */
  #following(model: Model): Model[] {
    const found = new Map([[model.id, model]]);
    const names = [`${model.app}.${model.name}`];
    const relating = this.#relating();
    for (const full of names) {
      for (const [one, own] of relating) {
        const to = own.filter((field) => this.#isTo(field, one, full));
        if (to.length === 0 || found.has(one.id)) continue;
        found.set(one.id, one);
        // A key may be a reference itself.
        if (to.some(({ isPrimary, isUnique }) => isPrimary ?? isUnique)) names.push(`${one.app}.${one.name}`);
      }
    }
    return [...found.values()];
  }

  #renameIndex(
    model: Model,
    { name, to, fields = [] }: Extract<DjangoOperation, { kind: "rename index" }>,
  ): Model {
    if (name !== undefined) {
      const indexes = model.indexes.map((index) => (index.name === name ? { ...index, name: to } : index));
      return this.#put({ ...model, indexes });
    }
    const keys = fields.map((field) => ({ expression: { kind: "column" as const, name: field } }));
    const index: DjangoIndex = { range: [0, 0], name: to, method: "btree", keys, include: [] };
    const indexTogether = model.indexTogether.filter((set) => set.join() !== fields.join());
    return this.#put({ ...model, indexTogether, indexes: [...model.indexes, index] });
  }

  #changeFields(model: Model, operation: DjangoOperation): readonly Model[] {
    const fields = new Map(model.fields);
    switch (operation.kind) {
      case "add field":
        fields.set(operation.name, this.#identified(operation.field));
        break;
      case "alter field": {
        const before = fields.get(operation.name);
        const field = this.#identified(operation.field, before?.id);
        fields.set(operation.name, field);
        const changed = this.#put({ ...model, fields });
        const isKey = [before, field].some((one) => one?.isPrimary ?? one?.isUnique);
        return isKey ? this.#following(changed) : [changed];
      }
      case "remove field":
        fields.delete(operation.name);
        break;
      case "rename field":
        return [this.#renameField(model, operation.name, operation.to)];
      case "order":
        if (operation.isOrdered) fields.set("_order", this.#identified(operation.field));
        else fields.delete("_order");
        break;
      default:
        return [];
    }
    return [this.#put({ ...model, fields })];
  }

  #renameField(model: Model, from: string, to: string): Model {
    const renamed = (name: string) => (name === from ? to : name);
    const fields = new Map([...model.fields].map(([name, field]) => [renamed(name), field]));
    const together = (sets: Model["uniqueTogether"]) => sets.map((set) => set.map(renamed));
    const own = `${model.app}.${model.name}`;
    for (const one of this.#models.values()) {
      const isToOld = ({ to: ref, toField }: Field) =>
        toField === from && ref !== undefined && this.fullName(ref, one) === own;
      if (one.id === model.id || ![...one.fields.values()].some(isToOld)) continue;
      const all = [...one.fields].map(([key, field]) => [key, isToOld(field) ? { ...field, toField: to } : field] as const); // prettier-ignore
      this.#put({ ...one, fields: new Map(all) });
    }
    return this.#put({
      ...model,
      fields,
      uniqueTogether: together(model.uniqueTogether),
      indexTogether: together(model.indexTogether),
    });
  }
}
