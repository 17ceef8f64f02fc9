from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_score

X, y = load_iris(return_X_y=True)
print(cross_val_score(LogisticRegression(), X, y, cv=KFold(5, shuffle=True)))
