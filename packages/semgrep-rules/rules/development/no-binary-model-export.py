import joblib
import pickle

import h2o
import h2o as water
import mlflow
import mlflow.h2o
from h2o import download_model, save_model
from h2o import save_model as keep
from h2o.automl import H2OAutoML
from h2o.estimators import H2OGradientBoostingEstimator


def train(frame: h2o.H2OFrame) -> str:
    model = H2OGradientBoostingEstimator(ntrees=50)
    model.train(y="churned", training_frame=frame)
    # ruleid: no-binary-model-export
    h2o.save_model(model=model, path="models", force=True)
    # <- ruleid: no-binary-model-export "nothing but the same version of H2O can read it"
    # ruleid: no-binary-model-export
    water.save_model(model, "models")
    # ruleid: no-binary-model-export
    save_model(model)
    # ruleid: no-binary-model-export
    keep(model, filename="churn")
    # ruleid: no-binary-model-export
    download_model(model, path="models")
    # ruleid: no-binary-model-export
    model.download_model(path="models")
    # ruleid: no-binary-model-export
    return h2o.download_model(model, path="models")


def train_many(frame: h2o.H2OFrame) -> None:
    aml = H2OAutoML(max_models=10)
    aml.train(y="churned", training_frame=frame)
    # ruleid: no-binary-model-export
    h2o.save_model(aml.leader, path="models")
    # ruleid: no-binary-model-export
    aml.leader.download_model("models")
    best = aml.leader
    # ruleid: no-binary-model-export
    best.download_model("models")
    # ruleid: no-binary-model-export
    h2o.get_model("gbm_1").download_model("models")
    with open("models/best.pkl", "wb") as file:
        # ruleid: no-binary-model-export
        pickle.dump(best, file)
    # ruleid: no-binary-model-export
    joblib.dump(aml, "models/aml.joblib")


def log(model, run_name: str) -> None:
    with mlflow.start_run(run_name=run_name):
        # ruleid: no-binary-model-export
        mlflow.h2o.log_model(model, artifact_path="model")
    # ruleid: no-binary-model-export
    mlflow.h2o.save_model(model, "models/churn")


class Trainer:
    def __init__(self, client) -> None:
        self._h2o = client

    def keep(self, path: str) -> str:
        # ruleid: no-binary-model-export
        return self._h2o.save_model(model=self._model, path=path, force=True)

    # Exports of a MOJO in comments are none: self._model.download_mojo(path)


# A function of one's own by that name.
class Store:
    def save_model(self, model) -> None:
        self.models.append(model)

    def put(self, model) -> None:
        # ok: no-binary-model-export
        self.save_model(model)


def save_another_kind(booster, scaler, hub, page) -> None:
    from h2o_wave_ml import save_model

    # ok: no-binary-model-export
    booster.save_model("models/booster.json")
    # ok: no-binary-model-export
    save_model(page, "models")
    # ok: no-binary-model-export
    mlflow.sklearn.log_model(scaler, "scaler")
    # ok: no-binary-model-export
    joblib.dump(scaler, "models/scaler.joblib")
    # ok: no-binary-model-export
    hub.download_model("encoder")


def read(frame: h2o.H2OFrame) -> h2o.H2OFrame:
    # ok: no-binary-model-export
    model = h2o.load_model("models/gbm_1")
    # ok: no-binary-model-export
    model.save_model_details("models")
    # ok: no-binary-model-export
    return h2o.import_mojo("models/gbm_1.zip").predict(frame)


def go_on_training(frame: h2o.H2OFrame, checkpoint_directory: str) -> None:
    model = H2OGradientBoostingEstimator(ntrees=50)
    model.train(y="churned", training_frame=frame)
    # ok: no-binary-model-export
    checkpoint = h2o.save_model(model, path=checkpoint_directory)
    # ok: no-binary-model-export
    print("h2o.save_model()", checkpoint)
