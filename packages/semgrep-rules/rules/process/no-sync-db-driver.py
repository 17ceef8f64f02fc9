import asyncio
import functools
import os
import sqlite3
from sqlite3 import connect as open_file

import anyio
import asyncpg
import MySQLdb
import mysql.connector
import psycopg
import psycopg2
import psycopg2.extras
import pymysql
from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from psycopg2 import pool
from psycopg_pool import AsyncConnectionPool, ConnectionPool
from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool
from sqlmodel import create_engine as create_model_engine

from app.database import connect

app = FastAPI()
URL = os.environ["DATABASE_URL"]

# ruleid: no-sync-db-driver
engine = create_engine(URL, pool_pre_ping=True)
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: no-sync-db-driver "a synchronous driver"
# ruleid: no-sync-db-driver
plain = create_engine("postgresql://db/features")
# ruleid: no-sync-db-driver
models = create_model_engine(URL)
# ruleid: no-sync-db-driver
connections = pool.ThreadedConnectionPool(1, 10, URL)
# ruleid: no-sync-db-driver
threads = ConnectionPool(URL, max_size=10)


@app.get("/features/{key}")
async def features(key: int) -> list:
    # ruleid: no-sync-db-driver
    with psycopg2.connect(URL) as connection:
        with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
            cursor.execute("SELECT * FROM features WHERE key = %s", (key,))
            return cursor.fetchall()


@app.get("/sync/{key}")
def in_the_pool_of_threads(key: int) -> list:
    # ruleid: no-sync-db-driver
    with psycopg.connect(URL) as connection:
        return connection.execute("SELECT 1").fetchall()


def get_db():
    # ruleid: no-sync-db-driver
    connection = pymysql.connect(host="db", user="api")
    try:
        yield connection
    finally:
        connection.close()


class Repository:
    def __init__(self, path: str) -> None:
        # ruleid: no-sync-db-driver
        self.connection = sqlite3.connect(path, check_same_thread=False)
        # ruleid: no-sync-db-driver
        self.other = open_file(path)
        # ruleid: no-sync-db-driver
        self.mysql = mysql.connector.connect(host="db")
        # ruleid: no-sync-db-driver
        self.older = MySQLdb.connect("db")


# ok: no-sync-db-driver
later = create_async_engine("postgresql+asyncpg://db/features")
# ok: no-sync-db-driver
wrapped = AsyncEngine(create_engine("postgresql+asyncpg://db/features", future=True))
# ok: no-sync-db-driver
pool_of_coroutines = AsyncConnectionPool(URL, max_size=10, open=False)


async def asynchronously() -> None:
    # ok: no-sync-db-driver
    await asyncpg.connect(URL)
    # ok: no-sync-db-driver
    await psycopg.AsyncConnection.connect(URL)
    # ok: no-sync-db-driver
    await connect(URL)


async def in_a_thread() -> None:
    # ok: no-sync-db-driver
    await asyncio.to_thread(psycopg2.connect, URL)
    # ok: no-sync-db-driver
    await asyncio.get_running_loop().run_in_executor(None, lambda: psycopg2.connect(URL))


# Handed to a thread by their names.
def opens_in_a_thread(path: str) -> list:
    # ok: no-sync-db-driver
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT 1").fetchall()


def opens_in_an_executor(path: str) -> None:
    # ok: no-sync-db-driver
    sqlite3.connect(path).close()


def opens_in_a_worker(path: str) -> None:
    # ok: no-sync-db-driver
    sqlite3.connect(path).close()


def opens_in_the_pool(path: str) -> None:
    # ok: no-sync-db-driver
    sqlite3.connect(path).close()


def opens_with_arguments(path: str) -> None:
    # ok: no-sync-db-driver
    sqlite3.connect(path).close()


def opens_here_too(path: str) -> None:
    # ruleid: no-sync-db-driver
    sqlite3.connect(path).close()


def opens_here_only(path: str) -> None:
    # ruleid: no-sync-db-driver
    sqlite3.connect(path).close()


def opens_for_others(path: str) -> None:
    # ok: no-sync-db-driver
    sqlite3.connect(path).close()


class Files:
    def open(self) -> None:
        # ok: no-sync-db-driver
        sqlite3.connect("files.db").close()

    def reopen(self) -> None:
        # ruleid: no-sync-db-driver
        sqlite3.connect("files.db").close()

    async def start(self) -> None:
        await asyncio.to_thread(self.open)
        await asyncio.to_thread(self.reopen)
        self.reopen()


async def hands_over(path: str) -> None:
    await asyncio.to_thread(opens_in_a_thread, path)
    await asyncio.get_running_loop().run_in_executor(None, opens_in_an_executor, path)
    await anyio.to_thread.run_sync(opens_in_a_worker, path, abandon_on_cancel=True)
    await run_in_threadpool(opens_in_the_pool, path)
    await asyncio.get_running_loop().run_in_executor(None, functools.partial(opens_with_arguments, path))
    await asyncio.to_thread(opens_here_too, path)
    opens_here_too(path)
    opens_here_only(path)

    def query() -> list:
        opens_for_others(path)
        # ok: no-sync-db-driver
        return sqlite3.connect(path).execute("SELECT 1").fetchall()

    await asyncio.to_thread(query)
    await asyncio.to_thread(opens_for_others, path)
    await asyncio.to_thread(lambda: opens_for_others(path))


# In memory nothing is waited for.
# ok: no-sync-db-driver
scratch = sqlite3.connect(":memory:")
# ok: no-sync-db-driver
memory = create_engine("sqlite://", poolclass=StaticPool)
# ok: no-sync-db-driver
memory_too = create_engine("sqlite:///:memory:")


# What helps with values is no connection.
def adapters(values: dict) -> None:
    # ok: no-sync-db-driver
    psycopg2.extras.register_uuid()
    # ok: no-sync-db-driver
    psycopg2.extras.Json(values)


if __name__ == "__main__":
    # ok: no-sync-db-driver
    psycopg2.connect(URL).close()
