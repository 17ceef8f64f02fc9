import asyncio
import sqlite3
from contextlib import asynccontextmanager

import asyncpg
import pandas as pd
import chromadb
import psycopg2
import pymysql
import snowflake.connector
from fastapi import Depends, FastAPI
from psycopg2 import connect
from psycopg2.extras import execute_values
from pymongo import MongoClient
from qdrant_client import AsyncQdrantClient, QdrantClient
from sqlalchemy import create_engine, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, sessionmaker

app = FastAPI()
engine = create_engine("postgresql://db/features")
SessionLocal = sessionmaker(bind=engine)
mongo = MongoClient("mongodb://db")


@app.get("/users/{user}")
async def user(user: int, db: Session = Depends(session)):
    # ruleid: async-blocking-database
    db.execute(select(User))
    # ruleid: async-blocking-database
    row = db.query(User).first()
    # ruleid: async-blocking-database
    db.commit()
    return row


async def scores():
    # ruleid: async-blocking-database
    connection = psycopg2.connect("dbname=features")
    cursor = connection.cursor()
    # ruleid: async-blocking-database
    cursor.execute("select 1")
    with connection.cursor() as other:
        # ruleid: async-blocking-database
        other.execute("select 2")
        # ruleid: async-blocking-database
        execute_values(other, "insert into scores values %s", [])
    # ruleid: async-blocking-database
    for row in cursor.fetchall():
        yield row
    # ruleid: async-blocking-database
    connection.commit()


async def more():
    with SessionLocal() as session:
        # ruleid: async-blocking-database
        session.scalars(select(User))
    # ruleid: async-blocking-database
    with engine.connect() as connection:
        # ruleid: async-blocking-database
        connection.execute("select 1")
    mongo["shop"]["orders"]
    # ruleid: async-blocking-database
    database = sqlite3.connect("cache.db")
    # ruleid: async-blocking-database
    database.execute("pragma optimize")
    # ruleid: async-blocking-database
    pymysql.connect(host="db")
    # ruleid: async-blocking-database
    connect("dbname=features")
    # ruleid: async-blocking-database
    return pd.read_sql("select 1", engine)


class Repository:
    def __init__(self, dsn):
        # ok: async-blocking-database
        self.connection = psycopg2.connect(dsn)

    async def save(self):
        # ruleid: async-blocking-database
        self.connection.commit()


async def asynchronous(session: AsyncSession, pool: asyncpg.Pool):
    # ok: async-blocking-database
    await session.execute(select(User))
    # ok: async-blocking-database
    await session.commit()
    async with pool.acquire() as connection:
        # ok: async-blocking-database
        await connection.execute("select 1")
    # ok: async-blocking-database
    await asyncio.to_thread(engine.connect)
    # ok: async-blocking-database
    await asyncio.to_thread(lambda: engine.connect())


async def nested():
    def load():
        with SessionLocal() as session:
            # ok: async-blocking-database
            return session.scalars(select(User))

    return await asyncio.to_thread(load)


async def other(executor, db: Session):
    # ok: async-blocking-database
    executor.execute("task")
    # ok: async-blocking-database
    db.add(User())
    # ok: async-blocking-database
    db.bind.execute


def synchronous(db: Session):
    # ok: async-blocking-database
    db.execute(select(User))


@asynccontextmanager
async def lifespan(app):
    # ok: async-blocking-database
    pool = await asyncpg.create_pool("postgresql://db/features")
    yield
    # ok: async-blocking-database
    await pool.close()


async def chained(user: int, db: Session):
    # ruleid: async-blocking-database
    first = db.query(User).filter(User.id == user).first()
    # ruleid: async-blocking-database
    page = db.query(User).where(User.id > user).order_by(User.id).limit(10).all()
    # ok: async-blocking-database
    query = db.query(User).filter(User.id == user).order_by(User.id)
    # ok: async-blocking-database
    await asyncio.to_thread(lambda: db.query(User).filter(User.id == user).first())
    return first, page, query


def chained_in_a_thread(user: int, db: Session):
    # ok: async-blocking-database
    return db.query(User).filter(User.id == user).first()


near = QdrantClient(url="http://qdrant:6333")
near_async = AsyncQdrantClient(url="http://qdrant:6333")
notes = chromadb.HttpClient(host="chroma").get_collection("notes")


async def similar(vector):
    # ruleid: async-blocking-database
    notes.query(query_embeddings=[vector])
    # ok: async-blocking-database
    await near_async.query_points("scores", query=vector)
    # ruleid: async-blocking-database
    return near.query_points("scores", query=vector)


async def warehouse():
    # ruleid: async-blocking-database
    connection = snowflake.connector.connect(user="u")
    cursor = connection.cursor()
    # ruleid: async-blocking-database
    cursor.execute_async("SELECT 1")
    # ruleid: async-blocking-database
    return cursor.fetchall()
