"""What the people on call ask of the service: one function a question."""

import shutil
import socket
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor

import boto3
import joblib
import pandas as pd
import redis
import requests

executor = ThreadPoolExecutor(max_workers=2)
s3 = boto3.client("s3")
cache = redis.Redis(host="redis", decode_responses=True)


async def scorer_health(url: str) -> bool:
    return requests.get(f"{url}/health", timeout=2).ok


async def revision() -> str:
    return subprocess.check_output(["git", "rev-parse", "HEAD"], text=True)


async def clear_downloads(directory: str) -> None:
    shutil.rmtree(directory)


async def audit_log(path: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(path) as log:
        return list(log)


async def cached_scores() -> int:
    return cache.dbsize()


async def upload(path: str, key: str) -> None:
    s3.upload_file(path, "churn-models", key)


async def baseline(path: str) -> object:
    return joblib.load(path)


async def drift(path: str) -> pd.DataFrame:
    return pd.read_parquet(path)


async def confirm() -> bool:
    return input("Swap the model? ") == "yes"


async def warm_up(task) -> None:
    executor.submit(task).result()


async def address(host: str) -> str:
    return socket.gethostbyname(host)
