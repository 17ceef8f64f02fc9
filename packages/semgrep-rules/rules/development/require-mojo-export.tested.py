import h2o
import pytest
from h2o.estimators import H2OGradientBoostingEstimator


@pytest.fixture
def model():
    small = H2OGradientBoostingEstimator(ntrees=1)
    small.train(y="churned", training_frame=h2o.import_file("churn.csv"))
    h2o.save_model(small, path="models")
    yield small.model_id
