import asyncio
import os
import subprocess
import subprocess as sp
from os import system as shell
from subprocess import Popen, check_output

from dbt.cli.main import dbtRunner
from fastapi import FastAPI

app = FastAPI()


@app.post("/deploy")
async def deploy(tag: str):
    # ruleid: async-blocking-subprocess
    subprocess.run(["helm", "upgrade", tag], check=True)
    # ruleid: async-blocking-subprocess
    sp.check_call(["git", "pull"])
    # ruleid: async-blocking-subprocess
    return check_output(["git", "rev-parse", "HEAD"])


async def convert(path):
    # ruleid: async-blocking-subprocess
    process = subprocess.Popen(["ffmpeg", "-i", path])
    # ruleid: async-blocking-subprocess
    process.wait()
    # ruleid: async-blocking-subprocess
    os.system("sync")
    # ruleid: async-blocking-subprocess
    shell("sync")


async def pipe(process: subprocess.Popen, data):
    yield data
    # ruleid: async-blocking-subprocess
    process.communicate(data)
    # ruleid: async-blocking-subprocess
    with Popen(["cat"]) as child:
        # ruleid: async-blocking-subprocess
        child.communicate(data)


async def version():
    # ruleid: async-blocking-subprocess
    names = [subprocess.getoutput(f"{name} --version") for name in ("git", "helm")]
    return names


class Runner:
    def __init__(self, command):
        # ok: async-blocking-subprocess
        self.process = subprocess.Popen(command)

    async def stop(self):
        # ok: async-blocking-subprocess
        self.process.terminate()
        # ruleid: async-blocking-subprocess
        self.process.wait(timeout=5)


async def asynchronous():
    # ok: async-blocking-subprocess
    process = await asyncio.create_subprocess_exec("git", "pull")
    # ok: async-blocking-subprocess
    await process.wait()
    # ok: async-blocking-subprocess
    await process.communicate()
    # ok: async-blocking-subprocess
    await asyncio.to_thread(subprocess.run, ["git", "pull"])
    # ok: async-blocking-subprocess
    await asyncio.to_thread(lambda: subprocess.run(["git", "pull"]))


async def nested():
    def build():
        # ok: async-blocking-subprocess
        subprocess.run(["make"])

    await asyncio.to_thread(build)


def synchronous():
    # ok: async-blocking-subprocess
    subprocess.run(["make"])


async def shadowed(subprocess):
    # ok: async-blocking-subprocess
    subprocess.run(["make"])


async def event(done: asyncio.Event):
    # ok: async-blocking-subprocess
    await done.wait()


# A process that has ended is not waited for.
async def ended(process: subprocess.Popen):
    if process.poll() is not None:
        # ok: async-blocking-subprocess
        process.wait()
    if process.poll() is None:
        # ruleid: async-blocking-subprocess
        process.wait()


async def ended_children(pid):
    # ok: async-blocking-subprocess
    os.waitpid(pid, os.WNOHANG)
    # ruleid: async-blocking-subprocess
    os.waitpid(pid, 0)


async def models():
    # ruleid: async-blocking-subprocess
    return dbtRunner().invoke(["run"])
