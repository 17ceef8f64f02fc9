import json

import redis
from redis.asyncio import Redis

redis_client = redis.Redis(host="redis")


def churn(customer_id: int) -> float:
    # ruleid: redis-look-aside
    cached = redis_client.get(f"churn:v3:{customer_id}")
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: redis-look-aside "writes nothing back"
    if cached is not None:
        return float(cached)
    return compute(customer_id)


async def features(redis_client: Redis, customer_id: int) -> dict:
    # ruleid: redis-look-aside
    value = await redis_client.get(f"features:v3:{customer_id}")
    if value:
        return json.loads(value)
    return await query(customer_id)


async def predict(redis: Redis, key: str) -> float | None:
    # ruleid: redis-look-aside
    found = await redis.get(key)
    if found is None:
        return None
    return float(found)


class Scores:
    def __init__(self, client: Redis) -> None:
        self.redis = client
        self._redis = client

    async def score(self, key: str) -> float:
        # ruleid: redis-look-aside
        if found := await self.redis.get(key):
            return float(found)
        return await self.model.predict(key)

    async def cached_score(self, key: str) -> float:
        # ruleid: redis-look-aside
        found = await self._redis.get(key)
        if not found:
            found = await self.model.predict(key)
        return float(found)


def sync_walrus(key: str) -> float:
    # ruleid: redis-look-aside
    if score := redis_client.get(key):
        return float(score)
    return compute(key)


async def guarded(redis: Redis, key: str) -> float:
    try:
        # ruleid: redis-look-aside
        cached = await redis.get(key)
        if cached:
            return float(cached)
    except redis.RedisError:
        pass
    return await compute(key)


def through_state(request, key: str) -> float:
    # ruleid: redis-look-aside
    cached = request.app.state.redis.get(key)
    if not cached:
        raise LookupError(key)
    return float(cached)


def filled(customer_id: int) -> float:
    # ok: redis-look-aside
    cached = redis_client.get(f"churn:v3:{customer_id}")
    if cached is not None:
        return float(cached)
    score = compute(customer_id)
    redis_client.set(f"churn:v3:{customer_id}", score, ex=300)
    return score


async def filled_with_expiry(redis: Redis, key: str) -> float:
    # ok: redis-look-aside
    cached = await redis.get(key)
    if cached:
        return float(cached)
    score = await compute(key)
    await redis.setex(key, 300, score)
    return score


async def filled_in_a_pipeline(redis: Redis, key: str) -> float:
    # ok: redis-look-aside
    cached = await redis.get(key)
    if not cached:
        cached = await compute(key)
        async with redis.pipeline() as pipe:
            await pipe.set(key, cached, ex=300).execute()
    return float(cached)


async def filled_by_a_helper(redis: Redis, key: str) -> float:
    # ok: redis-look-aside
    cached = await redis.get(key)
    if cached is None:
        cached = await compute(key)
        await remember_score(redis, key, cached)
    return float(cached)


# No cache: nobody can compute these.
async def session(redis: Redis, token: str) -> dict:
    # ok: redis-look-aside
    found = await redis.get(f"session:{token}")
    if found is None:
        raise PermissionError
    return json.loads(found)


def is_locked(redis: Redis, name: str) -> bool:
    # ok: redis-look-aside
    owner = redis.get(f"lock:{name}")
    if owner:
        return True
    return False


# Read, not looked into.
def only_read(key: str) -> bytes | None:
    # ok: redis-look-aside
    return redis_client.get(key)


# No Redis.
def from_a_dictionary(scores: dict, key: str) -> float:
    # ok: redis-look-aside
    cached = scores.get(key)
    if cached is None:
        return 0.0
    return cached


def with_a_default(scores_cache: dict, key: str) -> float:
    # ok: redis-look-aside
    cached = scores_cache.get(key, 0.0)
    if cached:
        return cached
    return 1.0


# A dictionary that is called a cache.
class Tokens:
    def token(self, account: str) -> str:
        # ok: redis-look-aside
        cached = self._token_cache.get(account)
        if cached is None:
            cached = compute(account)
        return cached
