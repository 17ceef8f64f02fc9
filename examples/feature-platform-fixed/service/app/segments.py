"""What a customer's segment allows: limits come from the CRM, and from a file where it does not answer."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import httpx


@dataclass(frozen=True)
class Segments:
    crm: httpx.AsyncClient
    fallback: Path

    async def limit(self, segment: str) -> float:
        answer = await self.crm.get(f"/segments/{segment}")
        return float(answer.json()["limit"])

    def default(self, segment: str) -> float:
        return float(json.loads(self.fallback.read_text())[segment])


async def limit_of(segments: Segments, segment: str) -> float:
    """The share of a segment's customers that may be called in a month."""
    try:
        return await segments.limit(segment)
    except httpx.HTTPError:
        return await asyncio.to_thread(segments.default, segment)
