"""What is worked out anew for every page's client and every pipeline, worked out once a process: no test changes it."""

import functools
from pathlib import Path
from typing import Any

from whitenoise.middleware import WhiteNoiseMiddleware

from careloom import knowledge


def static_files() -> None:
    """The list of static files, which every client of a test would make by walking through their folders."""
    walk = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def once(middleware: Any) -> None:
        if not found:
            walk(middleware)
            found.update(middleware.files)
        middleware.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = once


def shipped_knowledge() -> None:
    """The hash over the files of knowledge that came with the release; those of a site are hashed each time, as ever."""
    every = knowledge._fingerprint

    @functools.cache
    def shipped(_folder: Path) -> tuple[tuple[str, str], ...]:
        return every(None, None)

    def fingerprint(site: Path | None, releases: Path | None) -> tuple[tuple[str, str], ...]:
        return every(site, releases) if site or releases else shipped(knowledge.HERE)

    knowledge._fingerprint = fingerprint
