"""Names for bare codes: an entry with neither words nor displays is called what the site's own releases call its codes."""

from collections.abc import Sequence
from dataclasses import replace

from careloom.care.entry import Code, Entry
from careloom.knowledge.terms import Terms


def named(entries: Sequence[Entry], terms: Terms) -> Sequence[Entry]:
    """The entries, those that show only a code with its display; what a source called it is never changed."""
    if not terms.releases:
        return entries
    return [
        replace(entry, codes=_shown(entry.codes, terms)) if _is_bare(entry) else entry for entry in entries
    ]


def _is_bare(entry: Entry) -> bool:
    return bool(entry.codes) and not entry.text and not any(code.display for code in entry.codes)


def _shown(codes: tuple[Code, ...], terms: Terms) -> tuple[Code, ...]:
    return tuple(replace(code, display=terms.display(code.system, code.code)) for code in codes)
