import os
from pathlib import Path

import boto3
import mlflow
import pandas as pd
from mage_ai.io.config import ConfigFileLoader
from mage_ai.io.postgres import Postgres
from mage_ai.orchestration.triggers.api import trigger_pipeline
from pandas import DataFrame

if "custom" not in globals():
    from mage_ai.data_preparation.decorators import custom
if "data_exporter" not in globals():
    from mage_ai.data_preparation.decorators import data_exporter
if "transformer" not in globals():
    from mage_ai.data_preparation.decorators import transformer
from mage_ai.data_preparation.decorators import custom as custom_block
import mage_ai.data_preparation.decorators as blocks


@custom
def publish(df: DataFrame, *args, **kwargs) -> None:
    # ruleid: mage-custom-write
    df.to_parquet("published.parquet")
    # <- ruleid: mage-custom-write "repeats the write"
    # ruleid: mage-custom-write
    Path("published.txt").write_text("done")


@custom_block
def publish_to_bucket(df: DataFrame, *args, **kwargs) -> None:
    # ruleid: mage-custom-write
    boto3.client("s3").upload_file("published.parquet", "features", "published.parquet")
    # ruleid: mage-custom-write
    os.remove("published.parquet")


@blocks.custom
def publish_to_table(df: DataFrame, *args, **kwargs) -> None:
    # ruleid: mage-custom-write
    df.to_sql("published", kwargs["engine"])
    with Postgres.with_config(ConfigFileLoader("io_config.yaml", "default")) as store:
        # ruleid: mage-custom-write
        store.export(df, "public", "published")
        # ruleid: mage-custom-write
        store.execute("TRUNCATE staging")
        # ok: mage-custom-write
        store.load("SELECT * FROM published")


@custom
def publish_model(model, *args, **kwargs) -> None:
    # ruleid: mage-custom-write
    mlflow.sklearn.log_model(model, "model")
    # ruleid: mage-custom-write
    mlflow.register_model("runs:/1/model", "churn")
    # ok: mage-custom-write
    mlflow.set_tracking_uri("http://mlflow:5000")


@custom
def decide(*args, **kwargs) -> dict:
    # ok: mage-custom-write
    df = pd.read_csv("published.csv")
    # ok: mage-custom-write
    text = df.to_csv(index=False)
    # ok: mage-custom-write
    trigger_pipeline("scoring", check_status=True, error_on_failure=True)
    # ok: mage-custom-write
    return {"rows": len(df), "size": len(text)}


@data_exporter
def export(df: DataFrame, **kwargs) -> None:
    # ok: mage-custom-write
    df.to_csv("published.csv")


@transformer
def transform(df: DataFrame, *args, **kwargs) -> DataFrame:
    # ok: mage-custom-write
    df.to_csv("seen.csv")
    return df


def helper(df: DataFrame) -> None:
    # ok: mage-custom-write
    df.to_csv("published.csv")


@custom
def sum_in_memory(df: DataFrame, *args, **kwargs) -> DataFrame:
    import duckdb

    # ok: mage-custom-write
    duckdb.sql("CREATE TABLE sums AS SELECT region, sum(amount) FROM df GROUP BY region")
    # ok: mage-custom-write
    return df.to_csv(None)
