import h2o
from h2o.estimators import H2ONaiveBayesEstimator

bayes = H2ONaiveBayesEstimator()
bayes.train(y="churned", training_frame=h2o.import_file("churn.csv"))
