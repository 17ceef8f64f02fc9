import httpx
from fastapi import APIRouter, FastAPI
from redis.asyncio import Redis

from app.settings import settings

app = FastAPI()
router = APIRouter()
cache = Redis(host="redis")


# ok: redis-versioned-key
@app.get("/predict/{customer_id}")
async def predict(customer_id: int) -> dict:
    # ruleid: redis-versioned-key
    hit = await cache.get(f"predict:{customer_id}")
    return {"score": hit}


# ok: redis-versioned-key
@router.get("/lineage/{feature_name}")
async def lineage(feature_name: str) -> dict:
    async with httpx.AsyncClient(base_url=settings.model_url) as client:
        # ok: redis-versioned-key
        first = await client.get(f"/predictions/{feature_name}")
        # ok: redis-versioned-key
        second = await client.get(f"{settings.model_url}/predictions/{feature_name}")
        # ok: redis-versioned-key
        url = f"https://model/inference/{feature_name}"
        third = await client.get(url)
    return {"parts": [first, second, third]}


def test_predict(client) -> None:
    # ok: redis-versioned-key
    assert client.get(f"/predict/{1}").status_code == 200


def latest(db, customer_id: int) -> dict:
    # ok: redis-versioned-key
    return db.get("SELECT score FROM predictions WHERE id = %s" % customer_id)
