import {
  CONTENT,
  RECORD,
  elements,
  exchange,
  infoLine,
  isArray,
  isDecimal,
  isNumber,
  lines,
  value,
  type Mutation,
} from "./edits.js";

/** model.ini, its keys and their values. */
export const INI: readonly Mutation[] = [
  lines(
    "ini: a key left out",
    (all, random) => {
      const index = infoLine(
        all,
        random,
        (key) =>
          !/^(?:license|timestamp|uuid|pca_impl|pcaMethod|.*_rule_id_.*|use_java_scoring_by_default|default_auuc_thresholds|mini_batch_size|sparse|gamma[XY]|regularizationY|seed)$/.test(
            key,
          ),
      );
      if (index === undefined) return undefined;
      all.splice(index, 1);
      return all;
    },
    { contradicts: "keys that H2O always writes" },
  ),
  lines(
    "ini: a key renamed",
    (all, random) => {
      const index = infoLine(
        all,
        random,
        (key) =>
          !/^(?:license|timestamp|uuid|pca_impl|pcaMethod|.*_rule_id_.*|use_java_scoring_by_default|default_auuc_thresholds|mini_batch_size|sparse|gamma[XY]|regularizationY|seed)$/.test(
            key,
          ),
      );
      if (index === undefined) return undefined;
      all[index] = `x${all[index]!}`;
      return all;
    },
    { contradicts: "keys that H2O always writes" },
  ),
  lines(
    "ini: a key twice",
    (all, random) => {
      const index = infoLine(all, random, (_, content) => isNumber("", content));
      if (index === undefined) return undefined;
      const [key, number] = all[index]!.split(" = ") as [string, string];
      all.splice(index + random.below(2), 0, `${key} = ${String(Number(number) + 1)}`);
      return all;
    },
    { contradicts: "two values of one key" },
  ),
  lines(
    "ini: a section left out",
    (all, random) => {
      const name = random.pick(["[info]", "[columns]", "[domains]"])!;
      return all.filter((line) => line !== name);
    },
    { contradicts: "sections that H2O always writes" },
  ),
  lines(
    "ini: a section twice",
    (all, random) => [...all, random.pick(["[info]", "[columns]", "[domains]"])!],
    { contradicts: "two sections of one name" },
  ),
  lines(
    "ini: a line commented out",
    (all, random) => {
      const index = random.pick([...all.keys()].filter((line) => all[line] !== ""))!;
      all[index] = `#${all[index]!}`;
      return all;
    },
    { contradicts: "lines that H2O never writes" },
  ),
  lines("ini: a byte order mark", (all) => {
    all[0] = `\ufeff${all[0]!}`;
    return all;
  }),
  lines("ini: carriage returns", (all) => all.map((line) => `${line}\r`)),
  lines(
    "ini: a line without a value",
    (all, random) => {
      const index = infoLine(all, random, () => true);
      if (index === undefined) return undefined;
      all[index] = all[index]!.split(" = ")[0]!;
      return all;
    },
    { contradicts: "lines that are no keys with values" },
  ),
  value(
    "ini: a number for a word",
    (_, content) => /^[A-Za-z]\w*$/.test(content),
    (_, random) => String(random.below(100)),
    { contradicts: "types and words that H2O writes" },
  ),
  value(
    "ini: a word for a number",
    (key, content) => isNumber(key, content) && !/^(?:uuid|seed)$/.test(key),
    () => "many",
    { contradicts: "types that H2O writes" },
  ),
  value(
    "ini: a count too high",
    (key, content) =>
      isNumber(key, content) &&
      /^n_|^(?:cats|nums|k|ntrees|center_num|vec_size|vocab_size|submodel_count|base_models_num|strata_count|eigenvector_size|ncats|nnums|num|numsCenter|ncol\w|nrowY|num_(?:categories|numeric|TP_col|CS_col))$/.test(
        key,
      ),
    (content, random) => String(Number(content) + 1 + random.below(2)),
    { contradicts: "counts" },
  ),
  value(
    "ini: a count too low",
    (key, content) =>
      Number(content) > 0 &&
      isNumber(key, content) &&
      /^n_|^(?:cats|nums|k|ntrees|center_num|vec_size|vocab_size|submodel_count|base_models_num|strata_count|eigenvector_size|ncats|nnums|num|numsCenter|ncol\w|nrowY|num_(?:categories|numeric|TP_col|CS_col))$/.test(
        key,
      ),
    (content) => String(Number(content) - 1),
    { contradicts: "counts" },
  ),
  value(
    "ini: a decimal",
    isDecimal,
    (content, random) => String(Number(content) * (2 + random.below(3)) + 0.125),
    { contradicts: "numbers that are written twice", onlyDigest: CONTENT },
  ),
  value(
    "ini: a truth value",
    (_, content) => content === "true" || content === "false",
    (content) => String(content === "false"),
    { contradicts: "facts that are written twice", onlyDigest: CONTENT },
  ),
  value("ini: an array too short", isArray, (content) => `[${elements(content).slice(0, -1).join(", ")}]`, {
    contradicts: "counts",
  }),
  value(
    "ini: an array too long",
    isArray,
    (content) => `[${[...elements(content), elements(content)[0]!].join(", ")}]`,
    { contradicts: "counts" },
  ),
  value(
    "ini: an array in another order",
    isArray,
    (content, random) => {
      const items = elements(content);
      const changed = exchange(items, random, [...items]);
      return changed && `[${changed.join(", ")}]`;
    },
    { contradicts: "numbers that are written twice", onlyDigest: CONTENT },
  ),
  value(
    "ini: an element of an array",
    (key, content) => isArray(key, content) && content.includes("."),
    (content, random) => {
      const items = elements(content);
      const at = random.below(items.length);
      const changed = String(Number(items[at]) * 1.5 + 0.0625);
      items[at] = changed;
      return changed.includes(".") ? `[${items.join(", ")}]` : undefined;
    },
    { contradicts: "numbers that are written twice", onlyDigest: CONTENT },
  ),
  value(
    "ini: a higher version",
    (key) => key === "mojo_version",
    () => "1.50",
    { contradicts: "the version of the format" },
  ),
  value(
    "ini: a lower version",
    (key, content) => key === "mojo_version" && content !== "1.00",
    (_, random) => random.pick(["1.00", "1.10", "1.20"])!,
    { contradicts: "the version of the format" },
  ),
  value(
    "ini: another algorithm",
    (key) => key === "algorithm",
    (content, random) =>
      random.pick(
        [
          "Distributed Random Forest",
          "Gradient Boosting Machine",
          "Generalized Linear Modeling",
          "Deep Learning",
          "K-means",
          "XGBoost",
          "Isolation Forest",
        ].filter((name) => name !== content),
      ),
    { contradicts: "the two names of the algorithm" },
  ),
  value(
    "ini: another category",
    (key) => key === "category",
    (content, random) =>
      random.pick(
        ["Binomial", "Multinomial", "Regression", "Clustering", "AutoEncoder", "AnomalyDetection"].filter(
          (name) => name !== content,
        ),
      ),
    { contradicts: "the category and the classes" },
  ),
  value(
    "ini: another link",
    (key) => key === "link_function" || key === "link",
    (content, random) =>
      random.pick(["log", "logit", "identity", "inverse"].filter((name) => name !== content)),
    { contradicts: "the link and the family" },
  ),
  value(
    "ini: another distribution",
    (key) => key === "distribution" || key === "family",
    (content, random) =>
      random.pick(
        ["bernoulli", "gaussian", "poisson", "multinomial", "tweedie", "laplace", "binomial"].filter(
          (name) => name !== content,
        ),
      ),
    { contradicts: "the family and the link, the category or the description" },
  ),
  value(
    "ini: another activation or encoding",
    (key) => key === "activation" || key === "_genmodel_encoding",
    (content, random) =>
      random.pick(
        ["Tanh", "Rectifier", "Maxout", "OneHotExplicit", "Binary", "LabelEncoder"].filter(
          (name) => name !== content,
        ),
      ),
    { contradicts: "the encoding and the columns, or the description", onlyDigest: CONTENT },
  ),
  value(
    "ini: another release",
    (key) => key === "h2o_version",
    () => "3.44.0.3",
    { contradicts: "the release of an ensemble and of its models", onlyDigest: RECORD },
  ),
  value(
    "ini: another uuid or time",
    (key) => key === "uuid" || key === "timestamp",
    (content) => content.replace(/\d(?=\d)/, (digit) => String(((Number(digit) + 1) % 9) + 1)),
    { contradicts: "the uuid and the checksum of the description", onlyDigest: RECORD },
  ),
];
