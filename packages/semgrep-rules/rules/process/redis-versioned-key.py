import os

import redis
from redis.asyncio import Redis

from app.models import MODEL_VERSION, active_version

cache = redis.Redis(host="redis")
PREFIX = "prediction"
TEMPLATE = "features:%s"
VERSIONED = "prediction:v3"


def inline(customer_id: int) -> bytes | None:
    # ruleid: redis-versioned-key
    return cache.get(f"prediction:{customer_id}")
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: redis-versioned-key "no version of the model"


def in_a_variable(customer_id: int, score: float) -> None:
    # ruleid: redis-versioned-key
    key = "predictions:" + str(customer_id)
    cache.set(key, score, ex=300)


async def guarded(client: Redis, customer_id: int) -> str | None:
    # ruleid: redis-versioned-key
    key = f"inference:{customer_id}"
    try:
        return await client.get(key)
    except redis.RedisError:
        return None


def formatted(customer_id: int) -> bytes | None:
    # ruleid: redis-versioned-key
    return cache.get("features:{}".format(customer_id))


def percent(customer_id: int) -> bytes | None:
    # ruleid: redis-versioned-key
    return cache.get("pred:%s" % customer_id)


def joined(customer_id: int) -> bytes | None:
    # ruleid: redis-versioned-key
    return cache.get(":".join(["features:online", str(customer_id)]))


def prediction_key(customer_id: int) -> str:
    # ruleid: redis-versioned-key
    return f"prediction:{customer_id}"


def by_helper(customer_id: int) -> bytes | None:
    return cache.get(prediction_key(customer_id))


class Scores:
    def __init__(self, client: Redis) -> None:
        self.client = client

    def _key(self, customer_id: int) -> str:
        # ruleid: redis-versioned-key
        return f"churn_score:predicted:{customer_id}"

    async def get(self, customer_id: int) -> str | None:
        key = self._key(customer_id)
        return await self.client.get(key)


def by_prefix(customer_id: int) -> bytes | None:
    # ruleid: redis-versioned-key
    return cache.get(f"{PREFIX}:{customer_id}")


def by_template(customer_id: int) -> bytes | None:
    # ruleid: redis-versioned-key
    key = TEMPLATE % customer_id
    return cache.get(key)


# What is kept here is a score, whatever the key is called.
async def predict_churn(client: Redis, customer_id: int) -> float:
    # ruleid: redis-versioned-key
    cached = await client.get(f"churn:{customer_id}")
    return float(cached) if cached else await compute(customer_id)


def with_the_version(customer_id: int, model, run_id: str, model_version: str) -> None:
    # ok: redis-versioned-key
    cache.get(f"prediction:{model_version}:{customer_id}")
    # ok: redis-versioned-key
    cache.get(f"prediction:{MODEL_VERSION}:{customer_id}")
    # ok: redis-versioned-key
    cache.get(f"prediction:{model.version}:{customer_id}")
    # ok: redis-versioned-key
    cache.get(f"prediction:v3:{customer_id}")
    # ok: redis-versioned-key
    cache.get(f"prediction:{run_id}:{customer_id}")
    # ok: redis-versioned-key
    cache.get(f"{VERSIONED}:{customer_id}")
    # ok: redis-versioned-key
    cache.get("prediction:%s:%s" % (active_version(), customer_id))
    # ok: redis-versioned-key
    cache.get(":".join(["features:online", os.environ["MODEL_VERSION"], str(customer_id)]))


def versioned_key(customer_id: int, version: str) -> str:
    # ok: redis-versioned-key
    return f"prediction:{version}:{customer_id}"


def by_versioned_helper(customer_id: int, version: str) -> bytes | None:
    return cache.get(versioned_key(customer_id, version))


# Feature flags, sessions and other things have no model.
def other_keys(user_id: int, name: str) -> None:
    # ok: redis-versioned-key
    cache.get(f"feature:flag:{name}")
    # ok: redis-versioned-key
    cache.get(f"features:enabled:{user_id}")
    # ok: redis-versioned-key
    cache.get(f"session:{user_id}")
    # ok: redis-versioned-key
    cache.set(f"user:{user_id}", name, ex=60)
    # One key for everything names no entity either.
    # ok: redis-versioned-key
    cache.get("predictions")


# No Redis.
def dictionaries(payload: dict, results: dict, customer_id: int) -> None:
    # ok: redis-versioned-key
    payload.get(f"prediction:{customer_id}")
    # ok: redis-versioned-key
    results.get(f"prediction:{customer_id}")
    # ok: redis-versioned-key
    print(f"prediction:{customer_id}")
