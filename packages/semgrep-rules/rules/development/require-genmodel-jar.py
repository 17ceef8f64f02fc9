import os

import h2o
from h2o.assembly import H2OAssembly
from h2o.automl import H2OAutoML
from h2o.estimators import H2OGradientBoostingEstimator

from lib.shared import artifacts
from lib.shared import mojos as store


def train(frame: h2o.H2OFrame, options: dict) -> list[str]:
    model = H2OGradientBoostingEstimator()
    model.train(y="churned", training_frame=frame)
    paths = []
    # ruleid: require-genmodel-jar
    paths.append(model.download_mojo())
    #            ^^^^^^^^^^^^^^^^^^^^^ ruleid: require-genmodel-jar "fails when it loads the model"
    # ruleid: require-genmodel-jar
    paths.append(model.download_mojo("models"))
    # ruleid: require-genmodel-jar
    paths.append(model.download_mojo(path="models"))
    # ruleid: require-genmodel-jar
    paths.append(model.download_mojo(path="models", get_genmodel_jar=False))
    # ruleid: require-genmodel-jar
    paths.append(model.download_mojo("models", False))
    # ruleid: require-genmodel-jar
    paths.append(model.download_mojo(path="models", genmodel_name="genmodel.jar"))
    return paths


def train_many(frame: h2o.H2OFrame, directory: str) -> str:
    aml = H2OAutoML(max_models=10)
    aml.train(y="churned", training_frame=frame)
    # ruleid: require-genmodel-jar
    aml.download_mojo(path=directory)
    # ruleid: require-genmodel-jar
    aml.leader.download_mojo(path=directory)
    leader = aml.leader
    # ruleid: require-genmodel-jar
    leader.download_mojo(os.path.join(directory, "leader.zip"))
    for (name,) in aml.leaderboard["model_id"].as_data_frame().values:
        # ruleid: require-genmodel-jar
        h2o.get_model(name).download_mojo(path=directory)
    # ruleid: require-genmodel-jar
    return aml.get_best_model().download_mojo(path=directory)


class Trainer:
    def export(self, directory: str) -> str:
        # ruleid: require-genmodel-jar
        return self.model.download_mojo(path=directory)


def export_with_jar(model, directory: str) -> str:
    # ok: require-genmodel-jar
    return model.download_mojo(path=directory, get_genmodel_jar=True)


def export_positionally(model, directory: str) -> str:
    # ok: require-genmodel-jar
    return model.download_mojo(directory, True)


def export_as_told(model, directory: str, with_jar: bool, options: dict, arguments: list) -> None:
    # ok: require-genmodel-jar
    model.download_mojo(directory, get_genmodel_jar=with_jar)
    # ok: require-genmodel-jar
    model.download_mojo(directory, with_jar)
    # ok: require-genmodel-jar
    model.download_mojo(directory, **options)
    # ok: require-genmodel-jar
    model.download_mojo(*arguments)


def export_all(models: list, directory: str) -> None:
    first, *others = models
    # ok: require-genmodel-jar
    first.download_mojo(path=directory, get_genmodel_jar=True)
    for model in others:
        # ok: require-genmodel-jar
        model.download_mojo(path=directory)


def export_and_remember(champion, challenger, directory: str) -> tuple[str, str]:
    # ok: require-genmodel-jar
    path = champion.download_mojo(path=directory, get_genmodel_jar=True)
    # ok: require-genmodel-jar
    return path, challenger.download_mojo(path=directory)


def export_munging(steps: list) -> None:
    assembly = H2OAssembly(steps=steps)
    # ok: require-genmodel-jar
    assembly.download_mojo("munging", "models")
    # ok: require-genmodel-jar
    steps[0].assembly.download_mojo(file_name="munging", path="models")


class Registry:
    def download_mojo(self, name: str) -> bytes:
        return artifacts.read(name)

    def newest(self) -> bytes:
        # ok: require-genmodel-jar
        return self.download_mojo("newest")


# ok: require-genmodel-jar
artifacts.download_mojo("churn")

# ok: require-genmodel-jar
store.download_mojo("churn", "models")


def download_mojo(name: str) -> bytes:
    return artifacts.read(name)


# ok: require-genmodel-jar
download_mojo("churn")
