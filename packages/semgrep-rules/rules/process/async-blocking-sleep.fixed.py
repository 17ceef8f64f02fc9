import asyncio
import functools
import time
import time as clock
from contextlib import asynccontextmanager
from time import sleep
from time import sleep as pause

from fastapi import APIRouter, FastAPI

router = APIRouter()


# A retry loop in an endpoint: decorated, as every FastAPI endpoint is.
@router.post(
    "/predictions/{model}",
    response_model=None,
)
async def predict(model: str) -> dict[str, float]:
    for attempt in range(3):
        try:
            return await score(model)
        except ConnectionError:
            # ruleid: async-blocking-sleep
            await asyncio.sleep(2**attempt)
#           ^^^^^^^^^^^^^^^^^^^^^^ ruleid: async-blocking-sleep "stops the whole event loop"
    raise RuntimeError("no prediction")


async def wait_for_table(pool):
    while not await pool.fetchval("select to_regclass('features')"):
        # ruleid: async-blocking-sleep
        await asyncio.sleep(0.5)


async def wait_for_model(path):
    async with path.lock() as lock:
        # ruleid: async-blocking-sleep
        await asyncio.sleep(lock.delay)


async def wait_for_redis(client):
    # ruleid: async-blocking-sleep
    await asyncio.sleep(1)
    return await client.ping()


async def wait_locally():
    import time as t
    from time import sleep as nap

    # ruleid: async-blocking-sleep
    await asyncio.sleep(1)
    # ruleid: async-blocking-sleep
    await asyncio.sleep(1)


class Poller:
    interval = 5

    async def run(self):
        while True:
            # ruleid: async-blocking-sleep
            await asyncio.sleep(self.interval)

    @staticmethod
    async def settle(seconds):
        try:
            await asyncio.wait_for(ready(), seconds)
        finally:
            # ruleid: async-blocking-sleep
            await asyncio.sleep(seconds)


@asynccontextmanager
async def lifespan(app: FastAPI):
    # ruleid: async-blocking-sleep
    await asyncio.sleep(5)
    yield


# An async function inside a sync one, as decorators and application factories have it.
def retry(function):
    @functools.wraps(function)
    async def wrapper(*args, **kwargs):
        # ruleid: async-blocking-sleep
        await asyncio.sleep(1)
        return await function(*args, **kwargs)

    return wrapper


# The sync function between the two async ones hides nothing of either.
async def outer():
    def middle():
        # ok: async-blocking-sleep
        time.sleep(1)

        async def inner():
            # ruleid: async-blocking-sleep
            return await asyncio.sleep(1)

        return inner

    # ruleid: async-blocking-sleep
    waits = [await asyncio.sleep(step) for step in range(3)]
    return middle, waits


# The next line of an async function after a nested one is still the async one's.
async def warm_up(models):
    @functools.cache
    def load(model):
        # ok: async-blocking-sleep
        time.sleep(1)
        return model.load()

    await asyncio.gather(*(asyncio.to_thread(load, model) for model in models))
    # ruleid: async-blocking-sleep
    await asyncio.sleep(1)


async def back_off(attempt):
    # ok: async-blocking-sleep
    await asyncio.sleep(2**attempt)


async def in_threads(loop, executor):
    # ok: async-blocking-sleep
    await asyncio.to_thread(time.sleep, 1)
    # ok: async-blocking-sleep
    await loop.run_in_executor(executor, time.sleep, 1)
    # ok: async-blocking-sleep
    await loop.run_in_executor(None, lambda: time.sleep(1))


def sync_endpoint():
    # ok: async-blocking-sleep
    time.sleep(1)


class Worker:
    def run(self):
        # ok: async-blocking-sleep
        time.sleep(1)


# A class body is no place for `await`.
async def make_settings():
    class Settings:
        # ok: async-blocking-sleep
        started = time.sleep(0)

    return Settings


# ok: async-blocking-sleep
async def defaults(waited=time.sleep(0)):
    return waited


class Simulation:
    async def step(self, world):
        # ok: async-blocking-sleep
        self.time.sleep(1)
        # ok: async-blocking-sleep
        world.sleep(1)


async def own_sleep():
    async def sleep(seconds):
        await asyncio.sleep(seconds)

    # ok: async-blocking-sleep
    await sleep(1)


async def given_sleep(sleep):
    # ok: async-blocking-sleep
    await sleep(1)


async def trio_sleep():
    from trio import sleep

    # ok: async-blocking-sleep
    await sleep(1)


# A parameter or variable named time is no module.
async def with_a_clock(time):
    # ok: async-blocking-sleep
    time.sleep(4)


async def with_a_fake_clock():
    time = FakeClock()
    # ok: async-blocking-sleep
    time.sleep(3)


async def with_frozen_time():
    with freeze_time() as time:
        # ok: async-blocking-sleep
        time.sleep(1)


async def with_another_module():
    import virtual_time as time

    # ok: async-blocking-sleep
    time.sleep(1)
