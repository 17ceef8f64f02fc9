import h2o
from h2o.estimators import H2OGradientBoostingEstimator

reference = h2o.import_mojo("models/reference.zip")
model = H2OGradientBoostingEstimator(ntrees=100)
# ruleid: require-mojo-export
model.train(y="churned", training_frame=h2o.import_file("churn.csv"))
print(reference.model_performance().auc(), model.auc())
