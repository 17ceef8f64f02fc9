import io
import os
import pickle
from glob import glob
from pathlib import Path

import boto3
import duckdb
import mlflow
import numpy as np
import pandas as pd
import polars as pl
import requests
from mage_ai.io.config import ConfigFileLoader
from mage_ai.io.file import FileIO
from mage_ai.io.postgres import Postgres
from pandas import DataFrame, read_parquet

if "transformer" not in globals():
    from mage_ai.data_preparation.decorators import transformer
if "data_loader" not in globals():
    from mage_ai.data_preparation.decorators import data_loader
import mage_ai.data_preparation.decorators as blocks


@transformer
def join_prices(df: DataFrame, *args, **kwargs) -> DataFrame:
    # ruleid: mage-transformer-no-read
    prices = pd.read_csv("prices.csv")
    #        ^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: mage-transformer-no-read "computes other features"
    # ruleid: mage-transformer-no-read
    products = read_parquet("s3://shop/products.parquet")
    # ruleid: mage-transformer-no-read
    regions = pl.scan_csv("regions.csv")
    return df.merge(prices).merge(products).merge(regions.collect().to_pandas())


@blocks.transformer
def with_model(df: DataFrame, *args, **kwargs) -> DataFrame:
    # ruleid: mage-transformer-no-read
    with open("scaler.pkl", "rb") as file:
        scaler = pickle.load(file)
    # ruleid: mage-transformer-no-read
    model = mlflow.pyfunc.load_model("models:/churn/Production")
    # ruleid: mage-transformer-no-read
    weights = np.load("weights.npy")
    return df.assign(score=model.predict(scaler.transform(df)) * weights)


@transformer
def with_database(df: DataFrame, *args, **kwargs) -> DataFrame:
    with Postgres.with_config(ConfigFileLoader("io_config.yaml", "default")) as store:
        # ruleid: mage-transformer-no-read
        customers = store.load("SELECT * FROM customers")
    # ruleid: mage-transformer-no-read
    orders = pd.read_sql("SELECT * FROM orders", kwargs["engine"])
    # ruleid: mage-transformer-no-read
    rows = kwargs["connection"].execute("SELECT count(*) FROM orders").fetchone()
    # ruleid: mage-transformer-no-read
    files = FileIO().load("customers.csv")
    return df.merge(customers).merge(orders).merge(files).assign(rows=rows[0])


@transformer
def with_network(df: DataFrame, *args, **kwargs) -> DataFrame:
    # ruleid: mage-transformer-no-read
    rates = requests.get("https://rates.example/today", timeout=5).json()
    # ruleid: mage-transformer-no-read
    body = boto3.client("s3").get_object(Bucket="shop", Key="prices.csv")["Body"]
    # ruleid: mage-transformer-no-read
    names = [name for name in os.listdir("inbox")]
    # ruleid: mage-transformer-no-read
    names += glob("outbox/*.csv")
    # ruleid: mage-transformer-no-read
    schema = Path("schema.json").read_text()
    return df.assign(rate=rates["EUR"], names=len(names), schema=schema, body=body.read())


@transformer
def pure(df: DataFrame, *args, **kwargs) -> DataFrame:
    # ok: mage-transformer-no-read
    region = os.environ["REGION"]
    # ok: mage-transformer-no-read
    logger = kwargs.get("logger")
    # ok: mage-transformer-no-read
    logger.info(region)
    # ok: mage-transformer-no-read
    return df.query("amount > 0").assign(region=region)


@transformer
def parsed(response, *args, **kwargs) -> DataFrame:
    # ok: mage-transformer-no-read
    frame = pd.read_csv(io.StringIO(response["text"]))
    buffer = io.BytesIO(response["content"])
    # ok: mage-transformer-no-read
    other = pd.read_parquet(buffer)
    # ok: mage-transformer-no-read
    table = pd.read_json(response["json"])
    return pd.concat([frame, other, table])


@transformer
def in_process(df: DataFrame, *args, **kwargs) -> DataFrame:
    # ok: mage-transformer-no-read
    return duckdb.sql("SELECT region, sum(amount) FROM df GROUP BY region").df()


# A write is another rule's.
@transformer
def with_copy(df: DataFrame, *args, **kwargs) -> DataFrame:
    # ok: mage-transformer-no-read
    with open("copy.csv", "w") as file:
        file.write(df.to_csv())
    return df


@data_loader
def load(*args, **kwargs) -> DataFrame:
    # ok: mage-transformer-no-read
    return pd.read_csv("prices.csv")


def read_dataframe(name: str) -> DataFrame:
    # ok: mage-transformer-no-read
    return pd.read_csv(name)


@transformer
def with_helper(df: DataFrame, *args, **kwargs) -> DataFrame:
    # What a helper does is seen by the rule's other half.
    # ok: mage-transformer-no-read
    return df.merge(read_dataframe("prices.csv"))


@transformer
def sum_in_memory(df: DataFrame, *args, **kwargs) -> DataFrame:
    connection = duckdb.connect()
    # ok: mage-transformer-no-read
    return connection.execute("SELECT region, sum(amount) FROM df GROUP BY region").df()


@transformer
def sum_of_file(df: DataFrame, *args, **kwargs) -> DataFrame:
    connection = duckdb.connect("features.db")
    # ruleid: mage-transformer-no-read
    return connection.execute("SELECT region, sum(amount) FROM trips GROUP BY region").df()
