import os

import requests

# ruleid: no-hardcoded-trigger-token
TRAINING = "http://mage:6789/api/pipeline_schedules/3/pipeline_runs/00112233445566778899aabbccddeeff"
#                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: no-hardcoded-trigger-token "can start the pipeline"

# A token in a comment is in the repository as well.
# ruleid: no-hardcoded-trigger-token
# old: https://mage.example/api/pipeline_schedules/1/pipeline_runs/ffeeddccbbaa99887766554433221100

# ruleid: no-hardcoded-trigger-token
MAGE_TRIGGER_TOKEN = "00112233445566778899aabbccddeeff"

# ruleid: no-hardcoded-trigger-token
settings = {"mage_api_token": "00112233445566778899aabbccddeeff"}


def train(host: str, schedule: int) -> None:
    # ruleid: no-hardcoded-trigger-token
    requests.post(f"{host}/api/pipeline_schedules/{schedule}/pipeline_runs/00112233445566778899aabbccddeeff", timeout=5)


def train_with_header(host: str) -> None:
    requests.post(
        f"{host}/api/pipeline_schedules/3/api_trigger",
        # ruleid: no-hardcoded-trigger-token
        headers={"Authorization": "Bearer 00112233445566778899aabbccddeeff"},
        timeout=5,
    )


def train_with_variable(host: str) -> None:
    # ruleid: no-hardcoded-trigger-token
    token = "00112233445566778899aabbccddeeff"
    requests.post(f"{host}/api/pipeline_schedules/3/pipeline_runs/{token}", timeout=5)


# ruleid: no-hardcoded-trigger-token
train_later(host="mage", token="00112233445566778899aabbccddeeff")


def train_with_secret(host: str) -> None:
    # ok: no-hardcoded-trigger-token
    token = os.environ["MAGE_TRIGGER_TOKEN"]
    # ok: no-hardcoded-trigger-token
    requests.post(f"{host}/api/pipeline_schedules/3/pipeline_runs/{token}", timeout=5)
    # ok: no-hardcoded-trigger-token
    requests.post(f"{host}/api/pipeline_schedules/3/api_trigger", headers={"Authorization": f"Bearer {token}"})


# ok: no-hardcoded-trigger-token
runs = requests.get("http://mage:6789/api/pipeline_schedules/3/pipeline_runs", timeout=5)

# ok: no-hardcoded-trigger-token
run = requests.get("http://mage:6789/api/pipeline_schedules/3/pipeline_runs/12", timeout=5)

# ok: no-hardcoded-trigger-token
example = "http://mage:6789/api/pipeline_schedules/3/pipeline_runs/<token>"

# ok: no-hardcoded-trigger-token
MODEL_DIGEST = "00112233445566778899aabbccddeeff"

# ok: no-hardcoded-trigger-token
MAGE_TRIGGER_TOKEN = os.environ.get("MAGE_TRIGGER_TOKEN", "")

# ok: no-hardcoded-trigger-token
MAGE_TOKEN_NAME = "trigger"
