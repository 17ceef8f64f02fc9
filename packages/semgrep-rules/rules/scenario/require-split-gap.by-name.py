import pandas as pd
from sklearn.model_selection import TimeSeriesSplit


def label(frame: pd.DataFrame, horizon: int) -> pd.Series:
    return frame["units"].shift(-horizon)


# ruleid: require-split-gap
splits = TimeSeriesSplit(n_splits=5)
