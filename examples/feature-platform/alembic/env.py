"""Runs the migrations of the service's own tables."""

import asyncio
import os
from pathlib import Path

from alembic import context
from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

DATABASE = URL.create(
    "postgresql+asyncpg",
    host=os.environ["PGHOST"],
    database=os.environ["PGDATABASE"],
    username=os.environ["PGUSER"],
    password=Path(os.environ["PGPASSWORD_FILE"]).read_text().strip(),
)


def run(connection: Connection) -> None:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def migrate() -> None:
    engine = create_async_engine(DATABASE, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


asyncio.run(migrate())
