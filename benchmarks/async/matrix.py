# Cases for benchmarks/async/run.ts: a comment says of the function below it whether it blocks the event loop.

import aiofiles
import anyio
import asyncio
import boto3
import builtins
import functools
import getpass
import glob
import h2o
import httpx
import io
import joblib
import json
import litellm
import numpy
import openai
import os
import pandas
import pathlib
import pickle
import polars
import psycopg2
import pymongo
import pymysql
import queue
import redis
import redis.asyncio
import requests
import shutil
import smtplib
import socket
import sqlalchemy.orm
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import torch
import urllib.request
import urllib3
import zipfile
from asgiref.sync import sync_to_async
from starlette.concurrency import run_in_threadpool
import time as alias_time
from time import sleep as from_sleep_time
import requests as alias_requests
from requests import get as from_get_requests
import subprocess as alias_subprocess
from subprocess import run as from_run_subprocess
import shutil as alias_shutil
from shutil import copy as from_copy_shutil
import socket as alias_socket
from socket import gethostbyname as from_gethostbyname_socket
import joblib as alias_joblib
from joblib import load as from_load_joblib
import psycopg2 as alias_psycopg2
from psycopg2 import connect as from_connect_psycopg2

made_requests_session = requests.Session()
made_httpx_client = httpx.Client()
made_urllib3_poolmanager = urllib3.PoolManager()
made_subprocess_popen = subprocess.Popen(ARGS)
made_sqlite3_connection = sqlite3.connect(A)
made_redis_redis = redis.Redis()
made_openai_openai = openai.OpenAI()
made_sqlalchemy_orm_session = sqlalchemy.orm.Session()
made_pymongo_mongoclient = pymongo.MongoClient()
made_pandas_dataframe = pandas.DataFrame(A)
made_threading_lock = threading.Lock()


# bad: time.sleep
async def case_1():
    time.sleep(1)


# bad: time.sleep, module under an alias
async def case_2():
    alias_time.sleep(1)


# bad: time.sleep, imported by from
async def case_3():
    from_sleep_time(1)


# bad: time.sleep, imported in the function
async def case_4():
    import time as inner
    inner.sleep(1)


# bad: requests.get
async def case_5():
    requests.get(URL)


# bad: requests.get, module under an alias
async def case_6():
    alias_requests.get(URL)


# bad: requests.get, imported by from
async def case_7():
    from_get_requests(URL)


# bad: requests.get, imported in the function
async def case_8():
    import requests as inner
    inner.get(URL)


# bad: subprocess.run
async def case_9():
    subprocess.run(ARGS)


# bad: subprocess.run, module under an alias
async def case_10():
    alias_subprocess.run(ARGS)


# bad: subprocess.run, imported by from
async def case_11():
    from_run_subprocess(ARGS)


# bad: subprocess.run, imported in the function
async def case_12():
    import subprocess as inner
    inner.run(ARGS)


# bad: shutil.copy
async def case_13():
    shutil.copy(A, B)


# bad: shutil.copy, module under an alias
async def case_14():
    alias_shutil.copy(A, B)


# bad: shutil.copy, imported by from
async def case_15():
    from_copy_shutil(A, B)


# bad: shutil.copy, imported in the function
async def case_16():
    import shutil as inner
    inner.copy(A, B)


# bad: socket.gethostbyname
async def case_17():
    socket.gethostbyname(HOST)


# bad: socket.gethostbyname, module under an alias
async def case_18():
    alias_socket.gethostbyname(HOST)


# bad: socket.gethostbyname, imported by from
async def case_19():
    from_gethostbyname_socket(HOST)


# bad: socket.gethostbyname, imported in the function
async def case_20():
    import socket as inner
    inner.gethostbyname(HOST)


# bad: joblib.load
async def case_21():
    joblib.load(A)


# bad: joblib.load, module under an alias
async def case_22():
    alias_joblib.load(A)


# bad: joblib.load, imported by from
async def case_23():
    from_load_joblib(A)


# bad: joblib.load, imported in the function
async def case_24():
    import joblib as inner
    inner.load(A)


# bad: psycopg2.connect
async def case_25():
    psycopg2.connect(DSN)


# bad: psycopg2.connect, module under an alias
async def case_26():
    alias_psycopg2.connect(DSN)


# bad: psycopg2.connect, imported by from
async def case_27():
    from_connect_psycopg2(DSN)


# bad: psycopg2.connect, imported in the function
async def case_28():
    import psycopg2 as inner
    inner.connect(DSN)


# bad: requests.post(URL)
async def case_29():
    requests.post(URL)


# bad: requests.request("GET", URL)
async def case_30():
    requests.request("GET", URL)


# bad: httpx.get(URL)
async def case_31():
    httpx.get(URL)


# bad: urllib.request.urlopen(URL)
async def case_32():
    urllib.request.urlopen(URL)


# bad: urllib3.request("GET", URL)
async def case_33():
    urllib3.request("GET", URL)


# bad: subprocess.check_output(ARGS)
async def case_34():
    subprocess.check_output(ARGS)


# bad: subprocess.Popen(ARGS)
async def case_35():
    subprocess.Popen(ARGS)


# bad: os.system(ARGS)
async def case_36():
    os.system(ARGS)


# bad: os.popen(ARGS)
async def case_37():
    os.popen(ARGS)


# bad: open(A)
async def case_38():
    open(A)


# bad: builtins.open(A)
async def case_39():
    builtins.open(A)


# bad: io.open(A)
async def case_40():
    io.open(A)


# bad: [line for line in open(A)]
async def case_41():
    [line for line in open(A)]


# bad: os.path.exists(A)
async def case_42():
    os.path.exists(A)


# bad: os.listdir(A)
async def case_43():
    os.listdir(A)


# bad: os.remove(A)
async def case_44():
    os.remove(A)


# bad: shutil.rmtree(A)
async def case_45():
    shutil.rmtree(A)


# bad: glob.glob(A)
async def case_46():
    glob.glob(A)


# bad: tempfile.mkdtemp()
async def case_47():
    tempfile.mkdtemp()


# bad: zipfile.ZipFile(A)
async def case_48():
    zipfile.ZipFile(A)


# bad: json.load(A)
async def case_49():
    json.load(A)


# bad: pathlib.Path(A).read_text()
async def case_50():
    pathlib.Path(A).read_text()


# bad: (pathlib.Path(A) / B).exists()
async def case_51():
    (pathlib.Path(A) / B).exists()


# bad: sqlite3.connect(A)
async def case_52():
    sqlite3.connect(A)


# bad: pymysql.connect()
async def case_53():
    pymysql.connect()


# bad: socket.create_connection(A)
async def case_54():
    socket.create_connection(A)


# bad: smtplib.SMTP(HOST)
async def case_55():
    smtplib.SMTP(HOST)


# bad: h2o.H2OFrame(A)
async def case_56():
    h2o.H2OFrame(A)


# bad: h2o.get_model(A).predict(B)
async def case_57():
    h2o.get_model(A).predict(B)


# bad: h2o.predict(A)
async def case_58():
    h2o.predict(A)


# bad: pickle.load(A)
async def case_59():
    pickle.load(A)


# bad: torch.load(A)
async def case_60():
    torch.load(A)


# bad: pandas.read_csv(A)
async def case_61():
    pandas.read_csv(A)


# bad: pandas.merge(A, B)
async def case_62():
    pandas.merge(A, B)


# bad: pandas.read_sql(A, B)
async def case_63():
    pandas.read_sql(A, B)


# bad: polars.read_parquet(A)
async def case_64():
    polars.read_parquet(A)


# bad: numpy.linalg.svd(A)
async def case_65():
    numpy.linalg.svd(A)


# bad: input()
async def case_66():
    input()


# bad: getpass.getpass()
async def case_67():
    getpass.getpass()


# bad: asyncio.run_coroutine_threadsafe(A, B).result()
async def case_68():
    asyncio.run_coroutine_threadsafe(A, B).result()


# bad: openai.chat.completions.create()
async def case_69():
    openai.chat.completions.create()


# bad: litellm.completion()
async def case_70():
    litellm.completion()


# bad: redis.Redis().get(A)
async def case_71():
    redis.Redis().get(A)


# bad: boto3.client("s3").put_object()
async def case_72():
    boto3.client("s3").put_object()


# bad: requests.Session().get(URL)
async def case_73():
    requests.Session().get(URL)


# bad: sys.stdin.readline()
async def case_74():
    sys.stdin.readline()


# bad: asyncio.run(A)
async def case_75():
    asyncio.run(A)


# bad: print(requests.get(URL).json())
async def case_76():
    print(requests.get(URL).json())


# bad: return requests.get(URL) if A else None
async def case_77():
    return requests.get(URL) if A else None


# bad: value = {"a": requests.get(URL)}
async def case_78():
    value = {"a": requests.get(URL)}


# bad: f"{requests.get(URL)}"
async def case_79():
    f"{requests.get(URL)}"


# bad: requests.Session made in the function
async def case_80():
    local = requests.Session()
    local.get(URL)


# bad: requests.Session of the module
async def case_81():
    made_requests_session.get(URL)


# bad: requests.Session as an annotated parameter
async def case_82(given: requests.Session):
    given.get(URL)


# bad: requests.Session kept by __init__
class Case83:
    def __init__(self):
        self.made = requests.Session()

    async def call(self):
        self.made.get(URL)


# bad: httpx.Client made in the function
async def case_84():
    local = httpx.Client()
    local.get(URL)


# bad: httpx.Client of the module
async def case_85():
    made_httpx_client.get(URL)


# bad: httpx.Client as an annotated parameter
async def case_86(given: httpx.Client):
    given.get(URL)


# bad: httpx.Client kept by __init__
class Case87:
    def __init__(self):
        self.made = httpx.Client()

    async def call(self):
        self.made.get(URL)


# bad: urllib3.PoolManager made in the function
async def case_88():
    local = urllib3.PoolManager()
    local.request("GET", URL)


# bad: urllib3.PoolManager of the module
async def case_89():
    made_urllib3_poolmanager.request("GET", URL)


# bad: urllib3.PoolManager as an annotated parameter
async def case_90(given: urllib3.PoolManager):
    given.request("GET", URL)


# bad: urllib3.PoolManager kept by __init__
class Case91:
    def __init__(self):
        self.made = urllib3.PoolManager()

    async def call(self):
        self.made.request("GET", URL)


# bad: subprocess.Popen made in the function
async def case_92():
    local = subprocess.Popen(ARGS)
    local.wait()


# bad: subprocess.Popen of the module
async def case_93():
    made_subprocess_popen.wait()


# bad: subprocess.Popen as an annotated parameter
async def case_94(given: subprocess.Popen):
    given.wait()


# bad: subprocess.Popen kept by __init__
class Case95:
    def __init__(self):
        self.made = subprocess.Popen(ARGS)

    async def call(self):
        self.made.wait()


# bad: sqlite3.Connection made in the function
async def case_96():
    local = sqlite3.connect(A)
    local.execute(A)


# bad: sqlite3.Connection of the module
async def case_97():
    made_sqlite3_connection.execute(A)


# bad: sqlite3.Connection as an annotated parameter
async def case_98(given: sqlite3.Connection):
    given.execute(A)


# bad: sqlite3.Connection kept by __init__
class Case99:
    def __init__(self):
        self.made = sqlite3.connect(A)

    async def call(self):
        self.made.execute(A)


# bad: redis.Redis made in the function
async def case_100():
    local = redis.Redis()
    local.get(A)


# bad: redis.Redis of the module
async def case_101():
    made_redis_redis.get(A)


# bad: redis.Redis as an annotated parameter
async def case_102(given: redis.Redis):
    given.get(A)


# bad: redis.Redis kept by __init__
class Case103:
    def __init__(self):
        self.made = redis.Redis()

    async def call(self):
        self.made.get(A)


# bad: openai.OpenAI made in the function
async def case_104():
    local = openai.OpenAI()
    local.chat.completions.create()


# bad: openai.OpenAI of the module
async def case_105():
    made_openai_openai.chat.completions.create()


# bad: openai.OpenAI as an annotated parameter
async def case_106(given: openai.OpenAI):
    given.chat.completions.create()


# bad: openai.OpenAI kept by __init__
class Case107:
    def __init__(self):
        self.made = openai.OpenAI()

    async def call(self):
        self.made.chat.completions.create()


# bad: sqlalchemy.orm.Session made in the function
async def case_108():
    local = sqlalchemy.orm.Session()
    local.execute(A)


# bad: sqlalchemy.orm.Session of the module
async def case_109():
    made_sqlalchemy_orm_session.execute(A)


# bad: sqlalchemy.orm.Session as an annotated parameter
async def case_110(given: sqlalchemy.orm.Session):
    given.execute(A)


# bad: sqlalchemy.orm.Session kept by __init__
class Case111:
    def __init__(self):
        self.made = sqlalchemy.orm.Session()

    async def call(self):
        self.made.execute(A)


# bad: pymongo.MongoClient made in the function
async def case_112():
    local = pymongo.MongoClient()
    local.server_info()


# bad: pymongo.MongoClient of the module
async def case_113():
    made_pymongo_mongoclient.server_info()


# bad: pymongo.MongoClient as an annotated parameter
async def case_114(given: pymongo.MongoClient):
    given.server_info()


# bad: pymongo.MongoClient kept by __init__
class Case115:
    def __init__(self):
        self.made = pymongo.MongoClient()

    async def call(self):
        self.made.server_info()


# bad: pandas.DataFrame made in the function
async def case_116():
    local = pandas.DataFrame(A)
    local.merge(B)


# bad: pandas.DataFrame of the module
async def case_117():
    made_pandas_dataframe.merge(B)


# bad: pandas.DataFrame as an annotated parameter
async def case_118(given: pandas.DataFrame):
    given.merge(B)


# bad: pandas.DataFrame kept by __init__
class Case119:
    def __init__(self):
        self.made = pandas.DataFrame(A)

    async def call(self):
        self.made.merge(B)


# bad: threading.Lock made in the function
async def case_120():
    local = threading.Lock()
    local.acquire()


# bad: threading.Lock of the module
async def case_121():
    made_threading_lock.acquire()


# bad: threading.Lock as an annotated parameter
async def case_122(given: threading.Lock):
    given.acquire()


# bad: threading.Lock kept by __init__
class Case123:
    def __init__(self):
        self.made = threading.Lock()

    async def call(self):
        self.made.acquire()


# bad: requests.Session by with
async def case_124():
    with requests.Session() as local:
        local.get(URL)


# bad: psycopg2 cursor
async def case_125():
    connection = psycopg2.connect(DSN)
    cursor = connection.cursor()
    cursor.execute(A)


# bad: psycopg2 cursor by with
async def case_126():
    connection = psycopg2.connect(DSN)
    with connection.cursor() as cursor:
        cursor.execute(A)


# bad: a callable in a variable
async def case_127():
    pause = time.sleep
    pause(1)


# bad: functools.partial
async def case_128():
    functools.partial(time.sleep, 1)()


# bad: after a yield
async def case_129():
    yield A
    requests.get(URL)


# bad: in a loop
async def case_130():
    for one in A:
        requests.get(one)


# bad: in a finally
async def case_131():
    try:
        await A
    finally:
        time.sleep(1)


# bad: an object set in one branch
async def case_132():
    if A:
        local = requests.Session()
    local.get(URL)


# good: await asyncio.sleep(1)
async def case_133():
    await asyncio.sleep(1)


# good: await asyncio.to_thread(time.sleep, 1)
async def case_134():
    await asyncio.to_thread(time.sleep, 1)


# good: await asyncio.to_thread(lambda: requests.get(URL))
async def case_135():
    await asyncio.to_thread(lambda: requests.get(URL))


# good: await loop.run_in_executor(None, requests.get, URL)
async def case_136():
    await loop.run_in_executor(None, requests.get, URL)


# good: await loop.run_in_executor(None, lambda: open(A).read())
async def case_137():
    await loop.run_in_executor(None, lambda: open(A).read())


# good: await run_in_threadpool(requests.get, URL)
async def case_138():
    await run_in_threadpool(requests.get, URL)


# good: await anyio.to_thread.run_sync(time.sleep, 1)
async def case_139():
    await anyio.to_thread.run_sync(time.sleep, 1)


# good: await sync_to_async(requests.get)(URL)
async def case_140():
    await sync_to_async(requests.get)(URL)


# good: tasks.add_task(requests.get, URL)
async def case_141():
    tasks.add_task(requests.get, URL)


# good: executor.submit(requests.get, URL)
async def case_142():
    executor.submit(requests.get, URL)


# good: callback = lambda: time.sleep(1)
async def case_143():
    callback = lambda: time.sleep(1)


# good: callback = requests.get
async def case_144():
    callback = requests.get


# good: os.path.join(A, B)
async def case_145():
    os.path.join(A, B)


# good: os.path.abspath(A)
async def case_146():
    os.path.abspath(A)


# good: os.getcwd()
async def case_147():
    os.getcwd()


# good: pathlib.Path(A).with_suffix(".zip")
async def case_148():
    pathlib.Path(A).with_suffix(".zip")


# good: pathlib.Path(A).name.replace("a", "b")
async def case_149():
    pathlib.Path(A).name.replace("a", "b")


# good: json.loads(A)
async def case_150():
    json.loads(A)


# good: pickle.loads(A)
async def case_151():
    pickle.loads(A)


# good: pandas.Timestamp(A)
async def case_152():
    pandas.Timestamp(A)


# good: numpy.array(A)
async def case_153():
    numpy.array(A)


# good: settings.get(A)
async def case_154():
    settings.get(A)


# good: settings.open(A)
async def case_155():
    settings.open(A)


# good: model.predict(A)
async def case_156():
    model.predict(A)


# good: session.execute(A)
async def case_157():
    session.execute(A)


# good: await session.execute(A)
async def case_158():
    await session.execute(A)


# good: await client.get(URL)
async def case_159():
    await client.get(URL)


# good: async with httpx.AsyncClient() as client:
async def case_160():
    async with httpx.AsyncClient() as client:
        await client.get(URL)


# good: async with aiofiles.open(A) as source:
async def case_161():
    async with aiofiles.open(A) as source:
        await source.read()


# good: await anyio.Path(A).read_text()
async def case_162():
    await anyio.Path(A).read_text()


# good: process = await asyncio.create_subprocess_exec(A)
async def case_163():
    process = await asyncio.create_subprocess_exec(A)
    await process.wait()


# good: pipe = redis.Redis().pipeline()
async def case_164():
    pipe = redis.Redis().pipeline()
    pipe.get(A)


# good: client = redis.asyncio.Redis()
async def case_165():
    client = redis.asyncio.Redis()
    await client.get(A)


# good: lock = threading.Lock()
async def case_166():
    lock = threading.Lock()
    lock.acquire(blocking=False)


# good: jobs = queue.Queue()
async def case_167():
    jobs = queue.Queue()
    jobs.get_nowait()


# good: task.result()
async def case_168():
    task.result()


# good: ", ".join(A)
async def case_169():
    ", ".join(A)


# good: local = requests.Session()
async def case_170():
    local = requests.Session()
    local.headers.get(A)


# good: boto3.client("s3").generate_presigned_url(A)
async def case_171():
    boto3.client("s3").generate_presigned_url(A)


# good: time = FakeClock()
async def case_172():
    time = FakeClock()
    time.sleep(1)


# good: from trio import sleep
async def case_173():
    from trio import sleep
    await sleep(1)


# good: def nested():
async def case_174():
    def nested():
        time.sleep(1)
    await asyncio.to_thread(nested)


# good: class Settings:
async def case_175():
    class Settings:
        started = time.time()


# good: subprocess.list2cmdline(ARGS)
async def case_176():
    subprocess.list2cmdline(ARGS)


# good: time.monotonic()
async def case_177():
    time.monotonic()


# good: own.sleep(1)
async def case_178():
    own.sleep(1)


# good: socket.gethostname()
async def case_179():
    socket.gethostname()


# good: shutil.ignore_patterns(A)
async def case_180():
    shutil.ignore_patterns(A)


# good: a synchronous function
def case_181():
    time.sleep(1)


# good: a parameter of the name
async def case_182(time):
    time.sleep(1)


# good: a parameter of the name
async def case_183(requests):
    requests.get(URL)
