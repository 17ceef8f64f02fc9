import os

import aiomysql
import aiopg
import arq
import asyncmy
import asyncpg
import redis
import redis.asyncio as aioredis
from multiprocessing.pool import Pool
from psycopg_pool import AsyncConnectionPool, ConnectionPool
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool, StaticPool
from twisted.enterprise import adbapi

URL = os.environ["DATABASE_URL"]


async def with_asyncpg(app) -> None:
    # ruleid: pool-max-size
    app.state.pool = await asyncpg.create_pool(dsn=URL, min_size=2)
#                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: pool-max-size "no upper limit"
    # ok: pool-max-size
    app.state.pool = await asyncpg.create_pool(dsn=URL, min_size=2, max_size=10)


async def with_asyncpg_as_context() -> None:
    # ruleid: pool-max-size
    async with asyncpg.create_pool(URL) as pool:
        await pool.execute("SELECT 1")


async def imported_here() -> None:
    from asyncpg import create_pool

    # ruleid: pool-max-size
    await create_pool(URL, command_timeout=2)
    # ok: pool-max-size
    await create_pool(URL, command_timeout=2, max_size=int(os.environ["POOL_SIZE"]))


async def with_psycopg() -> None:
    # ruleid: pool-max-size
    pool = AsyncConnectionPool(URL, min_size=4, open=False)
    # ok: pool-max-size
    pool = AsyncConnectionPool(URL, min_size=4, max_size=8, open=False)
    # ruleid: pool-max-size
    threads = ConnectionPool(URL)
    await pool.open()
    threads.open()


# ruleid: pool-max-size
engine = create_async_engine(URL, pool_pre_ping=True)
# With `pool_size` alone the pool grows by ten more.
# ruleid: pool-max-size
engine = create_async_engine(URL, pool_size=5)
# ok: pool-max-size
engine = create_async_engine(URL, pool_size=5, max_overflow=0)
# ok: pool-max-size
engine = create_async_engine(URL, max_overflow=5, pool_pre_ping=True, pool_size=5)
# No pool, or one connection.
# ok: pool-max-size
engine = create_async_engine(URL, poolclass=NullPool)
# ok: pool-max-size
engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
# ok: pool-max-size
engine = create_async_engine("sqlite+aiosqlite:///./test.db")


async def with_mysql() -> None:
    # ruleid: pool-max-size
    pool = await aiomysql.create_pool(host="db", minsize=1)
    # ruleid: pool-max-size
    pool = await asyncmy.create_pool(host="db")
    # ruleid: pool-max-size
    pool = await aiopg.create_pool(URL)
    # ok: pool-max-size
    pool = await aiomysql.create_pool(host="db", minsize=1, maxsize=10)
    return pool


# Redis's own default is as good as none: 2**31.
# ruleid: pool-max-size
shared = redis.ConnectionPool(host="redis")
# ruleid: pool-max-size
shared_later = aioredis.ConnectionPool.from_url("redis://cache")
# ok: pool-max-size
shared = redis.ConnectionPool(host="redis", max_connections=50)
# A blocking pool has fifty.
# ok: pool-max-size
waiting = redis.BlockingConnectionPool(host="redis")


async def with_literal_options() -> None:
    options = {"dsn": URL, "min_size": 1}
    # ruleid: pool-max-size
    await asyncpg.create_pool(**options)
    more = dict(host="db", minsize=1)
    # ruleid: pool-max-size
    await aiomysql.create_pool(autocommit=True, **more)


async def with_options_that_hold_it(settings) -> None:
    options = {"dsn": URL, "max_size": 10}
    # ok: pool-max-size
    await asyncpg.create_pool(**options)
    added = {"dsn": URL}
    if settings.pool_size is not None:
        added["max_size"] = settings.pool_size
    # ok: pool-max-size
    await asyncpg.create_pool(**added)
    updated = dict(dsn=URL)
    updated.update(settings.pool)
    # ok: pool-max-size
    await asyncpg.create_pool(**updated)
    mixed = {"dsn": URL, **settings.pool}
    # ok: pool-max-size
    await asyncpg.create_pool(**mixed)


# What comes from elsewhere is not known.
async def with_options_of_others(options: dict, settings) -> None:
    # ok: pool-max-size
    await asyncpg.create_pool(**options)
    # ok: pool-max-size
    await asyncpg.create_pool(URL, **settings.pool)


async def with_options_and_calls(settings) -> None:
    options = settings.pool_options()
    # ok: pool-max-size
    await asyncpg.create_pool(settings.url(), **options)


# Pools of something else that bear the same names.
async def other_pools(settings, create_pool) -> None:
    # ok: pool-max-size
    await arq.create_pool(settings.redis)
    # ok: pool-max-size
    adbapi.ConnectionPool("psycopg2", URL)
    # ok: pool-max-size
    await create_pool(URL)
    # ok: pool-max-size
    Pool()


# ok: pool-max-size
limited_by_url = aioredis.ConnectionPool.from_url("redis://cache/0?max_connections=20")
# ruleid: pool-max-size
other_option = aioredis.ConnectionPool.from_url("redis://cache/0?health_check_interval=5")
