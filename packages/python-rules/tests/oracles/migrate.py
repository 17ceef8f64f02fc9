"""Runs all migrations of Django apps on a PostgreSQL: migrate.py SOCKET DATABASE; standard input holds JSON: apps, settings, path."""
import json
import sys

socket, database = sys.argv[1:3]
options = json.load(sys.stdin)
sys.path[:0] = options.get("path", [])

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

settings.configure(
    INSTALLED_APPS=options["apps"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.postgresql", "NAME": database, "HOST": socket, "USER": "postgres"}
    },
    SECRET_KEY="none",
    **{"USE_TZ": True, "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField", **options.get("settings", {})},
)
django.setup()
call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
folders = [config.path for config in django.apps.apps.get_app_configs()]
print(json.dumps(folders))
