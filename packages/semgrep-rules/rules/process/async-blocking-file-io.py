import asyncio
import glob
import json
import os
import pickle
import shutil
import tempfile
from os import path
from pathlib import Path

import aiofiles
import anyio
from fastapi import FastAPI, UploadFile

app = FastAPI()
ROOT = Path("/srv/models")


@app.post("/upload")
async def upload(file: UploadFile):
    # ruleid: async-blocking-file-io
    with open(f"/srv/{file.filename}", "wb") as target:
        # ruleid: async-blocking-file-io
        target.write(await file.read())
    # ruleid: async-blocking-file-io
    shutil.move("/srv/a", "/srv/b")
    # ruleid: async-blocking-file-io
    return os.path.getsize("/srv/b")


async def read_all(directory: Path):
    # ruleid: async-blocking-file-io, async-blocking-file-io, async-blocking-file-io
    texts = [open(name).read() for name in glob.glob("*.txt")]
    # ruleid: async-blocking-file-io
    for entry in directory.iterdir():
        texts.append(entry)
    # ruleid: async-blocking-file-io
    settings = json.load(directory)
    return texts, settings


async def models(name):
    # ruleid: async-blocking-file-io
    if not path.exists(name):
        # ruleid: async-blocking-file-io
        os.makedirs(name)
    target = ROOT / name
    # ruleid: async-blocking-file-io
    target.write_text("{}")
    # ruleid: async-blocking-file-io
    Path(name).read_bytes()
    # ruleid: async-blocking-file-io
    (Path("/srv") / name).unlink()
    # ruleid: async-blocking-file-io
    return tempfile.mkdtemp()


class Store:
    def __init__(self, directory):
        self.directory = Path(directory)

    async def save(self):
        # ruleid: async-blocking-file-io
        self.directory.mkdir(parents=True, exist_ok=True)


async def pure(name, settings):
    # ok: async-blocking-file-io
    os.path.join("/srv", name)
    # ok: async-blocking-file-io
    os.path.abspath(name)
    # ok: async-blocking-file-io
    ROOT.with_suffix(".zip")
    # ok: async-blocking-file-io
    ROOT.name.replace("a", "b")
    # ok: async-blocking-file-io
    Path(name).joinpath("a")
    # ok: async-blocking-file-io
    settings.read("x")
    # ok: async-blocking-file-io
    json.loads(name)


async def asynchronous(name):
    # ok: async-blocking-file-io
    async with aiofiles.open(name) as source:
        # ok: async-blocking-file-io
        await source.read()
    # ok: async-blocking-file-io
    await anyio.Path(name).read_text()
    # ok: async-blocking-file-io
    await asyncio.to_thread(shutil.rmtree, name)
    # ok: async-blocking-file-io
    await asyncio.to_thread(lambda: open(name).read())

    def load():
        # ok: async-blocking-file-io
        with open(name) as source:
            # ok: async-blocking-file-io
            return source.read()

    return await asyncio.to_thread(load)


async def shadowed(open, shutil):
    # ok: async-blocking-file-io
    open("/srv/a")
    # ok: async-blocking-file-io
    shutil.move("/srv/a", "/srv/b")


def synchronous(name):
    # ok: async-blocking-file-io
    return open(name).read()


async def history(file, chat):
    # ruleid: async-blocking-file-io
    pickle.dump(chat, file)
    # ok: async-blocking-file-io
    return pickle.dumps(chat)
