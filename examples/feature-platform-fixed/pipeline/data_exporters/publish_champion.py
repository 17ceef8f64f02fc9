import os

import h2o

if "data_exporter" not in globals():
    from mage_ai.data_preparation.decorators import data_exporter

CHAMPION = "/models/champion"


@data_exporter
def publish_champion(model_id: str, *args, **kwargs) -> dict[str, str]:
    """Puts the model that won the comparison where the scorer and the tills look for it."""
    h2o.connect(url=os.environ["H2O_URL"])
    champion = h2o.get_model(model_id)
    mojo = champion.download_mojo(path=CHAMPION, get_genmodel_jar=True)
    return {"scorer": mojo, "tills": mojo}
