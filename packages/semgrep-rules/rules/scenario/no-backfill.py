import pandas as pd
import polars as pl
from sklearn.linear_model import Ridge

df = pd.read_csv("demand.csv", parse_dates=["date"]).set_index("date")

# ruleid: no-backfill
df = df.fillna(method="ffill").fillna(method="bfill")
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ruleid: no-backfill "what nobody knew at that time"

# ruleid: no-backfill
df = df.ffill().bfill()

# ruleid: no-backfill
df["price"] = df["price"].bfill()

# ruleid: no-backfill
df["price"].bfill(inplace=True)

# ruleid: no-backfill
df.fillna(method="backfill", inplace=True)

# ruleid: no-backfill
df["units"] = df.groupby("store")["units"].bfill(limit=3)

# ruleid: no-backfill
daily = df.resample("D").bfill()

# ruleid: no-backfill
daily = df.reindex(pd.date_range("2024-01-01", "2024-12-31"), method="bfill")

# ruleid: no-backfill
df["price"] = df["price"].interpolate(limit_direction="both")

# ruleid: no-backfill
joined = pd.merge_asof(df, daily, left_index=True, right_index=True, direction="nearest")

# ruleid: no-backfill
frame = pl.from_pandas(df).fill_null(strategy="backward")

# ok: no-backfill
df = df.ffill()

# ok: no-backfill
df = df.fillna(method="ffill")

# ok: no-backfill
df["price"] = df["price"].fillna(0)

# ok: no-backfill
df["price"] = df["price"].interpolate()

# ok: no-backfill
joined = pd.merge_asof(df, daily, left_index=True, right_index=True)

# ok: no-backfill
joined = pd.merge_asof(df, daily, left_index=True, right_index=True, direction="backward")

# Along the columns of a row nothing comes later.
# ok: no-backfill
df["contact"] = df[["phone", "mail"]].bfill(axis=1).iloc[:, 0]

# ok: no-backfill
first = df["price"].bfill().iloc[0]

# ok: no-backfill
backfill = "backfill_demand_2024"

model = Ridge().fit(df[["price"]], df["units"])
