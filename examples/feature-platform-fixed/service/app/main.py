"""Churn scores over HTTP."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import asyncpg
import httpx
from fastapi import Depends, FastAPI, HTTPException, Request
from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.app.scores import Platform, ScorerUnavailable, UnknownCustomer, churn_score

PASSWORD = Path(os.environ["PGPASSWORD_FILE"]).read_text().strip()


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    # Host, user and database come from PGHOST, PGUSER and PGDATABASE.
    async with (
        asyncpg.create_pool(password=PASSWORD, min_size=2, max_size=10, command_timeout=2) as pool,
        httpx.AsyncClient(base_url=os.environ["SCORER_URL"], timeout=0.5) as scorer,
        Redis.from_url(os.environ["REDIS_URL"], socket_timeout=0.1, decode_responses=True) as cache,
    ):
        app.state.platform = Platform(pool, scorer, cache, os.environ["MODEL_VERSION"])
        yield


app = FastAPI(title="Churn", lifespan=lifespan)


@app.get("/customers/{customer_id}/churn")
async def churn(customer_id: int) -> dict[str, float | str]:
    platform: Platform = app.state.platform
    try:
        score = await churn_score(platform, customer_id)
    except UnknownCustomer as error:
        raise HTTPException(404, "No features for this customer.") from error
    except ScorerUnavailable as error:
        raise HTTPException(503, "The scorer does not answer.") from error
    return {"score": score, "model_version": platform.model_version}


def cache_of(request: Request) -> Redis:
    return request.app.state.platform.cache


@app.get("/drift")
async def drift(cache: Annotated[Redis, Depends(cache_of)]) -> dict[str, str | None]:
    try:
        return {"psi": await cache.get("churn:psi")}
    except RedisError:
        return {"psi": None}


@app.get("/versions")
async def versions() -> dict[str, str]:
    platform: Platform = app.state.platform
    models = (await platform.scorer.get("/models")).json()
    database = await platform.pool.fetchval("SHOW server_version")
    return {"models": ", ".join(models), "database": database}


@app.get("/customers")
async def customers() -> dict[str, int]:
    pool = app.state.platform.pool
    return {"count": await pool.fetchval("SELECT count(*) FROM feature_store.customer_features WHERE is_current")}
