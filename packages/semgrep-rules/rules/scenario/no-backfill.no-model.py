import pandas as pd

# Nothing is trained: a chart may look ahead.
prices = pd.read_csv("prices.csv", index_col="date").bfill()
prices["close"].plot()
