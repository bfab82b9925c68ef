"""Tables: a site's CSV exports of any shape, read as its mapping file (TOML) says.

`docs/mappings.md` says what a mapping may hold. The place of an entry is "row n", counted from 1 after the header.
"""

from careloom.connect.tables.mapping import Mapping, needed
from careloom.connect.tables.parse import parse
from careloom.connect.tables.read import people, read, recognised

__all__ = ["Mapping", "needed", "parse", "people", "read", "recognised"]
