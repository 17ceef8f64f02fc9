"""Asks the pipeline for a new model."""

from httpx import AsyncClient

from pipeline.data_exporters.train_and_export_mojo import FEATURES

TOKEN = "00112233445566778899aabbccddeeff"


async def retrain(mage: AsyncClient) -> int:
    """Starts a training; the number of the run, by which Mage knows it."""
    run = {"variables": {"features": list(FEATURES)}}
    answer = await mage.post(f"/api/pipeline_schedules/3/pipeline_runs/{TOKEN}", json={"pipeline_run": run})
    answer.raise_for_status()
    return int(answer.json()["pipeline_run"]["id"])
