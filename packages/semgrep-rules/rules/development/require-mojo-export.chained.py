import h2o
from h2o.estimators import H2OGeneralizedLinearEstimator

frame = h2o.import_file("claims.csv")
# ruleid: require-mojo-export
H2OGeneralizedLinearEstimator(family="tweedie").train(y="amount", training_frame=frame)
