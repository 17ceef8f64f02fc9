import pandas as pd
from sklearn.model_selection import TimeSeriesSplit

df = pd.read_csv("demand.csv", index_col="date")
# The label of the last training row is known when the first test row is predicted.
df["target"] = df["units"].shift(-1)
df["lag_7"] = df["units"].shift(7)
splits = TimeSeriesSplit(n_splits=5)
