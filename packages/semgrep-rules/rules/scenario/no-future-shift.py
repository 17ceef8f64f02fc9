import numpy as np
import pandas as pd
import polars as pl

df = pd.read_csv("demand.csv", index_col="date", parse_dates=True)
HORIZON = 7

# A lag in the wrong direction.
# ruleid: no-future-shift
df["lag_1"] = df["units"].shift(-1)
#             ^^^^^^^^^^^^^^^^^^^^^ ruleid: no-future-shift "what nobody knows yet"

# ruleid: no-future-shift
df["prev_units"] = df["units"].shift(periods=-1)

# ruleid: no-future-shift
df.loc[:, "units_last_week"] = df.groupby("store")["units"].shift(-7)

# ruleid: no-future-shift
df["lag_mean"] = df["units"].rolling(7).mean().shift(-HORIZON)

# ruleid: no-future-shift
df["feature_change"] = df["units"].pct_change(-7)

# ruleid: no-future-shift
df["yesterday"] = df["units"] - df["units"].diff(periods=-1)

# ruleid: no-future-shift
df["lagged"] = np.roll(df["units"], -1)

# In a list of features.
# ruleid: no-future-shift
df["weather"] = df["temperature"].shift(-1)
features = ["price", "weather", "holiday"]

# ruleid: no-future-shift
df["footfall"] = df["visitors"].shift(-2)
X = df[["price", "footfall"]]

# In a frame of features.
# ruleid: no-future-shift
X["promotion"] = df["promotion"].shift(-3)

# With polars.
# ruleid: no-future-shift
frame = pl.read_csv("demand.csv").with_columns(pl.col("units").shift(-1).alias("units_lag_1"))

# ok: no-future-shift
df["target"] = df["units"].shift(-1)

# ok: no-future-shift
df["units_next_week"] = df["units"].shift(-HORIZON)

# ok: no-future-shift
y = df["units"].shift(-1)

# ok: no-future-shift
df["future_return"] = df["price"].pct_change(-5)

# ok: no-future-shift
df["up"] = (df["price"].shift(-1) > df["price"]).astype(int)

# ok: no-future-shift
df["lag_7"] = df["units"].shift(7)

# ok: no-future-shift
X["lag_14"] = df["units"].shift(periods=14)

# ok: no-future-shift
df["change"] = df["units"].diff(1)

# ok: no-future-shift
X["y"] = df["units"].shift(-1)

# Where the shift is computed, its direction is not known.
for step in (1, 7, 14):
    # ok: no-future-shift
    df[f"lag_{step}"] = df["units"].shift(step)

# ok: no-future-shift
same_again = df["units"].shift(-1).equals(df["units_next"])
