"""What a customer's segment allows: limits come from the CRM, and from a file where it does not answer."""

import json
from dataclasses import dataclass
from pathlib import Path

import httpx


@dataclass(frozen=True)
class Segments:
    crm: str
    fallback: Path

    def limit(self, segment: str) -> float:
        return float(self._ask(segment)["limit"])

    def default(self, segment: str) -> float:
        return float(json.loads(self.fallback.read_text())[segment])

    def _ask(self, segment: str) -> dict[str, float]:
        return httpx.get(f"{self.crm}/segments/{segment}", timeout=2).json()


async def limit_of(segments: Segments, segment: str) -> float:
    """The share of a segment's customers that may be called in a month."""
    try:
        return segments.limit(segment)
    except httpx.HTTPError:
        return segments.default(segment)
