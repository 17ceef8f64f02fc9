from pathlib import Path

from pandas import DataFrame

if "transformer" not in globals():
    from mage_ai.data_preparation.decorators import transformer

SETTINGS = Path("/models/settings")


@transformer
def number_windows(frame: DataFrame, *args, **kwargs) -> DataFrame:
    """Orders the rows by time and numbers the windows that are tested one after the other."""
    ordered = frame.sort_values("event_time", kind="stable").reset_index(drop=True)
    windows = int((SETTINGS / "windows.txt").read_text())
    ordered.to_parquet("/models/last_training_set.parquet")
    return ordered.assign(window=ordered.index * windows // len(ordered))
