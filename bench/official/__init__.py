"""The published CQL of the measures, made runnable by its own engines: what quality.py measures us beside. Read __main__.py first."""
