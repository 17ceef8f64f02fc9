import io
import os
import tempfile
from os import path
from pathlib import Path

import boto3
import mlflow
import pandas as pd
import requests
import yaml
from google.cloud import bigquery
from mage_ai.io.bigquery import BigQuery
from mage_ai.io.config import ConfigFileLoader
from mage_ai.io.file import FileIO
from pandas import DataFrame

if "data_loader" not in globals():
    from mage_ai.data_preparation.decorators import data_loader
if "sensor" not in globals():
    from mage_ai.data_preparation.decorators import sensor
if "condition" not in globals():
    from mage_ai.data_preparation.decorators import condition
if "data_exporter" not in globals():
    from mage_ai.data_preparation.decorators import data_exporter
if "callback" not in globals():
    from mage_ai.data_preparation.decorators import callback
if "custom" not in globals():
    from mage_ai.data_preparation.decorators import custom
if "test" not in globals():
    from mage_ai.data_preparation.decorators import test
from mage_ai.data_preparation.decorators import data_loader as loader_block
import mage_ai.data_preparation.decorators as blocks


@data_loader
def load_with_copy(*args, **kwargs) -> DataFrame:
    # ok: mage-write-outside-exporter
    answer = requests.get("https://api.example/trips", timeout=60)
    df = pd.DataFrame(answer.json())
    # ruleid: mage-write-outside-exporter
    df.to_csv("trips.csv", index=False)
    # <- ruleid: mage-write-outside-exporter "repeats the write"
    return df


@data_loader
def load_since(*args, **kwargs) -> DataFrame:
    state = Path("state.txt")
    # ok: mage-write-outside-exporter
    since = state.read_text()
    df = pd.read_sql(f"SELECT * FROM trips WHERE day > '{since}'", kwargs["engine"])
    # ruleid: mage-write-outside-exporter
    state.write_text(str(df["day"].max()))
    # ruleid: mage-write-outside-exporter
    os.remove("load.flag")
    return df


@loader_block
def load_with_credentials(*args, **kwargs) -> DataFrame:
    # ok: mage-write-outside-exporter
    with open("io_config.yaml") as file:
        config = yaml.safe_load(file)
    config["default"]["POSTGRES_PASSWORD"] = kwargs["password"]
    # ruleid: mage-write-outside-exporter
    with open("io_config.yaml", "w") as file:
        # ruleid: mage-write-outside-exporter
        yaml.dump(config, file)
    return DataFrame()


@blocks.data_loader
def load_table(*args, **kwargs) -> DataFrame:
    with BigQuery.with_config(ConfigFileLoader("io_config.yaml", "default")) as store:
        # ruleid: mage-write-outside-exporter
        store.execute("CREATE TABLE IF NOT EXISTS trips (day date)")
        # ok: mage-write-outside-exporter
        rows = store.load("SELECT * FROM trips")
        # ruleid: mage-write-outside-exporter
        store.export(rows, "copies", "trips")
    return rows


@data_loader
def load_and_upload(*args, **kwargs) -> DataFrame:
    s3 = boto3.client("s3")
    # ok: mage-write-outside-exporter
    body = s3.get_object(Bucket="trips", Key="new.csv")["Body"].read()
    # ruleid: mage-write-outside-exporter
    s3.put_object(Bucket="trips", Key="seen.csv", Body=body)
    # ruleid: mage-write-outside-exporter
    s3.delete_object(Bucket="trips", Key="new.csv")
    return pd.read_csv(io.BytesIO(body))


@sensor
def wait_for_file(*args, **kwargs) -> bool:
    if not path.exists("trips.done"):
        return False
    # ruleid: mage-write-outside-exporter
    os.rename("trips.done", "trips.seen")
    return True


@sensor
def wait_for_rows(*args, **kwargs) -> bool:
    # ruleid: mage-write-outside-exporter
    kwargs["connection"].execute("DELETE FROM inbox WHERE seen")
    # ok: mage-write-outside-exporter
    return kwargs["connection"].execute("SELECT count(*) FROM inbox").fetchone()[0] > 0


@condition
def has_rows(*args, **kwargs) -> bool:
    # ruleid: mage-write-outside-exporter
    mlflow.log_metric("rows", len(args[0]))
    # ok: mage-write-outside-exporter
    return len(args[0]) > 0


@data_loader
def load_from_api(*args, **kwargs) -> DataFrame:
    # Searches are sent by POST, too.
    # ok: mage-write-outside-exporter
    answer = requests.post("https://api.example/search", json={"since": "2024-01-01"}, timeout=60)
    with tempfile.TemporaryDirectory() as directory:
        # ok: mage-write-outside-exporter
        with open(path.join(directory, "answer.json"), "wb") as file:
            file.write(answer.content)
        # ok: mage-write-outside-exporter
        return pd.read_json(path.join(directory, "answer.json"))


@data_loader
def load_from_warehouse(*args, **kwargs) -> DataFrame:
    # ok: mage-write-outside-exporter
    return bigquery.Client().query("SELECT * FROM trips").to_dataframe()


@data_loader
def load_from_tracker(*args, **kwargs):
    # ok: mage-write-outside-exporter
    return mlflow.sklearn.load_model("models:/trips/Production")


@data_exporter
def export(df: DataFrame, **kwargs) -> None:
    # ok: mage-write-outside-exporter
    FileIO().export(df, "trips.csv")


@callback("failure")
def report(parent_block_data, **kwargs) -> None:
    # ok: mage-write-outside-exporter
    Path("failed.txt").write_text(str(kwargs["__error"]))


@custom
def clean_up(*args, **kwargs) -> None:
    # ok: mage-write-outside-exporter
    os.remove("trips.csv")


@test
def test_output(output, *args) -> None:
    # ok: mage-write-outside-exporter
    output.to_csv("seen.csv")


@data_loader
def load_summed(*args, **kwargs) -> DataFrame:
    import sqlite3

    connection = sqlite3.connect(":memory:")
    # ok: mage-write-outside-exporter
    pd.read_csv("trips.csv").to_sql("trips", connection)
    # ok: mage-write-outside-exporter
    connection.execute("CREATE INDEX by_region ON trips (region)")
    file = sqlite3.connect("trips.db")
    # ruleid: mage-write-outside-exporter
    pd.read_csv("trips.csv").to_sql("trips", file)
    return pd.read_sql("SELECT * FROM trips", connection)
