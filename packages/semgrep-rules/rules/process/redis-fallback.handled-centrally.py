from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from redis.asyncio import Redis
from redis.exceptions import RedisError

app = FastAPI()
redis_client = Redis()


@app.exception_handler(RedisError)
async def without_cache(request: Request, error: RedisError):
    return JSONResponse({"detail": "The cache does not answer."}, status_code=503)


@app.get("/predict/{key}")
async def predict(key: str):
    return await redis_client.get(f"score:v3:{key}")
