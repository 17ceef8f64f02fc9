"""What the pipeline and the service must agree on."""

from collections.abc import Sequence
from datetime import timedelta
from math import log

FEATURES = ("tenure_days", "monthly_charge")
LABEL = "churned"

LABEL_HORIZON = timedelta(days=30)
"""How far the label looks ahead."""

DRIFT_THRESHOLD = 0.25
"""Population stability index above which the model is trained again."""


def population_stability_index(expected: Sequence[float], actual: Sequence[float], bins: int = 10) -> float:
    """How far two samples of one feature lie apart, over bins of equal width; 0 where they are the same."""
    low, high = min(expected), max(expected)
    width = (high - low) / bins or 1.0

    def shares(sample: Sequence[float]) -> list[float]:
        counts = [0] * bins
        for value in sample:
            counts[max(0, min(bins - 1, int((value - low) / width)))] += 1
        return [max(count / len(sample), 1e-4) for count in counts]

    return sum((a - e) * log(a / e) for e, a in zip(shares(expected), shares(actual)))
