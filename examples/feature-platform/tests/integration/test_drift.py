"""Drifted features lead to a new model: runs inside the Mage container of a test stack."""

from pathlib import Path
from random import Random

from mage_ai.orchestration.triggers.api import trigger_pipeline

from lib.shared.churn import DRIFT_THRESHOLD, population_stability_index

MODELS = Path("/models")


def mojos() -> set[Path]:
    return set(MODELS.glob("*/*.zip"))


def test_drift_trains_and_exports_a_new_mojo() -> None:
    random = Random(7)
    trained_on = [random.gauss(60, 10) for _ in range(1000)]
    arriving = [random.gauss(90, 10) for _ in range(1000)]
    assert population_stability_index(trained_on, arriving) > DRIFT_THRESHOLD

    before = mojos()
    trigger_pipeline("churn_training", check_status=True, error_on_failure=True, poll_interval=5, poll_timeout=900)

    assert mojos() - before, "The pipeline exported no new MOJO."


def test_stable_features_are_no_drift() -> None:
    random = Random(7)
    trained_on = [random.gauss(60, 10) for _ in range(1000)]
    arriving = [random.gauss(60, 10) for _ in range(1000)]

    assert population_stability_index(trained_on, arriving) <= DRIFT_THRESHOLD
