import asyncio

import redis
import redis.asyncio as aioredis
from fastapi import FastAPI
from redis import Redis

app = FastAPI()
cache = redis.Redis(host="redis")
store = redis.from_url("redis://redis")


@app.get("/predict/{user}")
async def predict(user: int):
    # ruleid: async-blocking-redis
    cached = cache.get(f"predict:v1:{user}")
    if cached:
        return cached
    # ruleid: async-blocking-redis
    cache.set(f"predict:v1:{user}", 1, ex=60)
    # ruleid: async-blocking-redis
    store.hgetall("models")
    # ruleid: async-blocking-redis
    return store.ttl("models")


async def batch(client: Redis, keys):
    # ruleid: async-blocking-redis
    client.mget(keys)
    pipeline = client.pipeline()
    for key in keys:
        # ok: async-blocking-redis
        pipeline.get(key)
    # ruleid: async-blocking-redis
    pipeline.execute()
    # ruleid: async-blocking-redis
    for key in client.scan_iter("predict:*"):
        # ruleid: async-blocking-redis
        client.delete(key)


async def once():
    # ruleid: async-blocking-redis
    redis.Redis().ping()
    with redis.Redis() as client:
        yield client
        # ruleid: async-blocking-redis
        client.flushdb()


class Cache:
    def __init__(self, url):
        self.client = redis.from_url(url)

    async def read(self, key):
        # ruleid: async-blocking-redis
        return self.client.get(key)


async def asynchronous(url, settings):
    client = aioredis.from_url(url)
    # ok: async-blocking-redis
    await client.get("a")
    # ok: async-blocking-redis
    await client.set("a", 1)
    # ok: async-blocking-redis
    client.pipeline()
    # ok: async-blocking-redis
    settings.get("a")
    # ok: async-blocking-redis
    await asyncio.to_thread(cache.get, "a")
    # ok: async-blocking-redis
    await asyncio.to_thread(lambda: cache.get("a"))


async def nested():
    def read():
        # ok: async-blocking-redis
        return cache.get("a")

    return await asyncio.to_thread(read)


def synchronous():
    # ok: async-blocking-redis
    return cache.get("a")


async def local():
    cache = {}
    cache.items()


async def prepares(client: Redis):
    # ok: async-blocking-redis
    client.lock("name")
    # ok: async-blocking-redis
    client.pubsub()


async def with_the_asynchronous_half(key):
    import redis.asyncio as redis

    client = redis.Redis()
    # ok: async-blocking-redis
    reads = [client.get(key), client.ttl(key)]
    return await asyncio.gather(*reads)


async def with_the_other_import(key):
    from redis import asyncio as redis

    client = redis.from_url("redis://redis")
    # ok: async-blocking-redis
    read = client.get(key)
    return await asyncio.shield(read)


async def handed_to_asyncio(clients, key):
    with redis.Redis() as client:
        # ok: async-blocking-redis
        await asyncio.wait_for(client.get(key), 0.1)
        # ok: async-blocking-redis
        await asyncio.gather(client.get(key), client.ttl(key))
        # ok: async-blocking-redis
        await asyncio.gather(*[client.get(each) for each in key])
        # ruleid: async-blocking-redis
        await asyncio.to_thread(print, client.get(key))
