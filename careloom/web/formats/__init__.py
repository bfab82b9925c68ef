"""How days and numbers are written where a language writes them otherwise than we do."""
