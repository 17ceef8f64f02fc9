from pathlib import Path

from dlt import transformer


@transformer
def download(item):
    Path(item["name"]).write_bytes(item["content"])
    yield item
