import pandas as pd
from sklearn import model_selection
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.model_selection import TimeSeriesSplit as Splits

df = pd.read_csv("demand.csv", index_col="date")
df["target"] = df["units"].shift(-7)
X, y = df[["price"]], df["target"]

# ruleid: require-split-gap
splits = TimeSeriesSplit(n_splits=5)
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: require-split-gap "the very rows the model is tested on"

# ruleid: require-split-gap
splits = TimeSeriesSplit()

# ruleid: require-split-gap
splits = TimeSeriesSplit(5, max_train_size=365, test_size=30)

# ruleid: require-split-gap
splits = TimeSeriesSplit(n_splits=5, gap=0)

# ruleid: require-split-gap
splits = Splits(n_splits=3)

# ruleid: require-split-gap
splits = model_selection.TimeSeriesSplit(n_splits=3)

# ruleid: require-split-gap
scores = cross_val_score(Ridge(), X, y, cv=TimeSeriesSplit(5))

# ruleid: require-split-gap
search = GridSearchCV(Ridge(), {"alpha": [1, 10]}, cv=TimeSeriesSplit(n_splits=5))

# Too small for seven days.
# ruleid: require-split-gap
splits = TimeSeriesSplit(n_splits=5, gap=3)

# ok: require-split-gap
splits = TimeSeriesSplit(n_splits=5, gap=7)

# The last label of the training rows is known one row later: six are enough.
# ok: require-split-gap
splits = TimeSeriesSplit(n_splits=5, gap=6)

# ok: require-split-gap
splits = TimeSeriesSplit(5, gap=30)


def as_told(gap: int, options: dict):
    # ok: require-split-gap
    yield TimeSeriesSplit(n_splits=5, gap=gap)
    # ok: require-split-gap
    yield TimeSeriesSplit(**options)
    # ok: require-split-gap
    yield TimeSeriesSplit(n_splits=5, gap=gap - 1)


# ok: require-split-gap
splits = model_selection.KFold(n_splits=5)

# ok: require-split-gap
name = "TimeSeriesSplit(n_splits=5)"
