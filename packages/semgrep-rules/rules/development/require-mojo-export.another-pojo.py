import h2o
from h2o.estimators import H2ODeepLearningEstimator

frame = h2o.import_file("churn.csv")
net = H2ODeepLearningEstimator(hidden=[64, 64])
# ruleid: require-mojo-export
net.train(["tenure_days", "monthly_charge"], "churned", frame)
net.download_pojo("models")
