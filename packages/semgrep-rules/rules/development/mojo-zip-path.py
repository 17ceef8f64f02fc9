import os
from pathlib import Path

import h2o
from h2o.assembly import H2OAssembly
from h2o.automl import H2OAutoML
from h2o.estimators import H2OXGBoostEstimator

MOJO = "models/churn.zip"
MODELS = Path("models")


def export(model: H2OXGBoostEstimator, directory: str, version: str) -> None:
    # ruleid: mojo-zip-path
    model.download_mojo(path="models/churn.zip", get_genmodel_jar=True)
    # <- ruleid: mojo-zip-path "makes a directory of the name"
    # ruleid: mojo-zip-path
    model.download_mojo("models/churn.zip", True)
    # ruleid: mojo-zip-path
    model.download_mojo("models/churn.zip", get_genmodel_jar=True)
    # ruleid: mojo-zip-path
    model.download_mojo(get_genmodel_jar=True, path=MOJO)
    # ruleid: mojo-zip-path
    model.download_mojo(path=os.path.join(directory, "churn.zip"), get_genmodel_jar=True)
    # ruleid: mojo-zip-path
    model.download_mojo(path=f"models/churn-{version}.zip", get_genmodel_jar=True)
    # ruleid: mojo-zip-path
    model.download_mojo(path=f"{directory}/{version}.zip", get_genmodel_jar=True)
    # ruleid: mojo-zip-path
    model.download_mojo(path=directory + "/churn.zip", get_genmodel_jar=True)
    # ruleid: mojo-zip-path
    model.download_mojo(path=str(MODELS / "churn.zip"), get_genmodel_jar=True)
    # ruleid: mojo-zip-path
    model.download_mojo(path=str(MODELS / f"{version}.zip"), get_genmodel_jar=True)
    # ruleid: mojo-zip-path
    model.download_mojo(path="models/churn.mojo", get_genmodel_jar=True)


def export_from_variables(aml: H2OAutoML, directory: str, version: str) -> str:
    target = os.path.join(directory, "leader.zip")
    # ruleid: mojo-zip-path
    aml.leader.download_mojo(path=target, get_genmodel_jar=True)
    named = f"{directory}/{version}.zip"
    # ruleid: mojo-zip-path
    aml.download_mojo(path=named, get_genmodel_jar=True)
    return target


def export_other_kinds(model: H2OXGBoostEstimator) -> None:
    # ruleid: mojo-zip-path
    model.download_mojo(path="models/churn.mojo")
    # ruleid: mojo-zip-path
    model.download_mojo("models/churn.bin")


def export_on_the_server(model: H2OXGBoostEstimator) -> None:
    # ruleid: mojo-zip-path
    model.save_mojo("models/churn.zip")
    # ruleid: mojo-zip-path
    model.save_mojo(path="models/churn.zip", force=True)
    # ruleid: mojo-zip-path
    model.save_mojo(path="models", filename="churn")
    # ruleid: mojo-zip-path
    model.save_mojo("models", filename="churn.mojo")


def export_to_a_directory(model: H2OXGBoostEstimator, directory: str, paths, with_jar: bool) -> str:
    # ok: mojo-zip-path
    model.download_mojo(path="models", get_genmodel_jar=True)
    # ok: mojo-zip-path
    model.download_mojo(path="./models/v1.2/", get_genmodel_jar=True)
    # ok: mojo-zip-path
    model.download_mojo(paths.model, True)
    # ok: mojo-zip-path
    model.download_mojo(path=paths.zip, get_genmodel_jar=True)
    # ok: mojo-zip-path
    model.download_mojo(path=os.path.join(directory, "churn"), get_genmodel_jar=True)
    # ok: mojo-zip-path
    model.download_mojo(path=directory, get_genmodel_jar=True, genmodel_name="h2o-genmodel.jar")
    # ok: mojo-zip-path
    model.download_mojo()
    # ok: mojo-zip-path
    return model.download_mojo(path=str(MODELS), get_genmodel_jar=True)


def export_to_a_file(model: H2OXGBoostEstimator, directory: str, with_jar: bool) -> str:
    # ok: mojo-zip-path
    model.download_mojo(path="models/churn.zip")
    # ok: mojo-zip-path
    model.download_mojo(path=MOJO, get_genmodel_jar=False)
    # ok: mojo-zip-path
    model.download_mojo(path=os.path.join(directory, "churn.zip"))
    # The flag is not known here.
    # ok: mojo-zip-path
    return model.download_mojo(path="models/churn.zip", get_genmodel_jar=with_jar)


def save_as_promised(model: H2OXGBoostEstimator, name: str) -> None:
    # ok: mojo-zip-path
    model.save_mojo("models", force=True)
    # ok: mojo-zip-path
    model.save_mojo(path="models", filename="churn.zip")
    # ok: mojo-zip-path
    model.save_mojo(path="models", filename=name)


def save_munging(assembly: H2OAssembly) -> None:
    # ok: mojo-zip-path
    assembly.download_mojo(file_name="munging", path="models")


# ok: mojo-zip-path
h2o.import_mojo("models/churn.zip")
