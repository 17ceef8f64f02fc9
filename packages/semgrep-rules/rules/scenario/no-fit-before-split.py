import numpy as np
import pandas as pd
from sklearn import preprocessing
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.model_selection import TimeSeriesSplit, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, OneHotEncoder, StandardScaler


def scaled(X: pd.DataFrame, y: pd.Series):
    scaler = StandardScaler()
    # ruleid: no-fit-before-split
    X = scaler.fit_transform(X)
    #   ^^^^^^^^^^^^^^^^^^^^^^^ ruleid: no-fit-before-split "flatters the model"
    X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=False)
    return Ridge().fit(X_train, y_train).score(X_test, y_test)


def scaled_under_another_name(X: pd.DataFrame, y: pd.Series):
    scaler = preprocessing.MinMaxScaler(feature_range=(0, 1))
    # ruleid: no-fit-before-split
    scaled = scaler.fit_transform(X.values.reshape(-1, 1))
    frame = pd.DataFrame(scaled, index=X.index)
    parts = train_test_split(frame, y, test_size=0.2)
    return parts


def windows(prices: np.ndarray, cut_windows):
    scaler = MinMaxScaler()
    # ruleid: no-fit-before-split
    scaled = scaler.fit_transform(prices)
    X, y = cut_windows(scaled, 60)
    X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=False)
    return X_train, X_test, y_train, y_test


def by_position(prices: np.ndarray, count: int):
    scaler = MinMaxScaler()
    # ruleid: no-fit-before-split
    scaled = scaler.fit_transform(prices)
    train_data = scaled[0:count, :]
    test_data = scaled[count - 60 :, :]
    return train_data, test_data


def by_position_at_once(prices: np.ndarray, count: int):
    scaler = StandardScaler()
    # ruleid: no-fit-before-split
    scaled = scaler.fit_transform(prices)
    train, test = scaled[:count], scaled[count:]
    return train, test


def columns(frame: pd.DataFrame):
    imputer = SimpleImputer(strategy="median")
    # ruleid: no-fit-before-split
    frame[["amount"]] = imputer.fit_transform(frame[["amount"]])
    train, test = train_test_split(frame, shuffle=False)
    return train, test


def in_two_steps(X: np.ndarray, y: np.ndarray):
    scaler = StandardScaler()
    scaler.fit(X)
    # ruleid: no-fit-before-split
    X = scaler.transform(X)
    X_train, X_test = train_test_split(X, shuffle=False)
    return X_train, X_test


def in_one_line(X: np.ndarray):
    scaler = StandardScaler().fit(X)
    # ruleid: no-fit-before-split
    X = scaler.transform(X)
    X_train, X_test = train_test_split(X, shuffle=False)
    return X_train, X_test


def selected(X: pd.DataFrame, y: pd.Series):
    selector = SelectKBest(k=10)
    # ruleid: no-fit-before-split
    best = selector.fit_transform(X, y)
    # ruleid: no-fit-before-split
    axes = PCA(5).fit_transform(best)
    X_train, X_test, y_train, y_test = train_test_split(axes, y, shuffle=False)
    return X_train, X_test, best[train_test_split(best, y)[0]]


class Trainer:
    def __init__(self) -> None:
        self.scaler = StandardScaler()

    def prepare(self, X: pd.DataFrame, y: pd.Series):
        # ruleid: no-fit-before-split
        scaled = self.scaler.fit_transform(X)
        X_train, X_test, y_train, y_test = train_test_split(scaled, y, shuffle=False)
        return X_train, X_test, y_train, y_test


def split_first(X: pd.DataFrame, y: pd.Series):
    X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=False)
    scaler = StandardScaler()
    # ok: no-fit-before-split
    X_train = scaler.fit_transform(X_train)
    # ok: no-fit-before-split
    X_test = scaler.transform(X_test)
    # A second split, of the training part, for a validation.
    X_fit, X_valid = train_test_split(X_train, shuffle=False)
    return X_fit, X_valid, X_test


def in_a_pipeline(X: pd.DataFrame, y: pd.Series):
    pipeline = make_pipeline(StandardScaler(), Ridge())
    # ok: no-fit-before-split
    return cross_val_score(pipeline, X, y, cv=TimeSeriesSplit(5))


def in_each_window(X: np.ndarray, y: np.ndarray):
    for train, test in TimeSeriesSplit(5).split(X):
        scaler = StandardScaler()
        # ok: no-fit-before-split
        fitted = scaler.fit_transform(X[train])
        # ok: no-fit-before-split
        yield Ridge().fit(fitted, y[train]).score(scaler.transform(X[test]), y[test])


def names_of_categories(frame: pd.DataFrame):
    encoder = OneHotEncoder()
    # ok: no-fit-before-split
    encoded = encoder.fit_transform(frame[["region"]])
    labels = LabelEncoder()
    # ok: no-fit-before-split
    y = labels.fit_transform(frame["outcome"])
    X_train, X_test, y_train, y_test = train_test_split(encoded, y, shuffle=False)
    return X_train, X_test, y_train, y_test


def no_split(X: pd.DataFrame):
    scaler = StandardScaler()
    # ok: no-fit-before-split
    X = scaler.fit_transform(X)
    first = X[:10]
    return first, X


def trained_on_everything(history: np.ndarray):
    scaler = MinMaxScaler()
    # ok: no-fit-before-split
    scaled = scaler.fit_transform(history)
    last_window = scaled[-60:]
    return last_window


def another_frame(X: pd.DataFrame, others: pd.DataFrame):
    scaler = StandardScaler()
    # ok: no-fit-before-split
    scaled_others = scaler.fit_transform(others)
    X_train, X_test = train_test_split(X, shuffle=False)
    return X_train, X_test, scaled_others
