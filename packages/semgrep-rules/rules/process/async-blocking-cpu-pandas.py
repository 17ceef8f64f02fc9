import asyncio

import numpy as np
import pandas as pd
import polars as pl
from fastapi import FastAPI
from pandas import read_parquet

app = FastAPI()


@app.get("/report")
async def report(path: str):
    # ruleid: async-blocking-cpu-pandas
    frame = pd.read_csv(path)
    # ruleid: async-blocking-cpu-pandas
    totals = frame.groupby("user").apply(sum)
    # ruleid: async-blocking-cpu-pandas
    joined = frame.merge(totals, on="user")
    # ruleid: async-blocking-cpu-pandas
    for index, row in frame.iterrows():
        print(index, row)
    # ruleid: async-blocking-cpu-pandas
    frame.to_parquet("out.parquet")
    return joined


async def features(frame: pd.DataFrame, rows):
    # ruleid: async-blocking-cpu-pandas
    frame.apply(str)
    # ruleid: async-blocking-cpu-pandas
    yield pd.concat(rows)
    # ruleid: async-blocking-cpu-pandas
    read_parquet("a.parquet")
    # ruleid: async-blocking-cpu-pandas
    pd.DataFrame(rows).to_csv("a.csv")
    # ruleid: async-blocking-cpu-pandas
    np.linalg.svd(rows)
    lazy = pl.scan_parquet("a.parquet")
    # ruleid: async-blocking-cpu-pandas
    lazy.collect()


class Report:
    def __init__(self, rows):
        self.frame = pd.DataFrame(rows)

    async def write(self):
        # ruleid: async-blocking-cpu-pandas
        self.frame.to_excel("report.xlsx")


async def asynchronous(path, frame: pd.DataFrame):
    # ok: async-blocking-cpu-pandas
    await asyncio.to_thread(pd.read_csv, path)
    # ok: async-blocking-cpu-pandas
    await asyncio.to_thread(frame.to_csv, path)
    # ok: async-blocking-cpu-pandas
    await asyncio.to_thread(lambda: frame.to_csv(path))
    # ok: async-blocking-cpu-pandas
    pd.DataFrame([1])
    # ok: async-blocking-cpu-pandas
    pd.Timestamp(path)
    # ok: async-blocking-cpu-pandas
    frame.columns
    # ok: async-blocking-cpu-pandas
    np.array([1])


async def nested(frame: pd.DataFrame):
    def work():
        # ok: async-blocking-cpu-pandas
        return frame.groupby("user").sum()

    return await asyncio.to_thread(work)


def synchronous(path):
    # ok: async-blocking-cpu-pandas
    return pd.read_csv(path)


async def other(queue, pd):
    # ok: async-blocking-cpu-pandas
    queue.merge(1)
    # ok: async-blocking-cpu-pandas
    pd.read_csv("x")
