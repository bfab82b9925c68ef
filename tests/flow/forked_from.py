"""What a command of Careloom may import, imported: read once, by the process from which tests fork theirs.

What every process works out anew before its first draft is worked out here, too: knowledge is read, phrases are compiled.
"""

import importlib
import os
import tempfile
from pathlib import Path

import django

from careloom.care.entry import Entry, Source
from careloom.cli import COMMANDS
from careloom.connect.said import said
from careloom.demo import HERE
from careloom.knowledge import load
from tests import remembered

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
remembered.shipped_knowledge()
importlib.import_module("careloom.pipeline.registering")._built_in()
note = HERE / "social_services" / "2026-10-09-ada-moreno.txt"
said(Entry(id="", kind="DocumentReference", source=Source("", "", ""), text=note.read_text()), load())
