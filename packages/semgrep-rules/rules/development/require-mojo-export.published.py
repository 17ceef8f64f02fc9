import h2o
from h2o.estimators import H2OGradientBoostingEstimator

from lib.shared.artifacts import publish

model = H2OGradientBoostingEstimator()
model.train(y="churned", training_frame=h2o.import_file("churn.csv"))
publish(model, version="1")
