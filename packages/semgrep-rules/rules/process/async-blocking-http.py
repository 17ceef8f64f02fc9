import asyncio
import urllib.request
from typing import Annotated, Optional

import httpx
import requests
import requests as rq
import urllib3
from fastapi import Depends, FastAPI
from requests import Session
from requests import get as fetch
from starlette.concurrency import run_in_threadpool

app = FastAPI()
shared = requests.Session()


@app.get("/geo/{ip}")
async def locate(ip: str) -> dict:
    # ruleid: async-blocking-http
    response = requests.get(f"https://geo.example/{ip}", timeout=3)
    return response.json()


async def notify(payload):
    # ruleid: async-blocking-http
    rq.post("https://hooks.example", json=payload)
    # ruleid: async-blocking-http
    fetch("https://hooks.example/ping")
    # ruleid: async-blocking-http
    httpx.get("https://hooks.example/ping")
    # ruleid: async-blocking-http
    with urllib.request.urlopen("https://hooks.example") as answer:
        return answer.read()


async def retry(urls):
    session = requests.Session()
    session.headers.update({"accept": "application/json"})
    for url in urls:
        try:
            # ruleid: async-blocking-http
            session.get(url)
        except requests.RequestException:
            # ruleid: async-blocking-http
            session.post(url)
    with httpx.Client() as client:
        # ruleid: async-blocking-http
        client.get("https://example.org")
    # ruleid: async-blocking-http
    return shared.get("https://example.org")


async def given(session: Session, other: Optional[requests.Session] = None, third: Annotated[Session, Depends()] = None):
    # ruleid: async-blocking-http
    yield session.get("https://example.org")
    # ruleid: async-blocking-http
    other.get("https://example.org")
    # ruleid: async-blocking-http
    third.post("https://example.org")
    # ruleid: async-blocking-http
    requests.Session().delete("https://example.org")


class Client:
    def __init__(self, base):
        self.base = base
        self.session = requests.Session()
        self.pool = urllib3.PoolManager()

    async def load(self, path):
        # ruleid: async-blocking-http
        self.pool.request("GET", self.base)
        # ruleid: async-blocking-http
        return self.session.get(self.base + path)


async def by_status(code):
    match code:
        case 200:
            # ruleid: async-blocking-http
            return requests.get("https://example.org")


async def asynchronous(url):
    async with httpx.AsyncClient() as client:
        # ok: async-blocking-http
        await client.get(url)
    # ok: async-blocking-http
    await asyncio.to_thread(requests.get, url)
    # ok: async-blocking-http
    await run_in_threadpool(shared.get, url)
    # ok: async-blocking-http
    await asyncio.to_thread(lambda: requests.get(url))


async def nested(url):
    def call():
        # ok: async-blocking-http
        return requests.get(url)

    return await asyncio.to_thread(call)


@app.get("/sync")
def endpoint(url: str):
    # ok: async-blocking-http
    return requests.get(url).json()


async def shadowed(requests, settings):
    # ok: async-blocking-http
    requests.get("key")
    # ok: async-blocking-http
    shared.headers.get("accept")
    # ok: async-blocking-http
    settings.get("key")
    response = await shared_client.get("https://example.org")
    # ok: async-blocking-http
    response.headers.get("etag")


async def fake():
    requests = FakeTransport()
    # ok: async-blocking-http
    requests.get("https://example.org")


def scaffold(url):
    code = """
async def handler(request):
    return 1"""
    # ok: async-blocking-http
    requests.post(url, data=code)
