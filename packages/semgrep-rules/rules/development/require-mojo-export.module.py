import h2o
import h2o.automl

h2o.init()
aml = h2o.automl.H2OAutoML(max_models=20)
# ruleid: require-mojo-export
aml.train(y="churned", training_frame=h2o.import_file("churn.csv"))
predictions = aml.predict(h2o.import_file("today.csv"))
h2o.export_file(predictions, "scores.csv")
