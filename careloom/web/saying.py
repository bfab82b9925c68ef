"""Words of the interface that stand in tables: in the language of whoever reads them, when they are read."""

from typing import cast

from django.utils.translation import gettext_lazy, override


def later(words: str) -> str:
    """English words of a table, which each use says in the reader's language; web/locale has the Spanish.

    What is given is no str until it is printed, formatted or compared: `", ".join` needs `str(…)` around it.
    """
    return cast(str, gettext_lazy(words))


def both(one: str, many: str) -> tuple[str, str]:
    """English words for one and for many in a table, for `ngettext` or `count` where they are used."""
    return one, many


def in_english(words: str) -> str:
    """Words of a table as they are kept: what is stored, filed or sent on is in one language, whoever reads the pages."""
    with override("en"):
        return str(words)
