from os import path

from mage_ai.io.config import ConfigFileLoader
from mage_ai.io.postgres import Postgres
from mage_ai.settings.repo import get_repo_path

from lib.shared.churn import population_stability_index

if "sensor" not in globals():
    from mage_ai.data_preparation.decorators import sensor

TRAINED_ON = "SELECT tenure_days FROM feature_store.customer_features WHERE NOT is_current"
ARRIVING = "SELECT tenure_days FROM feature_store.customer_features WHERE is_current"


@sensor
def features_drifted(*args, **kwargs) -> bool:
    """Lets the training begin once the current features lie apart from those before."""
    config = ConfigFileLoader(path.join(get_repo_path(), "io_config.yaml"), "default")
    with Postgres.with_config(config) as store:
        trained_on = store.load(TRAINED_ON)["tenure_days"].tolist()
        arriving = store.load(ARRIVING)["tenure_days"].tolist()
    return population_stability_index(trained_on, arriving) > 0.2
