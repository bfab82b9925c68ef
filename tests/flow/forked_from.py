"""What a command of Careloom may import, imported: read once, by the process from which tests fork theirs."""

import importlib
import os
import tempfile
from pathlib import Path

import django

from careloom.cli import COMMANDS

# The work engine's tables are among Django's apps, and which engine that is follows from the database's vendor.
for name in [name for name in os.environ if name.startswith("CARELOOM_") and name != "CARELOOM_DATABASE_URL"]:
    del os.environ[name]
# Nothing is written there: importing the settings reads the environment alone.
os.environ |= {
    "CARELOOM_HOME": str(Path(tempfile.gettempdir(), "careloom-nowhere")),
    "DJANGO_SETTINGS_MODULE": "careloom.django_settings",
}
django.setup()
for module in COMMANDS.values():
    importlib.import_module(f"careloom.cli.{module}")
