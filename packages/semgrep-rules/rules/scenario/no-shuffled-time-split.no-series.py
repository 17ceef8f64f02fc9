import pandas as pd
from sklearn.model_selection import train_test_split

# No sign of time: rows in any order. df.set_index("date") in a comment is none.
customers = pd.read_csv("customers.csv")
train, test = train_test_split(customers, test_size=0.2, random_state=42)


def split_texts(texts: list[str], labels: list[int]):
    return train_test_split(texts, labels, stratify=labels)
