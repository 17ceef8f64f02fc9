import asyncio
import functools
import os
from contextlib import asynccontextmanager

import aiomysql
import arq
import asyncpg
import redis.asyncio as aioredis
from fastapi import APIRouter, Depends, FastAPI
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

router = APIRouter()
URL = os.environ["DATABASE_URL"]


# Per request.
@router.get("/features/{key}")
async def features(key: int) -> list:
    # ruleid: pool-created-at-startup
    pool = await asyncpg.create_pool(URL, max_size=10)
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: pool-created-at-startup "not made once at startup"
    return await pool.fetch("SELECT * FROM features WHERE key = $1", key)


@router.post("/features")
async def add() -> None:
    # ruleid: pool-created-at-startup
    async with AsyncConnectionPool(URL, max_size=4) as pool:
        async with pool.connection() as connection:
            await connection.execute("SELECT 1")


@router.get("/engine")
async def through_an_engine() -> None:
    # ruleid: pool-created-at-startup
    engine = create_async_engine(URL, pool_size=5, max_overflow=0)
    await engine.dispose()


@router.get("/cached")
async def cached() -> None:
    # ruleid: pool-created-at-startup
    aioredis.ConnectionPool.from_url("redis://cache", max_connections=10)


async def get_session():
    # ruleid: pool-created-at-startup
    engine = create_async_engine(URL, pool_size=5, max_overflow=0)
    async with AsyncSession(engine) as session:
        yield session


async def get_pool() -> aiomysql.Pool:
    # ruleid: pool-created-at-startup
    return await aiomysql.create_pool(host="db", maxsize=10)


@router.get("/session")
async def with_session(session=Depends(get_session), pool: aiomysql.Pool = Depends(get_pool)) -> None:
    await session.execute("SELECT 1")


# Per call.
async def store_prediction(key: int, score: float) -> None:
    # ruleid: pool-created-at-startup
    pool = await asyncpg.create_pool(URL, max_size=10)
    await pool.execute("INSERT INTO predictions VALUES ($1, $2)", key, score)
    await pool.close()


async def load_features(key: int) -> list:
    # ruleid: pool-created-at-startup
    pool = await asyncpg.create_pool(URL, max_size=10)
    try:
        return await pool.fetch("SELECT * FROM features WHERE key = $1", key)
    finally:
        await pool.close()


# At import.
# ruleid: pool-created-at-startup
POOL = asyncio.get_event_loop().run_until_complete(asyncpg.create_pool(URL, max_size=10))
# ruleid: pool-created-at-startup
LATER = AsyncConnectionPool(URL, max_size=10)
# ruleid: pool-created-at-startup
OPENED = AsyncConnectionPool(URL, max_size=10, open=True)


@asynccontextmanager
async def lifespan(app: FastAPI):
    # ok: pool-created-at-startup
    app.state.pool = await asyncpg.create_pool(URL, max_size=10)
    yield
    await app.state.pool.close()


@asynccontextmanager
async def connections(app: FastAPI):
    # ok: pool-created-at-startup
    async with AsyncConnectionPool(URL, max_size=10) as pool:
        yield {"pool": pool}


app = FastAPI(lifespan=lifespan)


@app.on_event("startup")
async def startup() -> None:
    # ok: pool-created-at-startup
    app.state.pool = await asyncpg.create_pool(URL, max_size=10)
    app.state.database = await connect()


# A function the above call.
async def connect() -> asyncpg.Pool:
    for attempt in range(5):
        try:
            # ok: pool-created-at-startup
            return await asyncpg.create_pool(URL, max_size=10)
        except OSError:
            await asyncio.sleep(attempt)
    raise RuntimeError("no database")


class Database:
    @classmethod
    async def create(cls, url: str) -> "Database":
        # ok: pool-created-at-startup
        return cls(await asyncpg.create_pool(url, max_size=10))

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool


# Not opened before startup does it.
# ok: pool-created-at-startup
closed = AsyncConnectionPool(URL, max_size=10, open=False)
# An engine connects when it is first asked.
# ok: pool-created-at-startup
engine = create_async_engine(URL, pool_size=5, max_overflow=0)
# ok: pool-created-at-startup
make = lambda: asyncpg.create_pool(URL, max_size=10)


# Made at the first request, kept for the others.
@functools.lru_cache(maxsize=1)
def get_engine():
    # ok: pool-created-at-startup
    return create_async_engine(URL, pool_size=5, max_overflow=0)


_pool = None


async def get_shared_pool() -> asyncpg.Pool:
    global _pool
    if _pool is None:
        # ok: pool-created-at-startup
        _pool = await asyncpg.create_pool(URL, max_size=10)
    return _pool


@router.get("/shared")
async def shared(pool=Depends(get_shared_pool), engine=Depends(get_engine)) -> None:
    # A queue is no pool of connections to a database.
    # ok: pool-created-at-startup
    await arq.create_pool()


# A program of its own.
async def main() -> None:
    # ok: pool-created-at-startup
    pool = await asyncpg.create_pool(URL, max_size=10)
    await pool.execute("SELECT 1")
    await pool.close()


if __name__ == "__main__":
    asyncio.run(main())


# Programs of their own.
async def ingest(path: str) -> None:
    # ok: pool-created-at-startup
    pool = await asyncpg.create_pool(URL, max_size=5)
    await pool.execute("copy features from $1", path)
    await pool.close()


@cli.command("refresh")
async def refresh() -> None:
    # ok: pool-created-at-startup
    pool = await asyncpg.create_pool(URL, max_size=5)
    await pool.execute("refresh materialized view scores")
    await pool.close()


if __name__ == "__main__":
    asyncio.run(ingest("features.csv"))
