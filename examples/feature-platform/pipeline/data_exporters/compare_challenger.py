import os
from pathlib import Path

import h2o
from h2o.estimators import H2OGradientBoostingEstimator
from pandas import DataFrame

from lib.shared.churn import FEATURES, LABEL

if "data_exporter" not in globals():
    from mage_ai.data_preparation.decorators import data_exporter

CHALLENGERS = Path("/models/challengers")


@data_exporter
def compare_challenger(frame: DataFrame, *args, **kwargs) -> None:
    """Trains a second model on the same rows, for the scorer to run beside the first."""
    h2o.connect(url=os.environ["H2O_URL"])
    data = h2o.H2OFrame(frame[[*FEATURES, LABEL]])
    data[LABEL] = data[LABEL].asfactor()

    challenger = H2OGradientBoostingEstimator(ntrees=200, seed=7)
    challenger.train(x=list(FEATURES), y=LABEL, training_frame=data)
    directory = CHALLENGERS / kwargs["execution_date"].strftime("%Y%m%dT%H%M%S")
    directory.mkdir(parents=True)
    h2o.save_model(challenger, path=str(directory))
