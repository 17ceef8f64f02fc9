import io
import json
import os
import pickle
import shutil
import subprocess
import tempfile
from os import path
from pathlib import Path

import boto3
import joblib
import mlflow
import pandas as pd
import requests
from mage_ai.io.config import ConfigFileLoader
from mage_ai.io.postgres import Postgres
from mage_ai.orchestration.triggers.api import trigger_pipeline
from mage_ai.settings.repo import get_repo_path
from pandas import DataFrame

from lib.shared.store import get_client

if "transformer" not in globals():
    from mage_ai.data_preparation.decorators import transformer
if "data_exporter" not in globals():
    from mage_ai.data_preparation.decorators import data_exporter
if "test" not in globals():
    from mage_ai.data_preparation.decorators import test
from mage_ai.data_preparation import decorators
from mage_ai.data_preparation.decorators import transformer as transform_block


# The shape of Mage's own template for warehouses.
@transformer
def transform_in_warehouse(*args, **kwargs) -> DataFrame:
    config_path = path.join(get_repo_path(), "io_config.yaml")
    query = "CREATE TABLE sales_clean AS SELECT * FROM sales"

    with Postgres.with_config(ConfigFileLoader(config_path, "default")) as loader:
        # ruleid: mage-transformer-no-io
        loader.execute(query)
        # <- ruleid: mage-transformer-no-io "each run repeats the effect"
        # ok: mage-transformer-no-io
        return loader.sample("public", 10_000, "sales_clean")


@transformer
def with_side_copies(df: DataFrame, *args, **kwargs) -> DataFrame:
    # ruleid: mage-transformer-no-io
    df.to_csv("debug.csv", index=False)
    # ruleid: mage-transformer-no-io
    df.to_parquet(path="debug.parquet")
    # ruleid: mage-transformer-no-io
    with open("rows.txt", "w") as file:
        file.write(str(len(df)))
    # ruleid: mage-transformer-no-io
    Path("done.txt").write_text("done")
    # ruleid: mage-transformer-no-io
    os.replace("done.txt", "seen.txt")
    # ruleid: mage-transformer-no-io
    shutil.rmtree("cache")
    return df


@transform_block
def with_alias(df: DataFrame, *args, **kwargs) -> DataFrame:
    # ruleid: mage-transformer-no-io
    df.to_sql("features", kwargs["engine"], if_exists="append")
    return df


@decorators.transformer
def with_module(df: DataFrame, *args, **kwargs) -> DataFrame:
    with open("scaler.bin", "rb") as file:
        scaler = pickle.load(file)
    # ruleid: mage-transformer-no-io
    with open("scaler.bin", "wb") as file:
        # ruleid: mage-transformer-no-io
        pickle.dump(scaler.fit(df), file)
    # ruleid: mage-transformer-no-io
    joblib.dump(scaler, "scaler.joblib")
    return df


@transformer
def with_statements(df: DataFrame, *args, **kwargs) -> DataFrame:
    client = get_client()
    # ruleid: mage-transformer-no-io
    client.query("CREATE OR REPLACE TABLE trips AS SELECT * FROM raw_trips")
    table = kwargs["table"]
    statement = f"""
        INSERT INTO {table}
        SELECT * FROM staging
    """
    # ruleid: mage-transformer-no-io
    client.execute(statement)
    # ruleid: mage-transformer-no-io
    client.execute(f"DELETE FROM {table}")
    # ok: mage-transformer-no-io
    return client.query("SELECT * FROM trips").to_df()


@transformer
def with_network(df: DataFrame, *args, **kwargs) -> DataFrame:
    # ruleid: mage-transformer-no-io
    requests.post("http://scorer/score", json=df.to_dict(), timeout=5)
    # ruleid: mage-transformer-no-io
    boto3.client("s3").put_object(Bucket="features", Key="today.csv", Body=df.to_csv())
    # ruleid: mage-transformer-no-io
    trigger_pipeline("scoring")
    return df


@transformer
def with_tracker(df: DataFrame, *args, **kwargs) -> DataFrame:
    mlflow.set_tracking_uri("http://mlflow:5000")
    with mlflow.start_run():
        # ruleid: mage-transformer-no-io
        mlflow.log_metric("rows", len(df))
    return df


@transformer
def with_programs(df: DataFrame, *args, **kwargs) -> DataFrame:
    # ruleid: mage-transformer-no-io
    subprocess.run(["dbt", "run"], check=True)
    # ruleid: mage-transformer-no-io
    os.environ["AWS_REGION"] = "eu-central-1"
    return df


@transformer
def pure(df: DataFrame, *args, **kwargs) -> DataFrame:
    logger = kwargs["logger"]
    # ok: mage-transformer-no-io
    logger.info("%d rows", len(df))
    # ok: mage-transformer-no-io
    print(os.environ.get("ENV", "dev"))
    # A directory made twice is the same directory.
    # ok: mage-transformer-no-io
    os.makedirs("cache", exist_ok=True)
    # ok: mage-transformer-no-io
    df.insert(0, "row", range(len(df)))
    # ok: mage-transformer-no-io
    text = df.to_csv(index=False)
    # ok: mage-transformer-no-io
    records = json.loads(df.to_json(orient="records"))
    # ok: mage-transformer-no-io
    content = df.to_parquet()
    # ok: mage-transformer-no-io
    recent = df.query("update > 3 and create == 1")
    return recent.assign(size=len(text) + len(records) + len(content))


@transformer
def in_memory(df: DataFrame, *args, **kwargs) -> bytes:
    buffer = io.BytesIO()
    # ok: mage-transformer-no-io
    df.to_parquet(buffer)
    with io.StringIO() as text:
        # ok: mage-transformer-no-io
        df.to_csv(text)
    with tempfile.TemporaryDirectory() as directory:
        # ok: mage-transformer-no-io
        df.to_excel(path.join(directory, "sheet.xlsx"))
    return buffer.getvalue()


# Pure actions of Mage are executed too.
@transformer
def with_action(df: DataFrame, *args, **kwargs) -> DataFrame:
    action = build_transformer_action(df, action_type=ActionType.CLEAN_COLUMN_NAME)
    # ok: mage-transformer-no-io
    return BaseAction(action).execute(df)


@data_exporter
def export(df: DataFrame, **kwargs) -> None:
    # ok: mage-transformer-no-io
    df.to_csv("features.csv")


@test
def test_output(output, *args) -> None:
    # ok: mage-transformer-no-io
    output.to_csv("seen.csv")


def helper(df: DataFrame) -> None:
    # ok: mage-transformer-no-io
    df.to_csv("features.csv")


@transformer
def sum_in_memory(df: DataFrame, *args, **kwargs) -> DataFrame:
    import duckdb

    # ok: mage-transformer-no-io
    duckdb.sql("CREATE TABLE sums AS SELECT region, sum(amount) FROM df GROUP BY region")
    connection = duckdb.connect()
    # ok: mage-transformer-no-io
    connection.execute("CREATE TABLE sums AS SELECT region, sum(amount) FROM df GROUP BY region")
    # ruleid: mage-transformer-no-io
    connection.execute("COPY sums TO 'sums.parquet'")
    with duckdb.connect() as named:
        # ok: mage-transformer-no-io
        named.execute("CREATE TABLE sums AS SELECT 1")
    kept = duckdb.connect("features.db")
    # ruleid: mage-transformer-no-io
    kept.execute("CREATE OR REPLACE TABLE sums AS SELECT 1")
    # ok: mage-transformer-no-io
    kwargs["spark"].sql("CREATE OR REPLACE TEMP VIEW sums AS SELECT 1")
    # ruleid: mage-transformer-no-io
    kwargs["connection"].execute("CREATE UNIQUE INDEX ON features (id)")
    # ok: mage-transformer-no-io
    kwargs["form"].query("create an account for me")
    return connection.execute("SELECT * FROM sums").df()


@transformer
def as_text(df: DataFrame, *args, **kwargs) -> str:
    import sys

    # ok: mage-transformer-no-io
    df.to_csv(sys.stdout)
    # ok: mage-transformer-no-io
    return df.to_json(None, orient="records")
