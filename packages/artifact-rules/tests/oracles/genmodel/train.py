"""Trains small H2O models of every algorithm that exports a MOJO, and writes their archives.

Usage: python train.py DIRECTORY

Everything is seeded: the same release of h2o writes the same models. A model the release cannot train or export is
named on the standard error and left out.
"""

import math
import random
import sys
import tempfile
from pathlib import Path

import h2o
from h2o import estimators as e

ROWS = 700
out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)

h2o.init(
    ip="127.0.0.1",
    port=55000 + random.SystemRandom().randrange(4000),
    max_mem_size="2g",
    nthreads=2,
    ice_root=tempfile.mkdtemp(),
    bind_to_localhost=True,
)
h2o.no_progress()


def data(seed):
    """A table with numbers, categories small and large, gaps, and a response of every kind."""
    rng = random.Random(seed)
    rows = []
    for i in range(ROWS):
        x1, x2, x3 = rng.gauss(0, 1), rng.uniform(-5, 5), float(rng.randrange(7))
        c, d = rng.choice(["aa", "bb", "cc"]), rng.choice(["p", "q", "r", "s", "t"])
        big = f"level {rng.randrange(70):02d}"
        signal = x1 + 0.3 * x2 + (1.5 if c == "bb" else 0) + (0.1 * int(big[-2:]) - 3.5) + rng.gauss(0, 0.5)
        rows.append(
            {
                "x1": x1 if rng.random() > 0.05 else None,
                "x2": x2,
                "x3": x3 if rng.random() > 0.1 else None,
                "c": c if rng.random() > 0.05 else None,
                "d": d,
                "big": big,
                "y": signal,
                "y2": "yes" if signal > 0 else "no",
                "y01": 1 if signal > 0 else 0,
                "share": 1 / (1 + math.exp(-signal)),
                "y5": f"k{min(4, max(0, int(signal + 2)))}",
                "y40": f"class {(int(signal * 4) + rng.randrange(8)) % 40:02d}",
                "count": max(0, int(math.exp(0.3 * signal) + rng.random())),
                "positive": math.exp(0.3 * signal) + 0.01,
                "weight": rng.choice([0.5, 1.0, 2.0]),
                "offset": rng.uniform(-0.5, 0.5),
                "fold": rng.randrange(3),
                "part": f"part {i % 3}",
                "treated": rng.choice(["control", "treatment"]),
                "stop": rng.randrange(1, 60),
                "event": rng.choice([0, 1]),
            }
        )
    frame = h2o.H2OFrame({name: [row[name] for row in rows] for name in rows[0]})
    for name in ["part", "c", "d", "big", "y2", "y5", "y40", "treated"]:
        frame[name] = frame[name].asfactor()
    return frame


frame = data(7)
holdout = data(8)
X = ["x1", "x2", "x3", "c", "d", "big"]
SMALL = ["x1", "x2", "c", "d"]


def save(name, estimator, x, y, training=None, **train):
    try:
        estimator.train(x=x, y=y, training_frame=frame if training is None else training, **train)
        (out / f"{name}.zip").unlink(missing_ok=True)
        estimator.download_mojo(path=str(out / f"{name}.zip"))
    except Exception as error:  # noqa: BLE001: any failure only leaves this archive out
        print(f"left out {name}: {str(error).strip().splitlines()[:3]}", file=sys.stderr)


def build(name, kind, x, y, parameters, **train):
    """As save, for parameters that an estimator of this release may not know."""
    try:
        estimator = kind(**parameters)
    except Exception as error:  # noqa: BLE001
        print(f"left out {name}: {error}", file=sys.stderr)
        return
    save(name, estimator, x, y, **train)


def guarded(make):
    """Runs a group of models; a parameter this release does not know leaves the rest of the group out."""
    try:
        make()
    except Exception as error:  # noqa: BLE001
        print(f"left out {make.__name__}: {error}", file=sys.stderr)


GBM = e.H2OGradientBoostingEstimator
DRF = e.H2ORandomForestEstimator
XGB = e.H2OXGBoostEstimator
GLM = e.H2OGeneralizedLinearEstimator
DL = e.H2ODeepLearningEstimator
GAM = e.H2OGeneralizedAdditiveEstimator


def gbm():
    few = {"ntrees": 4, "max_depth": 4, "seed": 1}
    save("gbm_weights", GBM(weights_column="weight", **few), X, "y")
    save("gbm_offset_poisson", GBM(offset_column="offset", distribution="poisson", **few), X, "count")
    save("gbm_fold", GBM(fold_column="fold", **few), X, "y2")
    save("gbm_all_special_columns", GBM(fold_column="fold", weights_column="weight", offset_column="offset", **few), X, "y2")
    save("gbm_40_classes", GBM(ntrees=3, max_depth=3, seed=1), X, "y40")
    save("gbm_300_trees", GBM(ntrees=300, max_depth=3, seed=1), SMALL, "y2")
    save("gbm_1200_trees", GBM(ntrees=1200, max_depth=2, seed=1, learn_rate=0.01), SMALL, "y")
    save("gbm_stump", GBM(ntrees=1, max_depth=1, seed=1), X, "y2")
    save("gbm_deep", GBM(ntrees=2, max_depth=20, min_rows=1, seed=1), X, "y")
    save("gbm_constant", GBM(ntrees=3, min_rows=340, seed=1), X, "y")
    save("gbm_large_category", GBM(ntrees=4, nbins_cats=1024, seed=1), ["big", "x1"], "y2")
    save("gbm_huber", GBM(distribution="huber", **few), X, "y")
    save("gbm_laplace", GBM(distribution="laplace", **few), X, "y")
    save("gbm_quantile", GBM(distribution="quantile", quantile_alpha=0.7, **few), X, "y")
    save("gbm_tweedie", GBM(distribution="tweedie", **few), X, "count")
    save("gbm_gamma", GBM(distribution="gamma", **few), X, "positive")
    save("gbm_quasibinomial", GBM(distribution="quasibinomial", **few), X, "y01")
    save("gbm_balanced", GBM(balance_classes=True, **few), X, "y5")
    for encoding in ["one_hot_explicit", "binary", "eigen", "label_encoder", "sort_by_response", "enum_limited"]:
        save(f"gbm_{encoding}", GBM(categorical_encoding=encoding, **few), X, "y2")
    save("gbm_platt", GBM(calibrate_model=True, calibration_frame=holdout, **few), X, "y2")
    save("gbm_isotonic", GBM(calibrate_model=True, calibration_frame=holdout, calibration_method="isotonic_regression", **few), X, "y2")


def drf():
    few = {"ntrees": 4, "max_depth": 5, "seed": 1}
    save("drf_regression", DRF(**few), X, "y")
    save("drf_weights", DRF(weights_column="weight", **few), X, "y2")
    save("drf_double_40", DRF(ntrees=2, max_depth=4, seed=1), X, "y40")
    save("drf_double_trees", DRF(binomial_double_trees=True, **few), X, "y2")
    save("drf_balanced", DRF(balance_classes=True, **few), X, "y2")
    save("drf_platt", DRF(calibrate_model=True, calibration_frame=holdout, **few), X, "y2")
    save("drf_200_trees", DRF(ntrees=200, max_depth=6, seed=1), SMALL, "y5")


def anomaly():
    save("isolation_forest", e.H2OIsolationForestEstimator(ntrees=20, seed=1), X, None)
    save("isolation_forest_flag", e.H2OIsolationForestEstimator(ntrees=6, contamination=0.1, seed=1), SMALL, None)
    save("extended_isolation_forest", e.H2OExtendedIsolationForestEstimator(ntrees=12, extension_level=3, seed=1), SMALL, None)


def uplift():
    for metric in ["KL", "ChiSquared", "Euclidean"]:
        model = e.H2OUpliftRandomForestEstimator(
            treatment_column="treated", uplift_metric=metric, ntrees=4, max_depth=4, seed=1
        )
        save(f"uplift_{metric.lower()}", model, SMALL, "y2")


def xgboost():
    few = {"ntrees": 4, "max_depth": 4, "seed": 1}
    save("xgboost_regression", XGB(**few), X, "y")
    save("xgboost_binomial", XGB(**few), X, "y2")
    save("xgboost_5_classes", XGB(**few), X, "y5")
    save("xgboost_dart", XGB(booster="dart", rate_drop=0.3, **few), X, "y2")
    save("xgboost_linear", XGB(booster="gblinear", ntrees=4, seed=1), X, "y2")
    save("xgboost_weights", XGB(weights_column="weight", **few), X, "y")
    save("xgboost_offset", XGB(offset_column="offset", **few), X, "y")
    save("xgboost_sparse", XGB(dmatrix_type="sparse", **few), X, "y2")
    save("xgboost_poisson", XGB(distribution="poisson", **few), X, "count")
    save("xgboost_label_encoder", XGB(categorical_encoding="label_encoder", **few), X, "y2")
    save("xgboost_numbers", XGB(**few), ["x1", "x2"], "y2")
    save("xgboost_platt", XGB(calibrate_model=True, calibration_frame=holdout, **few), X, "y2")


def glm():
    save("glm_gaussian", GLM(family="gaussian"), X, "y")
    save("glm_binomial_offset", GLM(family="binomial", offset_column="offset"), X, "y2")
    save("glm_weights", GLM(family="gaussian", weights_column="weight"), X, "y")
    save("glm_poisson", GLM(family="poisson"), X, "count")
    save("glm_gamma", GLM(family="gamma", link="log"), X, "positive")
    save("glm_tweedie", GLM(family="tweedie", tweedie_variance_power=1.5), X, "count")
    save("glm_negative_binomial", GLM(family="negativebinomial", link="log", theta=0.5), X, "count")
    save("glm_fractional", GLM(family="fractionalbinomial"), X, "share")
    save("glm_quasibinomial", GLM(family="quasibinomial"), X, "y01")
    save("glm_multinomial", GLM(family="multinomial"), X, "y5")
    save("glm_ordinal", GLM(family="ordinal"), SMALL, "y5")
    save("glm_no_intercept", GLM(family="gaussian", intercept=False), X, "y")
    save("glm_skip_missing", GLM(family="gaussian", missing_values_handling="Skip"), SMALL, "y")
    save("glm_all_levels", GLM(family="binomial", lambda_search=True), X, "y2")
    save("glm_p_values", GLM(family="gaussian", compute_p_values=True, lambda_=0), SMALL, "y")
    save("glm_not_standardised", GLM(family="gaussian", standardize=False), X, "y")


def gam():
    save("gam_cubic", GAM(family="gaussian", gam_columns=["x1"], num_knots=[5], bs=[0]), ["x2", "c"], "y")
    save("gam_thin_plate", GAM(family="gaussian", gam_columns=[["x1", "x2"]], num_knots=[12], bs=[1]), ["c"], "y")
    save("gam_isotone", GAM(family="gaussian", gam_columns=["x2"], num_knots=[5], bs=[2], spline_orders=[3]), ["x1", "c"], "y")
    save("gam_multinomial", GAM(family="multinomial", gam_columns=["x2"], num_knots=[5]), ["x1", "c"], "y5")
    save("gam_m_spline", GAM(family="binomial", gam_columns=["x2"], num_knots=[5], bs=[3], spline_orders=[3]), ["x1"], "y2")


def deeplearning():
    few = {"hidden": [6, 4], "epochs": 1, "reproducible": True, "seed": 1}
    save("deeplearning_regression", DL(**few), X, "y")
    save("deeplearning_5_classes", DL(activation="Tanh", **few), X, "y5")
    save("deeplearning_maxout", DL(activation="Maxout", **few), X, "y2")
    save("deeplearning_dropout", DL(activation="RectifierWithDropout", hidden_dropout_ratios=[0.2, 0.1], input_dropout_ratio=0.1, **few), X, "y2")
    save("deeplearning_autoencoder", DL(autoencoder=True, **few), SMALL, None)
    save("deeplearning_numbers", DL(standardize=False, **few), ["x1", "x2"], "y")
    save("deeplearning_label_encoder", DL(categorical_encoding="label_encoder", **few), X, "y2")


def unsupervised():
    save("kmeans_standardised", e.H2OKMeansEstimator(k=4, seed=1), SMALL, None)
    save("kmeans_raw", e.H2OKMeansEstimator(k=3, standardize=False, seed=1), ["x1", "x2"], None)
    save("pca_mixed", e.H2OPrincipalComponentAnalysisEstimator(k=3, transform="standardize", impute_missing=True, seed=1), SMALL, None)
    save("pca_all_levels", e.H2OPrincipalComponentAnalysisEstimator(k=2, use_all_factor_levels=True, impute_missing=True, seed=1), SMALL, None)
    save("glrm", e.H2OGeneralizedLowRankEstimator(k=3, seed=1, transform="standardize"), SMALL, None)


def others():
    save("coxph", e.H2OCoxProportionalHazardsEstimator(stop_column="stop"), ["x1", "x2", "c"], "event")
    save("coxph_strata", e.H2OCoxProportionalHazardsEstimator(stop_column="stop", stratify_by=["d"]), ["x1", "x2", "c", "d"], "event")
    save("isotonic_regression", e.H2OIsotonicRegressionEstimator(), ["x2"], "y")
    words = h2o.H2OFrame(
        [[word] for word in random.Random(3).choices("red green blue one two three four".split(), k=4000)],
        column_types=["string"],
    )
    save("word2vec", e.H2OWord2vecEstimator(vec_size=8, min_word_freq=2, epochs=1), None, None, training=words)
    save("target_encoder", e.H2OTargetEncoderEstimator(blending=True, noise=0, seed=1), ["c", "d", "big"], "y2")
    save("target_encoder_5", e.H2OTargetEncoderEstimator(noise=0, seed=1), ["c", "d"], "y5")


def ensemble_of_5():
    common = {"nfolds": 3, "fold_assignment": "Modulo", "keep_cross_validation_predictions": True, "seed": 1}
    bases = [GBM(ntrees=2, max_depth=3, **common), DRF(ntrees=2, max_depth=3, **common)]
    for base in bases:
        base.train(x=SMALL, y="y5", training_frame=frame)
    return e.H2OStackedEnsembleEstimator(base_models=bases, seed=1)


def nested():
    save("rulefit", e.H2ORuleFitEstimator(max_rule_length=3, rule_generation_ntrees=6, seed=1), SMALL, "y2")
    save("rulefit_rules", e.H2ORuleFitEstimator(min_rule_length=1, max_rule_length=2, rule_generation_ntrees=4, model_type="rules", seed=1), SMALL, "y")
    common = {"nfolds": 3, "fold_assignment": "Modulo", "keep_cross_validation_predictions": True, "seed": 1}
    bases = [GBM(ntrees=3, max_depth=3, **common), GLM(family="binomial", **common), DL(hidden=[4], epochs=1, reproducible=True, **common)]
    for base in bases:
        base.train(x=SMALL, y="y2", training_frame=frame)
    save("ensemble_gbm", e.H2OStackedEnsembleEstimator(base_models=bases, metalearner_algorithm="gbm", seed=1), SMALL, "y2")
    save("ensemble_5_classes", ensemble_of_5(), SMALL, "y5")
    save("ensemble_logit", e.H2OStackedEnsembleEstimator(base_models=bases, metalearner_transform="Logit", seed=1), SMALL, "y2")


FOLDS = {"nfolds": 3, "fold_assignment": "Modulo"}
# Columns that are no features, and rows that are held back: every one with every algorithm that takes it.
SPECIAL = {
    "weights": {"weights_column": "weight"},
    "offset": {"offset_column": "offset"},
    "fold": {"fold_column": "fold"},
    "named_fold": {"fold_column": "part"},
    "folds": FOLDS,
    "weights_fold": {"weights_column": "weight", "fold_column": "part"},
    "weights_offset": {"weights_column": "weight", "offset_column": "offset"},
    "all_special": {"weights_column": "weight", "offset_column": "offset", "fold_column": "fold"},
}


def special_columns():
    trees = {"ntrees": 3, "max_depth": 4, "seed": 1}
    layers = {"hidden": [4], "epochs": 1, "reproducible": True, "seed": 1}
    spline = {"gam_columns": ["x2"], "num_knots": [5]}
    for name, kind, x, y, parameters in [
        ("gbm", GBM, X, "y", trees),
        ("gbm_2", GBM, X, "y2", trees),
        ("gbm_5", GBM, X, "y5", trees),
        ("drf", DRF, X, "y", trees),
        ("drf_2", DRF, X, "y2", trees),
        ("drf_5", DRF, X, "y5", trees),
        ("isolation", e.H2OIsolationForestEstimator, X, None, {"ntrees": 4, "seed": 1}),
        ("extended_isolation", e.H2OExtendedIsolationForestEstimator, SMALL, None, {"ntrees": 4, "extension_level": 1, "seed": 1}),
        ("uplift", e.H2OUpliftRandomForestEstimator, SMALL, "y2", {"treatment_column": "treated", **trees}),
        ("xgboost", XGB, X, "y", trees),
        ("xgboost_2", XGB, X, "y2", trees),
        ("xgboost_5", XGB, X, "y5", trees),
        ("xgboost_linear", XGB, X, "y", {"booster": "gblinear", "ntrees": 3, "seed": 1}),
        ("glm", GLM, X, "y", {"family": "gaussian"}),
        ("glm_2", GLM, X, "y2", {"family": "binomial"}),
        ("glm_5", GLM, SMALL, "y5", {"family": "multinomial"}),
        ("glm_ordinal", GLM, SMALL, "y5", {"family": "ordinal"}),
        ("gam", GAM, ["x1", "c"], "y", {"family": "gaussian", **spline}),
        ("gam_2", GAM, ["x1", "c"], "y2", {"family": "binomial", **spline}),
        ("gam_5", GAM, ["x1"], "y5", {"family": "multinomial", **spline}),
        ("gam_isotone", GAM, ["x1", "c"], "y", {"family": "gaussian", "bs": [2], "spline_orders": [3], **spline}),
        ("gam_plates", GAM, ["c"], "y", {"family": "gaussian", "gam_columns": [["x1", "x2"]], "num_knots": [12], "bs": [1]}),
        ("deeplearning", DL, X, "y", layers),
        ("deeplearning_5", DL, X, "y5", layers),
        ("deeplearning_auto", DL, SMALL, None, {"autoencoder": True, **layers}),
        ("kmeans", e.H2OKMeansEstimator, SMALL, None, {"k": 3, "seed": 1}),
        ("kmeans_raw", e.H2OKMeansEstimator, SMALL, None, {"k": 3, "standardize": False, "seed": 1}),
        ("pca", e.H2OPrincipalComponentAnalysisEstimator, SMALL, None, {"k": 2, "impute_missing": True, "seed": 1}),
        ("glrm", e.H2OGeneralizedLowRankEstimator, SMALL, None, {"k": 2, "seed": 1}),
        ("coxph", e.H2OCoxProportionalHazardsEstimator, ["x1", "x2", "c"], "event", {"stop_column": "stop"}),
        ("coxph_numbers", e.H2OCoxProportionalHazardsEstimator, ["x1", "x2"], "event", {"stop_column": "stop"}),
        ("coxph_strata", e.H2OCoxProportionalHazardsEstimator, ["x1", "c", "d"], "event", {"stop_column": "stop", "stratify_by": ["d"]}),
        ("isotonic", e.H2OIsotonicRegressionEstimator, ["x2"], "y", {}),
        ("target_encoder", e.H2OTargetEncoderEstimator, ["c", "d"], "y2", {"noise": 0, "seed": 1}),
        ("rulefit", e.H2ORuleFitEstimator, SMALL, "y2", {"max_rule_length": 2, "rule_generation_ntrees": 4, "seed": 1}),
    ]:
        for column, own in SPECIAL.items():
            build(f"{name}_{column}", kind, x, y, {**parameters, **own})
        build(f"{name}_validated", kind, x, y, parameters, validation_frame=holdout)
    build(
        "isolation_response",
        e.H2OIsolationForestEstimator,
        SMALL,
        None,
        {"ntrees": 4, "seed": 1, "validation_response_column": "treated"},
        validation_frame=holdout,
    )


def sampled():
    """Rows and columns drawn at random, and every kind of histogram: the weights of a node then are of other rows than its parts'."""
    histograms = ["UniformAdaptive", "UniformRobust", "Random", "QuantilesGlobal", "RoundRobin"]
    for y in ["y", "y2", "y5"]:
        for name, kind in [("gbm", GBM), ("drf", DRF)]:
            few = {"ntrees": 5, "max_depth": 5, "min_rows": 3, "seed": 1}
            build(f"{name}_{y}_rows", kind, X, y, {**few, "sample_rate": 0.6})
            build(f"{name}_{y}_most_rows", kind, X, y, {**few, "sample_rate": 0.99})
            build(f"{name}_{y}_weighted_rows", kind, X, y, {**few, "sample_rate": 0.7, "weights_column": "weight"})
            build(f"{name}_{y}_columns", kind, X, y, {**few, "col_sample_rate_per_tree": 0.6, "col_sample_rate_change_per_level": 0.9})
            build(f"{name}_{y}_validated", kind, X, y, {**few, "sample_rate": 0.8, "ntrees": 40, "stopping_rounds": 2, "score_tree_interval": 2}, validation_frame=holdout)
            for histogram in histograms:
                build(f"{name}_{y}_{histogram}", kind, X, y, {**few, "histogram_type": histogram, "nbins": 16})
        build(f"gbm_{y}_some_columns", GBM, X, y, {"ntrees": 5, "col_sample_rate": 0.5, "learn_rate_annealing": 0.9, "min_split_improvement": 0.01, "seed": 1})
        build(f"xgboost_{y}_rows", XGB, X, y, {"ntrees": 5, "sample_rate": 0.6, "col_sample_rate": 0.7, "colsample_bytree": 0.8, "seed": 1})
    for name, kind in [("gbm", GBM), ("drf", DRF)]:
        build(f"{name}_rows_per_class", kind, X, "y2", {"ntrees": 5, "sample_rate_per_class": [0.9, 0.4], "seed": 1})
        build(f"{name}_balanced_rows", kind, X, "y5", {"ntrees": 3, "sample_rate": 0.7, "balance_classes": True, "max_after_balance_size": 2.0, "seed": 1})
    uplift = {"treatment_column": "treated", "ntrees": 4, "max_depth": 5, "seed": 1}
    for histogram in histograms:
        build(f"uplift_{histogram}", e.H2OUpliftRandomForestEstimator, SMALL, "y2", {**uplift, "histogram_type": histogram, "sample_rate": 0.8})
    build("isolation_rows", e.H2OIsolationForestEstimator, X, None, {"ntrees": 5, "sample_rate": 0.3, "mtries": 2, "seed": 1})
    build("isolation_few_rows", e.H2OIsolationForestEstimator, X, None, {"ntrees": 5, "sample_size": 40, "col_sample_rate_per_tree": 0.7, "seed": 1})


def continued():
    """Models that go on from another, that are bound in what they may learn, and that are calibrated with sampled rows."""
    few = {"ntrees": 3, "max_depth": 4, "sample_rate": 0.8, "seed": 1}
    for name, kind in [("gbm", GBM), ("drf", DRF)]:
        for y in ["y", "y5"]:
            first = kind(**few)
            first.train(x=X, y=y, training_frame=frame)
            build(f"{name}_{y}_continued", kind, X, y, {**few, "ntrees": 6, "checkpoint": first.model_id})
    first = DL(hidden=[4], epochs=1, reproducible=True, seed=1)
    first.train(x=X, y="y", training_frame=frame)
    build("deeplearning_continued", DL, X, "y", {"hidden": [4], "epochs": 3, "reproducible": True, "seed": 1, "checkpoint": first.model_id})
    build("gbm_monotone", GBM, X, "y", {**few, "monotone_constraints": {"x2": 1}})
    build("gbm_monotone_2", GBM, X, "y2", {**few, "distribution": "bernoulli", "monotone_constraints": {"x2": 1}})
    build("xgboost_monotone", XGB, X, "y", {"ntrees": 3, "seed": 1, "monotone_constraints": {"x2": 1}})
    build("gbm_interactions", GBM, X, "y", {**few, "interaction_constraints": [["x1", "x2"], ["c"]]})
    build("xgboost_interactions", XGB, X, "y", {"ntrees": 3, "seed": 1, "interaction_constraints": [["x1", "x2"], ["x3"]]})
    for method in ["PlattScaling", "IsotonicRegression"]:
        for name, kind in [("gbm", GBM), ("drf", DRF), ("xgboost", XGB)]:
            build(f"{name}_{method}_rows", kind, X, "y2", {**few, "calibrate_model": True, "calibration_frame": holdout, "calibration_method": method})
    for y, distribution in [("count", "poisson"), ("count", "tweedie"), ("positive", "gamma"), ("y", "huber"), ("y", "laplace"), ("y", "quantile")]:
        build(f"gbm_{distribution}_rows", GBM, X, y, {**few, "distribution": distribution})
        build(f"deeplearning_{distribution}", DL, X, y, {"hidden": [3], "epochs": 1, "reproducible": True, "seed": 1, "distribution": distribution})
    # A class that has no rows is still a class of the model.
    without = frame[frame["y5"] != "k2", :]
    for name, kind, parameters in [
        ("gbm", GBM, few),
        ("drf", DRF, few),
        ("xgboost", XGB, {"ntrees": 3, "seed": 1}),
        ("glm", GLM, {"family": "multinomial"}),
        ("deeplearning", DL, {"hidden": [3], "epochs": 1, "reproducible": True, "seed": 1}),
    ]:
        build(f"{name}_class_without_rows", kind, X, "y5", parameters, training=without)
    build("glm_interactions", GLM, ["x1", "c", "d"], "y", {"interactions": ["x1", "c"]})
    build("glm_interaction_pairs", GLM, ["x1", "x2", "c", "d"], "y", {"interaction_pairs": [("x1", "x2"), ("c", "d")]})
    build("glm_plug_values", GLM, ["x1", "x2"], "y", {"missing_values_handling": "PlugValues", "plug_values": h2o.H2OFrame({"x1": [0.25], "x2": [0.5]})})
    build("drf_extremely_random", DRF, X, "y5", {"ntrees": 3, "histogram_type": "Random", "mtries": 2, "seed": 1})
    build("drf_double_rows", DRF, X, "y2", {"ntrees": 3, "binomial_double_trees": True, "sample_rate": 0.4, "seed": 1})


def automl():
    from h2o.automl import H2OAutoML

    for y in ["y", "y2", "y5"]:
        search = H2OAutoML(max_models=8, seed=1, nfolds=2, project_name=f"automl_{y}", exclude_algos=["DeepLearning"])
        search.train(x=X, y=y, training_frame=frame)
        for rank, (key, *_) in enumerate(h2o.as_list(search.leaderboard["model_id"], use_pandas=False)[1:]):
            file = out / f"automl_{y}_{rank:02d}_{key.split('_AutoML')[0].lower()}.zip"
            try:
                h2o.get_model(key).download_mojo(path=str(file))
            except Exception as error:  # noqa: BLE001
                print(f"left out {file.name}: {error}", file=sys.stderr)


def ensembles():
    common = {**FOLDS, "keep_cross_validation_predictions": True, "seed": 1}
    for y in ["y", "y2", "y5"]:
        bases = [
            GBM(ntrees=4, max_depth=4, sample_rate=0.7, weights_column="weight", **common),
            DRF(ntrees=3, max_depth=4, weights_column="weight", **common),
            XGB(ntrees=3, max_depth=3, weights_column="weight", **common),
        ]
        for base in bases:
            base.train(x=SMALL, y=y, training_frame=frame)
        for learner in ["auto", "glm", "gbm", "drf", "xgboost", "deeplearning"]:
            build(
                f"ensemble_{y}_{learner}",
                e.H2OStackedEnsembleEstimator,
                SMALL,
                y,
                {"base_models": bases, "metalearner_algorithm": learner, "seed": 1, **({"metalearner_params": {"ntrees": 5}} if learner in ("gbm", "drf", "xgboost") else {})},
            )
        for name, own in [
            ("folds", {"metalearner_nfolds": 3}),
            ("fold", {"metalearner_fold_column": "fold"}),
            ("weights", {"weights_column": "weight"}),
            ("rows", {"metalearner_algorithm": "gbm", "metalearner_params": {"ntrees": 5, "sample_rate": 0.6}}),
            ("blended", {"blending_frame": True}),
        ]:
            blending = {"blending_frame": holdout} if own.pop("blending_frame", False) else {}
            build(f"ensemble_{y}_{name}", e.H2OStackedEnsembleEstimator, SMALL, y, {"base_models": bases, "seed": 1, **own}, **blending)


for group in [gbm, drf, anomaly, uplift, xgboost, glm, gam, deeplearning, unsupervised, others, nested, special_columns, sampled, continued, automl, ensembles]:
    guarded(group)
(out / "complete").touch()
h2o.cluster().shutdown()
