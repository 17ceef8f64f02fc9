import pandas as pd
from sklearn.model_selection import train_test_split

events = pd.read_parquet("events.parquet").sort_values("event_time")
# ruleid: no-shuffled-time-split
train, test = train_test_split(events, random_state=7)
