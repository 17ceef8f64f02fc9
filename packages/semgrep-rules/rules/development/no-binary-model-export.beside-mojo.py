import h2o
import mlflow.h2o
from h2o.automl import H2OAutoML


def train(frame: h2o.H2OFrame, directory: str) -> str:
    aml = H2OAutoML(max_models=10)
    aml.train(y="churned", training_frame=frame)
    h2o.save_model(aml.leader, path=directory)
    mlflow.h2o.log_model(aml.leader, artifact_path="model")
    return aml.leader.download_mojo(path=directory, get_genmodel_jar=True)
