import h2o
from h2o.automl import H2OAutoML
from h2o.estimators import H2OGradientBoostingEstimator


def train(frame: h2o.H2OFrame) -> None:
    model = H2OGradientBoostingEstimator()
    model.train(y="churned", training_frame=frame)
    export(model)


def train_many(frame: h2o.H2OFrame) -> str:
    aml = H2OAutoML(max_models=10)
    aml.train(y="churned", training_frame=frame)
    return aml.leader.model_id


def export(model) -> None:
    model.download_mojo(path="models", get_genmodel_jar=True)
