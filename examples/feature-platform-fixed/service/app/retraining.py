"""Asks the pipeline for a new model."""

import os

from httpx import AsyncClient

from lib.shared.churn import FEATURES

TOKEN = os.environ["MAGE_TRIGGER_TOKEN"]


async def retrain(mage: AsyncClient) -> int:
    """Starts a training; the number of the run, by which Mage knows it."""
    run = {"variables": {"features": list(FEATURES)}}
    answer = await mage.post(f"/api/pipeline_schedules/3/pipeline_runs/{TOKEN}", json={"pipeline_run": run})
    answer.raise_for_status()
    return int(answer.json()["pipeline_run"]["id"])
