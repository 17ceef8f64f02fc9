from h2o.estimators import H2OGradientBoostingEstimator


class Trainer:
    def __init__(self) -> None:
        self.model = H2OGradientBoostingEstimator()

    def fit(self, frame) -> None:
        self.model.train(y="churned", training_frame=frame)
