import contextlib
import json
from contextlib import suppress
from typing import Annotated

import redis
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as CacheUnreachable
from redis.exceptions import RedisError

from app.cache import get_redis, redis_client
from app.errors import CACHE_ERRORS

router = APIRouter()
app = FastAPI()
store = redis.Redis(host="redis")


@router.get("/scores/{key}")
async def score(key: str, client: Annotated[Redis, Depends(get_redis)]) -> float:
    # ruleid: redis-fallback
    cached = await client.get(f"score:v3:{key}")
#                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: redis-fallback "outside of any try"
    return float(cached) if cached else await compute(key)


@app.get("/features/{key}")
def features(key: str) -> dict[bytes, bytes]:
    # ruleid: redis-fallback
    return store.hgetall(f"features:v3:{key}")


@router.post(
    "/scores",
    response_model=None,
)
async def scores(keys: list[str]) -> list[float]:
    # ruleid: redis-fallback
    found = await redis_client.mget(keys)
    return [float(one) for one in found if one]


@app.api_route("/state/{key}", methods=["GET"])
async def state(request: Request, key: str) -> str:
    # ruleid: redis-fallback
    if cached := await request.app.state.redis.get(key):
        return cached
    return "none"


@router.get("/pipelined/{key}")
async def pipelined(key: str, client: Redis = Depends(get_redis)) -> list:
    async with client.pipeline() as pipe:
        pipe.get(f"score:v3:{key}")
        pipe.hget("features:v3", key)
        # ruleid: redis-fallback
        return await pipe.execute()


# A handler for something else.
@router.get("/parsed/{key}")
async def parsed(key: str, client: Redis = Depends(get_redis)) -> dict:
    try:
        # ruleid: redis-fallback
        return json.loads(await client.get(key))
    except (ValueError, TypeError):
        return {}


# Python's own ConnectionError is not the client's, which is no OSError either.
@router.get("/builtin/{key}")
async def builtin(key: str, client: Redis = Depends(get_redis)) -> str | None:
    try:
        # ruleid: redis-fallback
        return await client.get(key)
    except ConnectionError:
        return None


# The endpoint's helper, one call away.
async def cached_score(client: Redis, key: str) -> float | None:
    # ruleid: redis-fallback
    value = await client.get(f"score:v3:{key}")
    return None if value is None else float(value)


@router.get("/helped/{key}")
async def helped(key: str, client: Redis = Depends(get_redis)) -> float | None:
    return await cached_score(client, key)


# A dependency.
async def current_user(token: str, client: Redis = Depends(get_redis)) -> str:
    # ruleid: redis-fallback
    user = await client.get(f"session:{token}")
    if user is None:
        raise HTTPException(401)
    return user


@router.get("/me")
async def me(user: str = Depends(current_user)) -> str:
    return user


@router.get("/guarded/{key}")
async def guarded(key: str, client: Redis = Depends(get_redis)) -> float:
    try:
        # ok: redis-fallback
        cached = await redis_client.get(f"score:v3:{key}")
    except RedisError:
        cached = None
    return float(cached) if cached else await compute(key)


@router.get("/guarded/alias/{key}")
async def guarded_by_alias(key: str, client: Redis = Depends(get_redis)) -> str | None:
    try:
        # ok: redis-fallback
        return await redis_client.get(key)
    except CacheUnreachable:
        return None


@router.get("/guarded/module/{key}")
async def guarded_by_module(key: str, client: Redis = Depends(get_redis)) -> str | None:
    try:
        # ok: redis-fallback
        return await redis_client.get(key)
    except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError):
        return None


@router.get("/guarded/short/{key}")
async def guarded_by_short_name(key: str, client: Redis = Depends(get_redis)) -> str | None:
    try:
        # ok: redis-fallback
        return await redis_client.get(key)
    except (redis.ConnectionError, ValueError) as error:
        log(error)
        return None


@router.get("/guarded/constant/{key}")
async def guarded_by_constant(key: str, client: Redis = Depends(get_redis)) -> str | None:
    try:
        # ok: redis-fallback
        return await redis_client.get(key)
    except CACHE_ERRORS:
        return None


@router.get("/guarded/all/{key}")
async def guarded_by_all(key: str, client: Redis = Depends(get_redis)) -> str | None:
    try:
        # ok: redis-fallback
        return await redis_client.get(key)
    except Exception as error:
        raise HTTPException(503) from error


@router.get("/guarded/bare/{key}")
def guarded_by_anything(key: str) -> bytes | None:
    try:
        # ok: redis-fallback
        return store.get(key)
    except:
        return None


@router.get("/guarded/suppress/{key}")
async def guarded_by_suppress(key: str, client: Redis = Depends(get_redis)) -> str | None:
    with suppress(RedisError):
        # ok: redis-fallback
        return await redis_client.get(key)
    with contextlib.suppress(redis.RedisError):
        # ok: redis-fallback
        return await redis_client.get(f"old:{key}")
    return None


@router.get("/guarded/pipelined/{key}")
async def guarded_pipeline(key: str, client: Redis = Depends(get_redis)) -> list:
    pipe = client.pipeline()
    # ok: redis-fallback
    pipe.get(f"score:v3:{key}")
    try:
        # ok: redis-fallback
        return await pipe.execute()
    except RedisError as error:
        log(error)
    finally:
        await pipe.reset()
    return []


# The outer handler counts too.
@router.get("/guarded/outer/{key}")
async def guarded_outside(key: str, client: Redis = Depends(get_redis)) -> dict:
    try:
        try:
            # ok: redis-fallback
            return json.loads(await redis_client.get(key))
        except ValueError:
            return {}
    except RedisError:
        return {}


# No request waits for these.
async def warm_up(client: Redis) -> None:
    # ok: redis-fallback
    await redis_client.get("score:v3:warm")


class Job:
    def __init__(self) -> None:
        self.redis = store

    def run(self) -> None:
        # ok: redis-fallback
        self.redis.get("job")


# What is read is no Redis.
@router.get("/others/{key}")
async def others(key: str, settings: dict, request: Request) -> str:
    # ok: redis-fallback
    first = settings.get(key)
    # ok: redis-fallback
    second = request.headers.get("x-redis")
    return first or second


@router.put("/writes/{key}")
async def writes(key: str, client: Redis = Depends(get_redis)) -> None:
    # ok: redis-fallback
    await client.set(key, "1", ex=60)


@router.get("/guarded/{key}")
async def guarded(key: str):
    with tolerate_cache_errors():
        # ok: redis-fallback
        return await redis_client.get(key)


@router.get("/traced/{key}")
async def traced(key: str):
    with tracer.start_as_current_span("cache"):
        # ruleid: redis-fallback
        return await redis_client.get(key)


# What is kept in Redis and nowhere else.
@router.get("/jobs/{job}")
async def job_status(job: str):
    # ok: redis-fallback
    return await redis_client.get(f"job:{job}")


@router.get("/limits")
async def limits(address: str):
    # ok: redis-fallback
    return await redis_client.get("app:ratelimit:" + address)


@router.get("/where")
async def where(settings) -> str:
    # ok: redis-fallback
    return settings.redis.get("host") or config.redis.get("url")
