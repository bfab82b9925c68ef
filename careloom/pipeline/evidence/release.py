"""Of the release itself: the tests that are in it, where it is a checkout."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)


@cache
def tests(root: Path = ROOT) -> frozenset[str] | None:
    """The names of the tests of this release; None where it was installed without them."""
    folder = root / "tests"
    if not (folder / "test_security.py").is_file():
        return None
    return frozenset(
        name for file in folder.rglob("test_*.py") for name in _TEST.findall(file.read_text("utf-8"))
    )
