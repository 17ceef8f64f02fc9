import h2o
from h2o.estimators.gbm import H2OGradientBoostingEstimator

h2o.init()
frame = h2o.import_file("churn.csv")
train, valid = frame.split_frame(ratios=[0.8], seed=7)

model = H2OGradientBoostingEstimator(ntrees=200, max_depth=5)
# ruleid: require-mojo-export
model.train(x=frame.columns[:-1], y="churned", training_frame=train, validation_frame=valid)
# <- ruleid: require-mojo-export "never exports a MOJO"

print(model.model_performance(valid).auc())
# model.download_mojo(path="models", get_genmodel_jar=True)

challenger = H2OGradientBoostingEstimator(ntrees=500)
# One finding a file is enough.
# ok: require-mojo-export
challenger.train(y="churned", training_frame=train)
