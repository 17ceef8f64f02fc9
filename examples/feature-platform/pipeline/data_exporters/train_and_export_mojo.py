import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import h2o
from h2o.estimators import H2OXGBoostEstimator
from mage_ai.io.config import ConfigFileLoader
from mage_ai.io.postgres import Postgres
from mage_ai.settings.repo import get_repo_path
from pandas import DataFrame

from lib.shared.churn import FEATURES, LABEL, LABEL_HORIZON

if "data_exporter" not in globals():
    from mage_ai.data_preparation.decorators import data_exporter

MODELS = Path("/models")


def walk_forward(frame: DataFrame) -> Iterator[tuple[DataFrame, DataFrame]]:
    """Each window but the first, with the rows whose label was known before the window began."""
    for window in range(1, frame["window"].max() + 1):
        test = frame[frame["window"] == window]
        train = frame[frame["event_time"] < test["event_time"].min() - LABEL_HORIZON]
        if len(train) > 0:
            yield train, test


def fit(frame: DataFrame) -> H2OXGBoostEstimator:
    model = H2OXGBoostEstimator(ntrees=100, max_depth=4, seed=7)
    model.train(x=list(FEATURES), y=LABEL, training_frame=to_h2o(frame))
    return model


def to_h2o(frame: DataFrame) -> h2o.H2OFrame:
    data = h2o.H2OFrame(frame[[*FEATURES, LABEL]])
    data[LABEL] = data[LABEL].asfactor()
    return data


@data_exporter
def train_and_export_mojo(frame: DataFrame, *args, **kwargs) -> None:
    """Measures the model by walking forward, trains it on everything, writes the MOJO and records the run."""
    trained_at: datetime = kwargs["execution_date"]
    model_version = trained_at.strftime("%Y%m%dT%H%M%S")
    h2o.connect(url=os.environ["H2O_URL"])

    auc = [fit(train).model_performance(to_h2o(test)).auc() for train, test in walk_forward(frame)]
    directory = MODELS / model_version
    directory.mkdir(parents=True)
    mojo_path = fit(frame).download_mojo(path=str(directory))

    run = DataFrame(
        [
            {
                "model_version": model_version,
                "event_time": trained_at,
                "mojo_path": mojo_path,
                "metrics": json.dumps({"walk_forward_auc": auc}),
            }
        ]
    )
    config = ConfigFileLoader(os.path.join(get_repo_path(), "io_config.yaml"), "default")
    with Postgres.with_config(config) as store:
        store.export(run, "feature_store", "training_runs", index=False, if_exists="append")
