"""Drift of features, by their population stability index."""

import os

from mage_ai.orchestration.triggers.api import trigger_pipeline

from lib.shared.churn import population_stability_index

# ruleid: psi-threshold
PSI_THRESHOLD = 0.2
#               ^^^ ruleid: psi-threshold "not the agreed threshold"

# ruleid: psi-threshold
PSI_ALERT_LIMIT: float = 0.3

# ruleid: psi-threshold
settings = {"psi_threshold": 0.2, "bins": 10}


def has_drifted(expected: list[float], actual: list[float]) -> bool:
    psi = population_stability_index(expected, actual)
    # ruleid: psi-threshold
    return psi > 0.2


def has_drifted_at_all(scores: dict) -> bool:
    # ruleid: psi-threshold
    return scores["psi"] >= 0.3


def is_stable(expected: list[float], actual: list[float]) -> bool:
    # ruleid: psi-threshold
    return population_stability_index(expected, actual) < 0.2


# ruleid: psi-threshold
def check(frame, psi_threshold: float = 0.2) -> bool:
    return frame.psi.max() > psi_threshold


# ruleid: psi-threshold
check(frame=None, psi_threshold=0.2)


def retrain(psi: float) -> None:
    # ruleid: psi-threshold
    if psi < 0.25:
        trigger_pipeline("churn_training", check_status=True, error_on_failure=True)


def retrain_by_threshold(max_psi: float, threshold: float) -> None:
    # ruleid: psi-threshold
    if max_psi <= threshold:
        trigger_pipeline("churn_training")


def columns(ColumnDriftMetric):
    # ruleid: psi-threshold
    return ColumnDriftMetric("tenure_days", stattest="psi", stattest_threshold=0.1)


def has_drifted_as_agreed(expected: list[float], actual: list[float]) -> bool:
    psi = population_stability_index(expected, actual)
    # ok: psi-threshold
    return psi > 0.25


# ok: psi-threshold
PSI_LIMIT = 0.25

# ok: psi-threshold
PSI_THRESHOLD_FROM_ENVIRONMENT = float(os.environ["PSI_THRESHOLD"])

# ok: psi-threshold
PSI_WARNING_THRESHOLD = 0.2

# ok: psi-threshold
KS_THRESHOLD = 0.2


def level(psi: float) -> str:
    # The customary first step is none of the decision.
    # ok: psi-threshold
    if psi < 0.1:
        return "none"
    # ok: psi-threshold
    return "some" if psi <= 0.25 else "drift"


PSI_MODERATE_SHIFT = 0.2


def level_by_name(psi: float) -> str:
    # ok: psi-threshold
    return "some" if psi < PSI_MODERATE_SHIFT else "more"


def retrain_as_agreed(psi: float) -> None:
    # ok: psi-threshold
    if psi > 0.25:
        trigger_pipeline("churn_training", check_status=True, error_on_failure=True)


def columns_as_agreed(ColumnDriftMetric):
    # ok: psi-threshold
    return ColumnDriftMetric("tenure_days", stattest="psi", stattest_threshold=0.25)


def auc_drift(auc: float) -> bool:
    # ok: psi-threshold
    return auc < 0.2
