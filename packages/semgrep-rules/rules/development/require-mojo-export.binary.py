import h2o
import mlflow
import mlflow.h2o
from h2o.estimators import H2ORandomForestEstimator


def train(path: str) -> float:
    frame = h2o.import_file(path)
    with mlflow.start_run():
        forest = H2ORandomForestEstimator(ntrees=100)
        # ruleid: require-mojo-export
        forest.train(y="churned", training_frame=frame)
        h2o.save_model(forest, path="models")
        mlflow.h2o.log_model(forest, artifact_path="model")
    return forest.auc()
