import os

import h2o
import h2o as water
import requests
from h2o import download_pojo
from h2o import download_pojo as take_source
from h2o.automl import H2OAutoML
from h2o.estimators import H2OGradientBoostingEstimator

frame = h2o.import_file("churn.csv")
model = H2OGradientBoostingEstimator(ntrees=50)
model.train(y="churned", training_frame=frame)

# ruleid: no-pojo
model.download_pojo(path="models", get_genmodel_jar=True)
# <- ruleid: no-pojo "Java source that someone must compile"

# ruleid: no-pojo
model.download_pojo()

# ruleid: no-pojo
h2o.download_pojo(model, path="models", get_jar=True)

# ruleid: no-pojo
water.download_pojo(model, "models")

# ruleid: no-pojo
download_pojo(model)

# ruleid: no-pojo
take_source(model, path=os.getcwd())


def export_leader(minutes: int) -> str:
    from h2o import download_pojo as source_of

    aml = H2OAutoML(max_runtime_secs=60 * minutes)
    aml.train(y="churned", training_frame=frame)
    # ruleid: no-pojo
    aml.download_pojo(path="models")
    # ruleid: no-pojo
    source_of(aml.leader)
    # ruleid: no-pojo
    return aml.leader.download_pojo(path="models")


def export_over_http(url: str, model_id: str) -> str:
    # ruleid: no-pojo
    return requests.get(f"{url}/3/Models.java/{model_id}", timeout=60).text


def export_over_the_client(model_id: str) -> str:
    # ruleid: no-pojo
    return h2o.api("GET /3/Models.java/%s" % model_id, save_to="models")


def read_back() -> None:
    # ruleid: no-pojo
    h2o.import_mojo("models/gbm_pojo.java")
    # ruleid: no-pojo
    h2o.upload_mojo(mojo_path="models/gbm_pojo.java")


# ok: no-pojo
model.download_mojo(path="models", get_genmodel_jar=True)

# ok: no-pojo
model.save_mojo("models")

# ok: no-pojo
h2o.import_mojo("models/gbm.zip")

# ok: no-pojo
h2o.upload_mojo(mojo_path="models/gbm.zip")

# ok: no-pojo
source = open("scorer/src/main/java/Scorer.java").read()


class Exporter:
    def __init__(self, kind: str) -> None:
        self.kind = kind

    def download_pojo(self) -> None:
        raise NotImplementedError("MOJOs only")

    def export(self) -> None:
        # ok: no-pojo
        self.download_pojo()


def models(url: str, model_id: str) -> dict:
    # ok: no-pojo
    return requests.get(f"{url}/3/Models/{model_id}", timeout=60).json()


def models_mojo(url: str, model_id: str) -> bytes:
    # ok: no-pojo
    return requests.get(f"{url}/3/Models/{model_id}/mojo", timeout=60).content


# ok: no-pojo
print("model.download_pojo() is not what we deploy")


def download_pojo_of(name: str) -> str:
    # ok: no-pojo
    return f"no source of {name}"


# ok: no-pojo
download_pojo_of("gbm")


def with_a_function_of_ones_own():
    from lib.exports import download_pojo

    # ok: no-pojo
    download_pojo("model")
