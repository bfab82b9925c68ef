"""Patterns that stand in data files, compiled when something is first searched with them: most processes never do."""

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Late:
    """A regular expression as its file has it."""

    source: str
    flags: int = 0

    def search(self, text: str) -> re.Match[str] | None:
        """The first place in a text that it matches, or None."""
        return _compiled(self.source, self.flags).search(text)


# As many as there are: what is compiled is compiled once.
@cache
def _compiled(source: str, flags: int) -> re.Pattern[str]:
    return re.compile(source, flags)
