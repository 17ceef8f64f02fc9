"""Asks the pipeline for a new model."""

import os

from httpx import AsyncClient

TOKEN = os.environ["MAGE_TRIGGER_TOKEN"]


async def retrain(mage: AsyncClient) -> int:
    """Starts a training; the number of the run, by which Mage knows it."""
    answer = await mage.post(f"/api/pipeline_schedules/3/pipeline_runs/{TOKEN}")
    answer.raise_for_status()
    return int(answer.json()["pipeline_run"]["id"])
