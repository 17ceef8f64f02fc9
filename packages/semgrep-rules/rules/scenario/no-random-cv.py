import pandas as pd
from h2o.automl import H2OAutoML
from h2o.estimators import H2OGradientBoostingEstimator, H2OXGBoostEstimator
from sklearn import model_selection
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, ShuffleSplit, TimeSeriesSplit, cross_val_score
from sklearn.model_selection import KFold as Folds

demand = pd.read_csv("demand.csv", index_col="date", parse_dates=True)
demand["lag_7"] = demand["units"].shift(7)
X, y = demand[["lag_7"]], demand["units"]

# ruleid: no-random-cv
folds = KFold(n_splits=5, shuffle=True, random_state=42)
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: no-random-cv "what no forecast can keep"

# ruleid: no-random-cv
scores = cross_val_score(Ridge(), X, y, cv=Folds(5, shuffle=True))

# ruleid: no-random-cv
search = GridSearchCV(Ridge(), {"alpha": [1, 10]}, cv=model_selection.StratifiedKFold(shuffle=True))

# ruleid: no-random-cv
scores = cross_val_score(Ridge(), X, y, cv=ShuffleSplit(n_splits=10))

# ruleid: no-random-cv
folds = model_selection.RepeatedKFold(n_splits=5, n_repeats=3)

# ruleid: no-random-cv
folds = model_selection.StratifiedShuffleSplit(n_splits=1, test_size=0.2)


def train(frame) -> None:
    # ruleid: no-random-cv
    model = H2OGradientBoostingEstimator(ntrees=100, nfolds=5, seed=7)
    model.train(y="units", training_frame=frame)
    # ruleid: no-random-cv
    booster = H2OXGBoostEstimator(nfolds=10, fold_assignment="Random")
    booster.train(y="units", training_frame=frame)
    # ruleid: no-random-cv
    aml = H2OAutoML(max_models=10, nfolds=5)
    aml.train(y="units", training_frame=frame)


def train_over_windows(frame) -> None:
    # ok: no-random-cv
    model = H2OGradientBoostingEstimator(ntrees=100, nfolds=0)
    model.train(y="units", training_frame=frame)
    # ok: no-random-cv
    folded = H2OGradientBoostingEstimator(ntrees=100, nfolds=5, fold_column="window")
    folded.train(y="units", training_frame=frame)
    # ok: no-random-cv
    aml = H2OAutoML(max_models=10)
    aml.train(y="units", training_frame=frame, fold_column="window")


# ok: no-random-cv
folds = TimeSeriesSplit(n_splits=5, gap=7)

# ok: no-random-cv
scores = cross_val_score(Ridge(), X, y, cv=TimeSeriesSplit(5))

# Folds in order are another matter.
# ok: no-random-cv
folds = KFold(n_splits=5)

# ok: no-random-cv
folds = KFold(n_splits=5, shuffle=False)


def as_told(shuffle: bool):
    # ok: no-random-cv
    return KFold(n_splits=5, shuffle=shuffle)


class KeepOrder:
    def ShuffleSplit(self, n_splits: int) -> list:
        return []

    def folds(self) -> list:
        # ok: no-random-cv
        return self.ShuffleSplit(n_splits=3)
