from fastapi import FastAPI, Request

# ruleid: prefer-async-http-client
import requests
# <- ruleid: prefer-async-http-client "imports requests"

# ruleid: prefer-async-http-client
import requests as http

# ruleid: prefer-async-http-client
import requests as _requests

# ruleid: prefer-async-http-client
from requests import Session

# ruleid: prefer-async-http-client
from requests import get, post

# ruleid: prefer-async-http-client
from requests import request as send

app = FastAPI()


@app.get("/scores/{key}")
async def score(key: str) -> dict:
    # ruleid: prefer-async-http-client
    import requests

    return requests.get(f"http://scorer/{key}", timeout=1).json()


class Client:
    def __init__(self) -> None:
        # ruleid: prefer-async-http-client
        from requests import Session

        self.session = Session()


try:
    import httpx
except ImportError:
    # ruleid: prefer-async-http-client
    import requests


# ok: prefer-async-http-client
import httpx

# ok: prefer-async-http-client
import httpx2

# ok: prefer-async-http-client
import aiohttp

# Other modules that have the word in their names.
# ok: prefer-async-http-client
from starlette.requests import HTTPConnection

# ok: prefer-async-http-client
from app.requests import ScoreRequest

# ok: prefer-async-http-client
from . import requests as own_requests

# ok: prefer-async-http-client
import requests_mock

# Types, errors and authentication call nobody.
# ok: prefer-async-http-client
from requests.exceptions import RequestException

# ok: prefer-async-http-client
from requests.auth import HTTPBasicAuth

# ok: prefer-async-http-client
from requests import HTTPError, Response

# ok: prefer-async-http-client
from requests import ConnectionError as Unreachable
