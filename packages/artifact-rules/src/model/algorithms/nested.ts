import { quote } from "../../findings.js";
import type { Mojo } from "../mojo.js";
import { isClose } from "../agree.js";

/** Reads and verifies a nested model; undefined where there is none. */
export type Nested = (path: string) => Mojo | undefined;

/** The models of a model, by key; each is verified as a MOJO of its own. */
export function checkNested(mojo: Mojo, verify: Nested): ReadonlyMap<string, Mojo> {
  const { info, folder, findings } = mojo;
  const report = (message: string, key: string) => {
    findings.add("nested-model", message, info.where(key));
  };
  const models = new Map<string, Mojo>();
  const count = info.count("submodel_count");
  const written = [...info.values.keys()].filter((key) => /^submodel_key_\d+$/.test(key)).length;
  if (count !== undefined && written !== count)
    report(`submodel_count is ${count}, yet ${written} models follow.`, "submodel_count");
  const paths = new Set<string>();
  const byUuid = new Map<string, string>();
  for (let index = 0; index < Math.min(count ?? 0, written); index++) {
    const [keyName, pathName] = [`submodel_key_${index}`, `submodel_dir_${index}`];
    const [key, path] = [info.text(keyName), info.text(pathName)];
    if (key === undefined || path === undefined) continue;
    if (models.has(key)) report(`The model ${quote(key)} is there twice.`, keyName);
    if (paths.has(path)) {
      report(`Two models are read from ${quote(path)}.`, pathName);
      continue;
    }
    if (!path.endsWith(`/${key}/`)) report(`The model ${quote(key)} is read from ${quote(path)}.`, pathName);
    paths.add(path);
    if (!path.endsWith("/") || !folder.has(`${path}model.ini`)) {
      report(`There is no model in ${quote(path)}.`, pathName);
      continue;
    }
    const nested = verify(path);
    if (!nested) continue;
    const uuid = nested.info.raw("uuid");
    const twin = uuid === undefined ? undefined : byUuid.get(uuid);
    if (twin !== undefined)
      report(`The models ${quote(twin)} and ${quote(key)} are one model: they have one uuid.`, keyName);
    else if (uuid !== undefined) byUuid.set(uuid, key);
    models.set(key, nested);
    const version = nested.info.raw("h2o_version");
    if (version !== info.raw("h2o_version"))
      report(
        `The model ${quote(key)} is of h2o ${version ?? "unknown"}, its ensemble of ${info.raw("h2o_version") ?? "unknown"}.`,
        keyName,
      );
  }
  for (const name of folder.names("models/")) {
    if (!name.endsWith("/") && !foldersOf(name).some((path) => paths.has(path))) {
      findings.add("nested-model", "No model of the archive's list owns this entry.", {
        entry: folder.full(name),
      });
    }
  }
  return models;
}

/** The folders a name lies in. Names have few parts; the one that has many is no model's. */
function foldersOf(name: string): string[] {
  const parts = name.split("/", MAX_PARTS);
  return parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join("/")}/`);
}

const MAX_PARTS = 16;
/** The loader makes room for as many as are declared. */
const MAX_BASES = 10_000;

/** Stacked ensembles: base models, and a metalearner whose columns are their predictions in order. */
export function checkEnsemble(mojo: Mojo, verify: Nested): void {
  const { info, findings, details, category, classes = 1 } = mojo;
  const report = (message: string, key: string) => {
    findings.add("nested-model", message, info.where(key));
  };
  const models = checkNested(mojo, verify);
  const meta = info.text("metalearner");
  const transform = info.has("metalearner_transform")
    ? info.word("metalearner_transform", ["NONE", "Logit"])
    : undefined;
  const trainedWith = details?.parameter("metalearner_transform");
  if (
    transform !== undefined &&
    typeof trainedWith === "string" &&
    trainedWith.toLowerCase() !== transform.toLowerCase()
  ) {
    report(
      `metalearner_transform is ${transform}; the model was trained with ${trainedWith}.`,
      "metalearner_transform",
    );
  }
  const learner = meta === undefined ? undefined : models.get(meta);
  if (meta !== undefined && !learner)
    report(`The metalearner ${quote(meta)} is none of the models.`, "metalearner");
  const count = info.count("base_models_num");
  if (count !== undefined && count > MAX_BASES)
    report(`base_models_num is ${count}; no ensemble has so many.`, "base_models_num");
  const bases: string[] = [];
  // The writer leaves out base models the metalearner has no use for, and keeps their numbers.
  for (let index = 0; index < Math.min(count ?? 0, MAX_BASES); index++) {
    const key = `base_model${index}`;
    const name = info.raw(key);
    if (name === undefined) continue;
    bases.push(name);
    const base = models.get(name);
    if (!base) report(`The base model ${quote(name)} is none of the models.`, key);
    else checkBase(mojo, name, base, key);
  }
  const written = [...info.values.keys()].filter((key) => /^base_model\d+$/.test(key)).length;
  if (count !== undefined && bases.length !== written)
    report(`base_models_num is ${count}, yet ${written} base models follow.`, "base_models_num");
  const used = new Set(bases);
  if (used.size !== bases.length) report("A base model is there twice.", "base_models_num");
  const unused = [...models.keys()].find((name) => name !== meta && !used.has(name));
  if (unused !== undefined)
    report(`The model ${quote(unused)} is neither base model nor metalearner.`, "submodel_count");
  const trained = details?.parameter("base_models");
  if (Array.isArray(trained)) {
    const names = trained.map((model: unknown) => (model as { name?: unknown } | null)?.name);
    const known = new Set(names);
    if (count !== undefined && names.length !== count)
      report(`base_models_num is ${count}; the model was trained with ${names.length}.`, "base_models_num");
    const different =
      names.length === count
        ? names.findIndex((trained, index) => {
            const name = info.raw(`base_model${index}`);
            return name !== undefined && known.has(name) && trained !== name;
          })
        : -1;
    if (different >= 0)
      report(
        `Base model ${different} was ${quote(String(names[different]))} in training.`,
        `base_model${different}`,
      );
  }
  if (learner) checkLearner(mojo, learner, bases, category === "Multinomial" ? classes : 1);
}

/** The metalearner's columns are named after the base models, with the class behind a slash where there are several. */
function checkLearner(
  { findings, info, classes }: Mojo,
  learner: Mojo,
  bases: readonly string[],
  perBase: number,
): void {
  const columns = learner.columns.slice(0, learner.features);
  if (learner.classes !== classes)
    findings.add(
      "nested-model",
      `The metalearner has ${learner.classes ?? 0} classes, the ensemble ${classes ?? 0}.`,
      info.where("metalearner"),
    );
  if (columns.length !== bases.length * perBase) return;
  for (const [index, base] of bases.entries()) {
    for (let offset = 0; offset < perBase; offset++) {
      const column = columns[index * perBase + offset]!;
      if (column === base || column.startsWith(`${base}/`)) continue;
      findings.add(
        "nested-model",
        `The metalearner expects ${quote(column)} where base model ${index} is ${quote(base)}.`,
        info.where("metalearner"),
      );
      return;
    }
  }
}

/** A base model takes columns of the ensemble, with the same levels, and predicts the same classes. */
function checkBase(
  { findings, info, columns, domains, classes, category }: Mojo,
  name: string,
  base: Mojo,
  key: string,
): void {
  const report = (message: string) => {
    findings.add("nested-model", message, info.where(key));
  };
  if (base.category !== category)
    report(
      `The base model ${quote(name)} is of the category ${base.category ?? "unknown"}, the ensemble ${category ?? "unknown"}.`,
    );
  if (base.classes !== classes)
    report(`The base model ${quote(name)} has ${base.classes ?? 0} classes, the ensemble ${classes ?? 0}.`);
  const encodes = base.info.raw("_n_orig_names") !== undefined;
  const places = new Map(columns.map((column, index) => [column, index]));
  for (const [index, column] of base.columns.entries()) {
    const at = places.get(column);
    if (at === undefined) {
      if (index < base.features && !encodes)
        report(`The base model ${quote(name)} takes ${quote(column)}, which the ensemble does not have.`);
      continue;
    }
    const [own, ensemble] = [base.domains[index], domains[at]];
    if (own && ensemble && !own.equals(ensemble)) {
      report(`The base model ${quote(name)} has other levels of ${quote(column)} than the ensemble.`);
    }
  }
}

/** RuleFit: rules over the columns, and a linear model over the rules. */
export function checkRuleFit(mojo: Mojo, verify: Nested): void {
  const { info, findings } = mojo;
  const models = checkNested(mojo, verify);
  const name = info.text("linear_model");
  const linear = name === undefined ? undefined : models.get(name);
  if (name !== undefined && !linear)
    findings.add(
      "nested-model",
      `The linear model ${quote(name)} is none of the models.`,
      info.where("linear_model"),
    );
  const type = info.count("model_type");
  const [depths, trees] = [info.count("depth"), info.count("ntrees")];
  const written = [...info.values.keys()].filter((key) => /^num_rules_M\d+T\d+$/.test(key)).length;
  if (type !== undefined && type !== 0 && depths !== undefined && trees !== undefined) {
    if (depths * trees !== written)
      findings.add(
        "nested-model",
        `depth ${depths} and ntrees ${trees} make ${depths * trees} sets of rules; ${written} follow.`,
        info.where("depth"),
      );
    else {
      for (let depth = 0; depth < depths; depth++)
        for (let tree = 0; tree < trees; tree++) checkRules(mojo, depth, tree);
    }
  }
  checkList(mojo, "data_from_rules_codes", undefined);
  checkList(mojo, "linear_names", linear && [...linear.columns.slice(0, linear.features)]);
}

/** A numbered list with its length beside it; where names are given, they are the ones listed first. */
function checkList({ info, findings }: Mojo, prefix: string, names: readonly string[] | undefined): void {
  const count = info.count(`${prefix}_len`);
  const items = [...info.values.keys()].filter(
    (key) => key.startsWith(`${prefix}_`) && /^\d+$/.test(key.slice(prefix.length + 1)),
  );
  if (count !== undefined && items.length !== count)
    findings.add(
      "nested-model",
      `${prefix}_len is ${count}, yet ${items.length} follow.`,
      info.where(`${prefix}_len`),
    );
  const listed = new Set(items.map((key) => info.raw(key)));
  const lost = names?.find((name) => !listed.has(name));
  if (lost !== undefined)
    findings.add(
      "nested-model",
      `The linear model takes ${quote(lost)}, which is not listed.`,
      info.where(`${prefix}_len`),
    );
}

function checkRules(
  { info, findings, columns, levels, domains, features }: Mojo,
  depth: number,
  tree: number,
): void {
  const count = info.count(`num_rules_M${depth}T${tree}`) ?? 0;
  for (let rule = 0; rule < count; rule++) {
    const id = `${depth}_${tree}_${rule}`;
    const conditions = info.count(`num_conditions_rule_id_${id}`);
    if (conditions === undefined) return;
    info.double(`prediction_value_rule_id_${id}`);
    info.double(`coefficient_rule_id_${id}`);
    info.text(`var_name_rule_id_${id}`);
    for (let condition = 0; condition < conditions; condition++) {
      if (!checkCondition(`${condition}_${id}`)) return;
    }
  }

  function checkCondition(id: string): boolean {
    const report = (message: string, key: string) => {
      findings.add("nested-model", message, info.where(key));
    };
    const column = info.count(`feature_index_${id}`);
    const name = info.text(`feature_name_${id}`);
    const [type, operator] = [info.count(`type_${id}`), info.count(`operator_${id}`)];
    info.bool(`nas_included_${id}`);
    if (column === undefined || type === undefined || operator === undefined) return false;
    if (column >= features || columns[column] !== name)
      report(`A condition is on column ${column}, called ${quote(name ?? "")}.`, `feature_index_${id}`);
    if (type > 1 || operator > 2 || (type === 0) !== (operator === 2))
      report(`A condition of type ${type} has the operator ${operator}.`, `operator_${id}`);
    if ((type === 0) !== (levels[column] !== undefined))
      report(`A condition of type ${type} is on ${quote(name ?? "")}.`, `type_${id}`);
    if (type !== 0) {
      info.double(`num_treshold${id}`);
      return true;
    }
    const [count, named] = [
      info.count(`cat_treshold_length_${id}`),
      info.count(`language_cat_treshold_length_${id}`),
    ];
    if (count !== named)
      report("A condition names another number of levels than it has.", `cat_treshold_length_${id}`);
    for (let index = 0; index < Math.min(count ?? 0, levels[column] ?? 0); index++) {
      const level = info.count(`cat_treshold_length_${index}_${id}`);
      const text = info.raw(`language_cat_treshold_${index}_${id}`);
      if (level === undefined) return false;
      const expected = domains[column]?.at(level);
      const isOther = expected !== undefined && text !== undefined && !isSameLevel(text, expected);
      if (isOther || level >= (levels[column] ?? 0)) {
        report(
          `A condition names level ${level} of ${quote(name ?? "")} as ${quote(text ?? "")}.`,
          `cat_treshold_length_${index}_${id}`,
        );
      }
    }
    return true;
  }
}

/** Levels that look like numbers are written as text and read as numbers. */
function isSameLevel(written: string, level: string): boolean {
  return written === level.trim() || isClose(Number(written), Number(level));
}

/** k-LIME: a clustering, a model for all rows and one for each cluster. */
export function checkKLime(mojo: Mojo, verify: Nested): void {
  const { info, findings } = mojo;
  const models = checkNested(mojo, verify);
  const count = info.count("cluster_num") ?? 0;
  const keys = [
    "clustering_model",
    "global_regression_model",
    ...Array.from({ length: Math.min(count, 10_000) }, (_, index) => `cluster_regression_model_${index}`),
  ];
  for (const [index, key] of keys.entries()) {
    const name = index < 2 ? info.text(key) : info.raw(key);
    if (name !== undefined && !models.has(name))
      findings.add("nested-model", `The model ${quote(name)} is none of the models.`, info.where(key));
  }
}
