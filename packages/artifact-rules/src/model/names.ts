/** The algorithms h2o-genmodel reads, by the key `algorithm`, which decides; `algo` is the short name beside it. */

export interface AlgorithmName {
  readonly algo: string;
  /** Spellings of `algorithm`, H2O's own first. */
  readonly full: readonly string[];
  /** The releases of the format that h2o-genmodel 3.46 reads: the highest, and those below it. */
  readonly versions: readonly string[];
}

export const ALGORITHMS = [
  {
    algo: "gbm",
    full: ["Gradient Boosting Machine", "Gradient Boosting Method"],
    versions: ["1.00", "1.10", "1.20", "1.30", "1.40"],
  },
  { algo: "drf", full: ["Distributed Random Forest"], versions: ["1.00", "1.10", "1.20", "1.30", "1.40"] },
  { algo: "isolationforest", full: ["Isolation Forest"], versions: ["1.20", "1.30", "1.40"] },
  { algo: "upliftdrf", full: ["Uplift Distributed Random Forest"], versions: ["1.30", "1.40"] },
  { algo: "extendedisolationforest", full: ["Extended Isolation Forest"], versions: ["1.00"] },
  { algo: "xgboost", full: ["XGBoost"], versions: ["1.00", "1.10"] },
  { algo: "glm", full: ["Generalized Linear Modeling", "Generalized Linear Model"], versions: ["1.00"] },
  { algo: "gam", full: ["Generalized Additive Model"], versions: ["1.00"] },
  { algo: "deeplearning", full: ["Deep Learning", "deep learning"], versions: ["1.00", "1.10"] },
  { algo: "kmeans", full: ["K-means"], versions: ["1.00"] },
  { algo: "pca", full: ["Principal Components Analysis"], versions: ["1.00"] },
  {
    algo: "glrm",
    full: ["Generalized Low Rank Modeling", "Generalized Low Rank Model"],
    versions: ["1.00", "1.10"],
  },
  { algo: "stackedensemble", full: ["Stacked Ensemble", "StackedEnsemble"], versions: ["1.00", "1.01"] },
  { algo: "rulefit", full: ["RuleFit"], versions: ["1.00"] },
  { algo: "word2vec", full: ["Word2Vec"], versions: ["1.00"] },
  { algo: "coxph", full: ["Cox Proportional Hazards"], versions: ["1.00"] },
  { algo: "targetencoder", full: ["TargetEncoder"], versions: ["1.00"] },
  { algo: "isotonicregression", full: ["Isotonic Regression"], versions: ["1.00"] },
  { algo: "klime", full: ["k-LIME"], versions: ["1.00"] },
  { algo: "svm", full: ["Support Vector Machine (*Spark*)"], versions: ["1.00"] },
  { algo: "mojo_pipeline", full: ["MOJO Pipeline"], versions: ["1.00"] },
] as const satisfies readonly AlgorithmName[];

export type Algo = (typeof ALGORITHMS)[number]["algo"];

/** Categories of hex.ModelCategory. */
export const CATEGORIES = [
  "Unknown",
  "Binomial",
  "Multinomial",
  "Ordinal",
  "Regression",
  "Clustering",
  "AutoEncoder",
  "TargetEncoder",
  "DimReduction",
  "WordEmbedding",
  "CoxPH",
  "AnomalyDetection",
  "KLime",
  "BinomialUplift",
] as const;

export type Category = (typeof CATEGORIES)[number];

/** Families of hex.genmodel.utils.DistributionFamily. */
export const DISTRIBUTIONS = [
  "AUTO",
  "bernoulli",
  "quasibinomial",
  "modified_huber",
  "multinomial",
  "ordinal",
  "gaussian",
  "poisson",
  "gamma",
  "tweedie",
  "huber",
  "laplace",
  "quantile",
  "fractionalbinomial",
  "negativebinomial",
  "custom",
] as const;

/** Links of hex.genmodel.utils.LinkFunctionType. */
export const LINKS = [
  "log",
  "logit",
  "identity",
  "ologit",
  "ologlog",
  "oprobit",
  "inverse",
  "tweedie",
] as const;

/** Keys that the loader has a default for, and that H2O nevertheless always writes, from release 3.40 on. */
export const WRITTEN_SINCE_3_40: Readonly<Partial<Record<Algo | "every", readonly string[]>>> = {
  every: ["prior_class_distrib", "model_class_distrib", "escape_domain_values"],
  gbm: ["_orig_projection_array", "link_function"],
  drf: ["_orig_projection_array"],
  isolationforest: ["_orig_projection_array", "min_path_length", "max_path_length", "output_anomaly_flag"],
  upliftdrf: ["_orig_projection_array"],
  deeplearning: ["_orig_projection_array", "norm_mul", "norm_sub", "norm_resp_mul", "norm_resp_sub"],
  xgboost: ["ntrees", "has_offset"],
  stackedensemble: ["metalearner_transform"],
  glrm: ["transposed", "reverse_transform", "catOffsets"],
  targetencoder: ["keep_original_categorical_columns", "non_predictors"],
};
