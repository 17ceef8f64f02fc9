"""What the people on call ask of the service: one function a question."""

import asyncio
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import boto3
import httpx
import joblib
import pandas as pd
import redis.asyncio as redis

executor = ThreadPoolExecutor(max_workers=2)
s3 = boto3.client("s3")
cache = redis.Redis(host="redis", decode_responses=True)


async def scorer_health(scorer: httpx.AsyncClient) -> bool:
    return (await scorer.get("/health", timeout=2)).is_success


async def revision() -> str:
    process = await asyncio.create_subprocess_exec("git", "rev-parse", "HEAD", stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return output.decode()


async def clear_downloads(directory: str) -> None:
    await asyncio.to_thread(shutil.rmtree, directory)


def audit_log(path: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(path) as log:
        return list(log)


async def cached_scores() -> int:
    return await cache.dbsize()


async def upload(path: str, key: str) -> None:
    await asyncio.to_thread(s3.upload_file, path, "churn-models", key)


async def baseline(path: str) -> object:
    return await asyncio.to_thread(joblib.load, path)


async def drift(path: str) -> pd.DataFrame:
    return await asyncio.to_thread(pd.read_parquet, path)


async def confirm() -> bool:
    return await asyncio.to_thread(input, "Swap the model? ") == "yes"


async def warm_up(task) -> None:
    await asyncio.get_running_loop().run_in_executor(executor, task)


async def address(host: str) -> str:
    answers = await asyncio.get_running_loop().getaddrinfo(host, None)
    return answers[0][4][0]
