import h2o
from h2o.estimators import H2OXGBoostEstimator

if "data_exporter" not in globals():
    from mage_ai.data_preparation.decorators import data_exporter


@data_exporter
def train_model(frame, *args, **kwargs) -> None:
    h2o.connect(url=kwargs["h2o_url"])
    data = h2o.H2OFrame(frame)
    model = H2OXGBoostEstimator(ntrees=100)
    # ruleid: require-mojo-export
    model.train(
        x=["tenure_days", "monthly_charge"],
        y="churned",
        training_frame=data,
    )
    kwargs["logger"].info("AUC %f", model.auc())
