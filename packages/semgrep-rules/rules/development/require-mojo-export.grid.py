import h2o
from h2o.estimators import H2OXGBoostEstimator
from h2o.grid.grid_search import H2OGridSearch


def search(frame: h2o.H2OFrame) -> None:
    grid = H2OGridSearch(model=H2OXGBoostEstimator, hyper_params={"max_depth": [3, 5, 7]})
    # ruleid: require-mojo-export
    grid.train(y="churned", training_frame=frame)
    for row in grid.get_grid(sort_by="auc", decreasing=True).sorted_metric_table().values:
        print(row)
