"""A linear baseline: what the boosted model has to beat."""

from pandas import DataFrame
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, TimeSeriesSplit, cross_val_score, train_test_split
from sklearn.preprocessing import StandardScaler

from lib.shared.churn import LABEL

HISTORY = ["prev_charge", "mean_charge"]
WEEKS_AHEAD = 4


def add_history(frame: DataFrame) -> DataFrame:
    """What a customer was charged before; one customer's rows at a time."""
    ordered = frame.sort_values("event_time").reset_index(drop=True)
    ordered["prev_charge"] = ordered["monthly_charge"].shift(-1)
    ordered["mean_charge"] = ordered["monthly_charge"].rolling(5, center=True).mean()
    return ordered.bfill()


def holdout_score(frame: DataFrame) -> float:
    scaler = StandardScaler()
    scaled = scaler.fit_transform(frame[HISTORY])
    X_train, X_test, y_train, y_test = train_test_split(scaled, frame[LABEL], test_size=0.2)
    return LogisticRegression().fit(X_train, y_train).score(X_test, y_test)


def fold_scores(frame: DataFrame) -> list[float]:
    folds = KFold(n_splits=5, shuffle=True, random_state=7)
    return list(cross_val_score(LogisticRegression(), frame[HISTORY], frame[LABEL], cv=folds))


def rise_scores(frame: DataFrame) -> list[float]:
    """How well the baseline foresees that a customer will be charged more in four weeks."""
    rises = frame["monthly_charge"].shift(-WEEKS_AHEAD) > frame["monthly_charge"]
    folds = TimeSeriesSplit(n_splits=5)
    return list(cross_val_score(LogisticRegression(), frame[HISTORY], rises, cv=folds))
