import json
import os
from dataclasses import dataclass
from typing import Annotated, Optional

import redis
import redis.asyncio as aioredis
from django.core.cache import cache as django_cache
from fastapi import APIRouter, Depends, Request
from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from app.cache import get_redis, redis_client

router = APIRouter()
store = redis.Redis(host="redis", decode_responses=True)
connection = aioredis.from_url(os.environ["REDIS_URL"])


def keep(customer_id: int, score: float) -> None:
    # ruleid: redis-set-expiry
    store.set(f"churn:v3:{customer_id}", score)
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: redis-set-expiry "without an expiry"


async def keep_later(key: str, score: float) -> None:
    # ruleid: redis-set-expiry
    await connection.set(key, score)


async def keep_with(client: AsyncRedis, key: str, score: float) -> None:
    # ruleid: redis-set-expiry
    await client.set(key, json.dumps({"score": score}))


async def keep_if_there(client: Optional[redis.Redis], key: str, score: float) -> None:
    # ruleid: redis-set-expiry
    client.set(name=key, value=score) if client is None else client.set(key, score)


@router.put("/scores/{key}")
async def put(key: str, score: float, client: Annotated[AsyncRedis, Depends(get_redis)]) -> None:
    # ruleid: redis-set-expiry
    ok = await client.set(key, score, get=True)
    return {"previous": ok}


async def keep_in_state(request: Request, key: str, score: float) -> None:
    # ruleid: redis-set-expiry
    await request.app.state.redis.set(key, score)


def keep_imported(key: str, score: float) -> None:
    # ruleid: redis-set-expiry
    redis_client.set(key, score)
    # ruleid: redis-set-expiry
    get_redis().set(key, score)


async def keep_locally(scores: dict[str, float]) -> None:
    async with aioredis.Redis.from_url("redis://cache") as client:
        async with client.pipeline(transaction=True) as pipe:
            for key, score in scores.items():
                # ruleid: redis-set-expiry
                pipe.set(key, score)
            await pipe.execute()


def lock(name: str) -> bool:
    # A lock that nothing ends is one that outlives the process that took it.
    # ruleid: redis-set-expiry
    return bool(store.set(f"lock:{name}", "1", nx=True))


def keep_for(key: str, score: float) -> None:
    # ruleid: redis-set-expiry
    store.set(key, score, ex=None)


# The time to live of another key is none of this one.
def keep_both(key: str, score: float) -> None:
    # ruleid: redis-set-expiry
    store.set(f"{key}:score", score)
    store.expire(f"{key}:features", 60)


@dataclass
class Platform:
    cache: AsyncRedis
    version: str


async def keep_on_platform(platform: Platform, key: str, score: float) -> None:
    # ruleid: redis-set-expiry
    await platform.cache.set(key, score)


class Made:
    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url)
        self._database: aioredis.Redis = connect(url)

    def keep(self, key: str, score: float) -> None:
        # ruleid: redis-set-expiry
        self.client.set(key, score)

    async def keep_later(self, key: str, score: float) -> None:
        # ruleid: redis-set-expiry
        await self._database.set(key, score)


class Given:
    def __init__(self, backend: Redis) -> None:
        self._backend = backend

    def keep(self, key: str, score: float) -> None:
        # ruleid: redis-set-expiry
        self._backend.set(key, score)

    # An expiry that is accepted and not used.
    def keep_for(self, key: str, score: float, expire: int) -> None:
        # ruleid: redis-set-expiry
        self._backend.set(key, score)


def with_each_option(key: str, score: float, options: dict, ttl: int | None = None) -> None:
    # ok: redis-set-expiry
    store.set(key, score, ex=300)
    # ok: redis-set-expiry
    store.set(key, score, exp=300)
    # ok: redis-set-expiry
    store.set(key, score, px=300_000)
    # ok: redis-set-expiry
    store.set(key, score, exat=1893456000)
    # ok: redis-set-expiry
    store.set(key, score, pxat=1893456000000)
    # ok: redis-set-expiry
    store.set(key, score, xx=True, keepttl=True)
    # ok: redis-set-expiry
    store.set(key, score, nx=True, px=5000)
    # ok: redis-set-expiry
    store.set(key, score, 300)
    # The caller says, perhaps with None: not for this file to know.
    # ok: redis-set-expiry
    store.set(key, score, ex=ttl)
    # ok: redis-set-expiry
    store.set(key, score, **options)
    # ok: redis-set-expiry
    store.setex(key, 300, score)
    # ok: redis-set-expiry
    store.psetex(key, 300_000, score)


def in_the_pipeline(key: str, score: float) -> None:
    with store.pipeline() as pipe:
        # ok: redis-set-expiry
        pipe.set(key, score)
        pipe.incr("scores")
        pipe.expire(key, 300)
        pipe.execute()
    # ok: redis-set-expiry
    store.pipeline().set(key, score).expire(key, 300).execute()


async def on_the_next_lines(client: AsyncRedis, key: str, score: float) -> None:
    # ok: redis-set-expiry
    await client.set(
        f"churn:{key}",
        score,
    )
    await client.incr("scores")
    await client.expire(f"churn:{key}", 300)


def in_two_loops(scores: dict[str, float]) -> None:
    pipe = store.pipeline()
    for key, score in scores.items():
        # ok: redis-set-expiry
        pipe.set(key, score)
    for key in scores:
        pipe.pexpire(key, 300_000)
    pipe.execute()


def when_asked(key: str, score: float, ttl: int | None) -> None:
    if ttl:
        store.setex(key, ttl, score)
    else:
        # ok: redis-set-expiry
        store.set(key, score)


def when_asked_early(key: str, score: float, ttl: int | None) -> None:
    if ttl is not None:
        return store.setex(key, ttl, score)
    # ok: redis-set-expiry
    return store.set(key, score)


# What only looks like Redis.
class Memory:
    def __init__(self, cache: "LruCache", redis_cache: "TenantCache") -> None:
        self.cache = cache
        self.redis_cache = redis_cache

    def keep(self, key: str, score: float) -> None:
        # ok: redis-set-expiry
        self.cache.set(key, score)
        # ok: redis-set-expiry
        self.redis_cache.set(key, score)
        # ok: redis-set-expiry
        django_cache.set(key, score, 300)


def other_setters(event, config, variable, frame, response) -> None:
    # ok: redis-set-expiry
    event.set()
    # ok: redis-set-expiry
    variable.set("value")
    # ok: redis-set-expiry
    config.set("redis", "host", "cache")
    # ok: redis-set-expiry
    frame.at.set(1, 2)
    # A set with members, and a hash, expire as a whole.
    # ok: redis-set-expiry
    store.sadd("scores", 1, 2)
    # ok: redis-set-expiry
    store.hset("scores", "a", 1)


# A wrapper's own name for it.
async def through_wrapper(key: str, score: float) -> None:
    # ok: redis-set-expiry
    await redis_client.set(key, score, expire=300)
    # ok: redis-set-expiry
    await redis_client.set(key, score, ttl_seconds=300)


# The owner of the pipeline is another object than the pipeline.
class Store:
    def __init__(self, client: redis.Redis, ttl: int) -> None:
        self.client: redis.Redis = client
        self.ttl = ttl

    def put(self, key: str, score: float) -> None:
        pipe = self.client.pipeline()
        # ok: redis-set-expiry
        pipe.set(key, score, ex=self.ttl)
        # ok: redis-set-expiry
        pipe.set(key, score, self.ttl)
        # ok: redis-set-expiry
        self.client.set(key, score, ex=self.ttl)
        # ok: redis-set-expiry
        self.client.pipeline().set(key, score, px=self.ttl).execute()
        # ruleid: redis-set-expiry
        pipe.set("latest", score)
        # ruleid: redis-set-expiry
        self.client.set("latest", score)

    async def put_all(self, key: str, score: float) -> None:
        async with self.client.pipeline(transaction=True) as pipe:
            # ok: redis-set-expiry
            pipe.set(key, score, ex=self.ttl)

    def put_where_asked(self, key: str, score: float) -> None:
        pipe = self.client.pipeline()
        if self.ttl and self.ttl > 0:
            # ok: redis-set-expiry
            pipe.set(key, score, ex=self.ttl)
        else:
            # ok: redis-set-expiry
            pipe.set(key, score)


async def test_reads_what_was_written(redis_client) -> None:
    # ok: redis-set-expiry
    await redis_client.set("key", "value")


async def fill_for_test(redis_client) -> None:
    # ruleid: redis-set-expiry
    await redis_client.set("key", "value")


@pytest.fixture
def filled():
    # ok: redis-set-expiry
    redis_client.set("score:v3:1", "0.5")
    return redis_client


@pytest.fixture(scope="session")
async def filled_once():
    # ok: redis-set-expiry
    await redis_client.set("score:v3:1", "0.5")


class TestScores(TestCase):
    def setUp(self):
        # ok: redis-set-expiry
        redis_client.set("score:v3:1", "0.5")


def configure(settings) -> None:
    # ok: redis-set-expiry
    settings.redis.set("host", "cache")


class Store:
    async def put(self, key: str, value: str) -> None:
        # ok: redis-set-expiry
        await self.redis.set(key, value)
        await self._refresh_key_ttl(key)

    async def put_and_ask(self, key: str, value: str) -> int:
        # ruleid: redis-set-expiry
        await self.redis.set(key, value)
        return await self.redis.ttl(key)
