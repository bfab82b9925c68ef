"""Is a person's sentence, word for word, a line that somebody of this site typed into what it cites?"""

from collections.abc import Sequence

from careloom.care.entry import RECORDED_HERE, Entry


def is_typed(text: str, entries: Sequence[Entry]) -> bool:
    """Whether a whole line of a note that was typed here is this sentence; capitals don't matter, headings are no lines."""
    said = text.casefold()
    return any(
        said in (line.casefold() for line in entry.text.split("\n") if not line.endswith(":"))
        for entry in entries
        if entry.kind == "DocumentReference" and entry.source.system == RECORDED_HERE
    )
