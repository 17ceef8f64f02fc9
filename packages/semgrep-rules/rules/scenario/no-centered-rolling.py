import matplotlib.pyplot as plt
import pandas as pd
import polars as pl
from sklearn.linear_model import Ridge

df = pd.read_csv("demand.csv", index_col="date", parse_dates=True)

# ruleid: no-centered-rolling
df["mean_7"] = df["units"].rolling(7, center=True).mean()
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: no-centered-rolling "half of its values from later rows"

# ruleid: no-centered-rolling
df["std_7"] = df["units"].rolling(window=7, min_periods=1, center=True).std()

# ruleid: no-centered-rolling
df.loc[:, "max_7"] = df["units"].rolling("7D", center=True).max()

# ruleid: no-centered-rolling
df["mean_store"] = df.groupby("store")["units"].rolling(7, center=True).mean().droplevel(0)

# ruleid: no-centered-rolling
df = df.assign(median_7=df["units"].rolling(7, center=True).median())

# ruleid: no-centered-rolling
df["ratio"] = df["units"] / df["units"].rolling(28, center=True).mean()

df["sum_7"] = (
    # ruleid: no-centered-rolling
    df["units"]
    .rolling(
        window=7,
        center=True,
    )
    .sum()
)

# ruleid: no-centered-rolling
frame = pl.from_pandas(df).with_columns(pl.col("units").rolling_mean(7, center=True).alias("polars_7"))

# ok: no-centered-rolling
df["mean_28"] = df["units"].rolling(28).mean()

# ok: no-centered-rolling
df["mean_14"] = df["units"].rolling(14, center=False).mean()

# ok: no-centered-rolling
df["past_7"] = df["units"].shift(1).rolling(7).mean()

# A label may look ahead.
# ok: no-centered-rolling
df["target"] = df["units"].rolling(7, center=True).mean()

# A decomposition is made of what is known now.
# ok: no-centered-rolling
df["trend"] = df["units"].rolling(365, center=True).mean()

# ok: no-centered-rolling
df["units"].rolling(7, center=True).mean().plot()

# ok: no-centered-rolling
plt.plot(df["units"].rolling(7, center=True).mean())


def plot_units(frame: pd.DataFrame) -> None:
    # ok: no-centered-rolling
    frame["line"] = frame["units"].rolling(7, center=True).mean()
    frame["line"].plot()


# ok: no-centered-rolling
smooth = df["units"].rolling(7, center=True).mean()

model = Ridge().fit(df[["mean_7", "std_7"]], df["target"])
