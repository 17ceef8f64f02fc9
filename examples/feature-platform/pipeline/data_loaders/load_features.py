from os import path

from mage_ai.io.config import ConfigFileLoader
from mage_ai.io.postgres import Postgres
from mage_ai.settings.repo import get_repo_path
from pandas import DataFrame

if "data_loader" not in globals():
    from mage_ai.data_preparation.decorators import data_loader

QUERY = """
SELECT f.event_time, f.tenure_days, f.monthly_charge, o.churned
FROM feature_store.customer_features AS f
JOIN feature_store.churn_outcomes AS o USING (customer_id, event_time)
"""


@data_loader
def load_features(*args, **kwargs) -> DataFrame:
    """Features as they were at event_time, with what became of the customer."""
    config = ConfigFileLoader(path.join(get_repo_path(), "io_config.yaml"), "default")
    with Postgres.with_config(config) as store:
        features = store.load(QUERY)
        store.execute("INSERT INTO feature_store.loads (loaded_at) VALUES (now())")
    return features
