import h2o
import joblib
from h2o.automl import H2OAutoML as AutoML


def main() -> None:
    h2o.init()
    frame = h2o.import_file("churn.csv")
    aml = AutoML(max_runtime_secs=600, seed=7)
    # ruleid: require-mojo-export
    aml.train(y="churned", training_frame=frame)
    print(aml.leaderboard)
    joblib.dump(aml.leader, "models/leader.joblib")


if __name__ == "__main__":
    main()
