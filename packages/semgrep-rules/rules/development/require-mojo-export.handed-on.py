import h2o
from h2o.automl import H2OAutoML
from h2o.estimators import H2OGradientBoostingEstimator

from lib.shared.artifacts import publish

if "transformer" not in globals():
    from mage_ai.data_preparation.decorators import transformer


# The exporter block gets the model.
@transformer
def train_model(frame, *args, **kwargs):
    model = H2OGradientBoostingEstimator()
    model.train(y="churned", training_frame=h2o.H2OFrame(frame))
    return model
