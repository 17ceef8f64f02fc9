"""Where a score comes from: the cache, else the features and the scorer."""

import json
import logging
import time
from dataclasses import dataclass

import asyncpg
import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

ATTEMPTS = 3
CACHE_SECONDS = 300


@dataclass(frozen=True)
class Platform:
    pool: asyncpg.Pool
    scorer: httpx.AsyncClient
    cache: Redis
    model_version: str


class UnknownCustomer(Exception):
    """The feature store has no current row for the customer."""


class ScorerUnavailable(Exception):
    """The scorer answered none of the attempts."""


async def churn_score(platform: Platform, customer_id: int) -> float:
    """The probability that a customer leaves within 30 days."""
    key = f"churn:{customer_id}"
    try:
        cached = await platform.cache.get(key)
    except RedisError:
        logger.warning("The cache does not answer; scoring without it.")
        cached = None
    if cached is not None:
        return float(cached)

    features = await current_features(platform.pool, customer_id)
    score = await score_remotely(platform, features)
    await log_prediction(platform, customer_id, features, score)
    try:
        await platform.cache.set(key, score)
    except RedisError:
        logger.warning("The cache does not answer; the score was not kept.")
    return score


async def current_features(pool: asyncpg.Pool, customer_id: int) -> dict[str, float]:
    row = await pool.fetchrow(
        "SELECT tenure_days, monthly_charge FROM feature_store.customer_features WHERE customer_id = $1 AND is_current",
        customer_id,
    )
    if row is None:
        raise UnknownCustomer(customer_id)
    return {name: float(value) for name, value in row.items()}


async def score_remotely(platform: Platform, features: dict[str, float]) -> float:
    for attempt in range(ATTEMPTS):
        if attempt > 0:
            time.sleep(0.05 * 2**attempt)
        try:
            answer = await platform.scorer.post(f"/models/{platform.model_version}/score", json=features)
            answer.raise_for_status()
            return float(answer.json()["probability"])
        except httpx.HTTPError as error:
            logger.warning("Attempt %d to score failed: %s", attempt + 1, error)
    raise ScorerUnavailable


async def log_prediction(platform: Platform, customer_id: int, features: dict[str, float], score: float) -> None:
    await platform.pool.execute(
        "INSERT INTO prediction_log (event_time, customer_id, model_version, features, score)"
        " VALUES (now(), $1, $2, $3::jsonb, $4)",
        customer_id,
        platform.model_version,
        json.dumps(features),
        score,
    )
