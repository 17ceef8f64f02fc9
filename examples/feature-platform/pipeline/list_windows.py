"""Prints which windows a training run has numbered; as old as the platform."""

import json
import sys

for line in sys.stdin:
    window = json.loads(line)
    print window["number"], window["event_time"]
