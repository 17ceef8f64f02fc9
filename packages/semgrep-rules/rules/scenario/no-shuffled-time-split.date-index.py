import pandas as pd
from sklearn.model_selection import train_test_split

# The name of the index is the only sign of time in this file.
demand = pd.read_csv("demand.csv", parse_dates=["date"]).set_index("date")
# ruleid: no-shuffled-time-split
train, test = train_test_split(demand, test_size=0.2)
