from h2o.automl import H2OAutoML


def best_of(frame, minutes: int):
    aml = H2OAutoML(max_runtime_secs=60 * minutes)
    aml.train(y="churned", training_frame=frame)
    if aml.leader.auc() < 0.6:
        raise ValueError("No model is good enough.")
    return aml.leader, aml.leader.auc()
