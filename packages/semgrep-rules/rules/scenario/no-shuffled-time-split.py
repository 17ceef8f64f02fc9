import pandas as pd
import torch
import yfinance as yf
from sklearn import model_selection
from sklearn.model_selection import train_test_split
from sklearn.model_selection import train_test_split as split
from torch.utils.data import random_split

prices = yf.download("MSFT", start="2015-01-01")
prices["return_1"] = prices["Close"].pct_change().shift(1)
features, label = prices[["return_1"]], prices["Close"].shift(-1)


# ruleid: no-shuffled-time-split
train, test = train_test_split(prices)
#             ^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: no-shuffled-time-split "promises what it cannot keep"

# ruleid: no-shuffled-time-split
X_train, X_test, y_train, y_test = train_test_split(features, label, test_size=0.2, random_state=42)

# ruleid: no-shuffled-time-split
X_train, X_test, y_train, y_test = split(features, label, test_size=0.2)

# ruleid: no-shuffled-time-split
parts = model_selection.train_test_split(features, label, prices.index, test_size=0.2)

# ruleid: no-shuffled-time-split
X_train, X_test = train_test_split(features, shuffle=True, random_state=7)

# ruleid: no-shuffled-time-split
X_train, X_test, y_train, y_test = train_test_split(features, label > 0, stratify=label > 0)


def sample(frame: pd.DataFrame):
    # ruleid: no-shuffled-time-split
    train = frame.sample(frac=0.8, random_state=7)
    test = frame.drop(train.index)
    return train, test


def windows(dataset: torch.utils.data.Dataset):
    # ruleid: no-shuffled-time-split
    return random_split(dataset, [0.8, 0.2])


def with_h2o(frame):
    # ruleid: no-shuffled-time-split
    return frame.split_frame(ratios=[0.8], seed=7)


def with_spark(frame):
    # ruleid: no-shuffled-time-split
    return frame.randomSplit([0.8, 0.2], seed=7)


# ok: no-shuffled-time-split
X_train, X_test = train_test_split(features, shuffle=False)

# ok: no-shuffled-time-split
X_train, X_test, y_train, y_test = train_test_split(features, label, test_size=0.2, shuffle=False)

# ok: no-shuffled-time-split
train, test = prices[:-250], prices[-250:]

# ok: no-shuffled-time-split
train, test = prices.loc[:"2022"], prices.loc["2023":]


def as_told(options: dict, shuffle: bool):
    # ok: no-shuffled-time-split
    train_test_split(features, label, **options)
    # ok: no-shuffled-time-split
    return train_test_split(features, label, shuffle=shuffle)


def some_rows(frame: pd.DataFrame) -> pd.DataFrame:
    # ok: no-shuffled-time-split
    return frame.sample(frac=0.1)


def walk_forward(frame: pd.DataFrame):
    # ok: no-shuffled-time-split
    for train, test in model_selection.TimeSeriesSplit(n_splits=5, gap=5).split(frame):
        yield frame.iloc[train], frame.iloc[test]


def temporal(series):
    from sktime.split import temporal_train_test_split

    # ok: no-shuffled-time-split
    return temporal_train_test_split(series, test_size=36)


class Splitter:
    def train_test_split(self, frame: pd.DataFrame):
        return frame[:-30], frame[-30:]

    def split(self, frame: pd.DataFrame):
        # ok: no-shuffled-time-split
        return self.train_test_split(frame)
