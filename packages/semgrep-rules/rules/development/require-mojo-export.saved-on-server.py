import h2o
from h2o.automl import H2OAutoML

aml = H2OAutoML(max_models=10)
aml.train(y="churned", training_frame=h2o.import_file("churn.csv"))
aml.leader.save_mojo("/models", force=True)
