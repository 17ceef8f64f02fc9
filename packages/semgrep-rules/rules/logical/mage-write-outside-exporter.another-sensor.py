from pathlib import Path

from dagster import (
    RunRequest,
    sensor,
)


@sensor
def new_files(context):
    Path("cursor.txt").write_text(context.cursor)
    yield RunRequest(run_key=context.cursor)
