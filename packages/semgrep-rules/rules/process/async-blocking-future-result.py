import asyncio
import concurrent.futures
import queue
import threading
from concurrent.futures import Future, ThreadPoolExecutor

from asgiref.sync import async_to_sync
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor

executor = ThreadPoolExecutor()
lock = threading.Lock()
jobs = queue.Queue()


async def work(loop, task):
    future = executor.submit(task)
    # ruleid: async-blocking-future-result
    future.result()
    # ruleid: async-blocking-future-result
    executor.submit(task).result()
    # ruleid: async-blocking-future-result
    asyncio.run_coroutine_threadsafe(task, loop).result()
    handle = asyncio.run_coroutine_threadsafe(task, loop)
    # ruleid: async-blocking-future-result
    handle.result(timeout=3)
    # ruleid: async-blocking-future-result
    asyncio.run(task)


async def locked(event: threading.Event):
    # ruleid: async-blocking-future-result
    lock.acquire()
    # ruleid: async-blocking-future-result
    event.wait()
    # ruleid: async-blocking-future-result
    jobs.get()
    # A queue takes as much as it is given, unless it was made with a limit.
    # ok: async-blocking-future-result
    jobs.put(1)
    yield
    # ruleid: async-blocking-future-result
    concurrent.futures.wait([])
    # ruleid: async-blocking-future-result
    asyncio.get_event_loop().run_until_complete(work())


async def given(future: Future, worker: threading.Thread):
    # ruleid: async-blocking-future-result
    future.result()
    # ruleid: async-blocking-future-result
    worker.join()


class Pool:
    def __init__(self):
        self.lock = threading.Lock()

    async def take(self):
        # ruleid: async-blocking-future-result
        self.lock.acquire()


async def asynchronous(task, tasks: asyncio.Task):
    own = asyncio.Queue()
    # ok: async-blocking-future-result
    await own.get()
    # ok: async-blocking-future-result
    own.put_nowait(1)
    # ok: async-blocking-future-result
    tasks.result()
    # ok: async-blocking-future-result
    lock.acquire(blocking=False)
    # ok: async-blocking-future-result
    lock.acquire(False)
    # ok: async-blocking-future-result
    jobs.get(block=False)
    # ok: async-blocking-future-result
    jobs.get(False)
    # ok: async-blocking-future-result
    jobs.get_nowait()
    # ok: async-blocking-future-result
    await asyncio.to_thread(jobs.get)
    # ok: async-blocking-future-result
    await asyncio.to_thread(lambda: jobs.get())
    # ok: async-blocking-future-result
    ", ".join(task)
    # ok: async-blocking-future-result
    await asyncio.wrap_future(executor.submit(task))


async def nested(task):
    def wait():
        # ok: async-blocking-future-result
        return executor.submit(task).result()

    return await asyncio.to_thread(wait)


def synchronous(task):
    # ok: async-blocking-future-result
    return executor.submit(task).result()


# Who has asked knows that there is nothing to wait for.
async def asked(future: Future, running: bool):
    while not jobs.empty():
        # ok: async-blocking-future-result
        jobs.get()
    while running and not jobs.empty():
        # ok: async-blocking-future-result
        jobs.get()
    if future.done():
        # ok: async-blocking-future-result
        future.result()
    if not future.done():
        # ruleid: async-blocking-future-result
        future.result()
    while jobs.empty():
        # ruleid: async-blocking-future-result
        jobs.get()
    while not jobs.empty():
        # Somebody else's.
        # ruleid: async-blocking-future-result
        lock.acquire()


# Nobody else can hold a lock that was made in the line above.
async def fresh(locks, key):
    own = threading.Lock()
    # ok: async-blocking-future-result
    own.acquire()
    locks[key] = own
    await asyncio.sleep(0)
    # ruleid: async-blocking-future-result
    own.acquire()


# What is flushed is sent by whoever asks for it.
async def telemetry(exporter):
    processor = BatchSpanProcessor(exporter)
    # ruleid: async-blocking-future-result
    processor.force_flush()
    # ok: async-blocking-future-result
    await asyncio.to_thread(processor.shutdown)
    logs = BatchLogRecordProcessor(exporter)
    # ruleid: async-blocking-future-result
    logs.shutdown()


async def bridged(fetch):
    # ok: async-blocking-future-result
    wrapped = async_to_sync(fetch)
    # ruleid: async-blocking-future-result
    wrapped("x")
    # ruleid: async-blocking-future-result
    return async_to_sync(fetch)("x")
