"""Terms: what a site's own releases say of a code: its name, its ingredients, the sets that hold it.

The files are read-only and stay on the disk; answers are remembered. Without releases every answer is "not known".
"""

import os
import sqlite3
import threading
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from careloom.care.entry import NDC, RXNORM, Code
from careloom.care.ndc import eleven
from careloom.knowledge.releases.listed import Release

_REMEMBERED = 65_536
_INGREDIENTS = """
with recursive reach(rxcui) as (
    select ?
    union
    select towards.other from reach join towards on towards.rxcui = reach.rxcui
    where reach.rxcui not in (select rxcui from ingredient)
)
select reach.rxcui, code.display from reach join ingredient on ingredient.rxcui = reach.rxcui
left join code on code.code = reach.rxcui order by reach.rxcui
"""
_DISPLAY = "select display from code where system = ? and code = ?"
_NDC = "select rxcui from ndc where ndc = ?"
_MEMBER = "select 1 from member where value_set = ? and system = ? and code = ?"
_SET = "select 1 from member where value_set = ? limit 1"
_MEMBERS = "select value_set, system, code from member order by value_set"
_MAPPED = "select target, equivalence from mapped where system = ? and code = ? and target_system = ? order by target"


class Terms:
    """Look-ups in the releases in force. Made by `knowledge.load`; safe for threads and for forked processes."""

    def __init__(self, folder: Path | None = None, releases: tuple[Release, ...] = ()) -> None:
        self.releases = releases
        self._folder = folder
        self._open = threading.local()
        self.display = lru_cache(_REMEMBERED)(self._display)
        self.mapped = lru_cache(_REMEMBERED)(self._mapped)
        self.ingredients = lru_cache(_REMEMBERED)(self._ingredients)

    def _display(self, system: str, code: str) -> str:
        """The name of a code; "" where no release knows it. An NDC is called what its RxNorm product is."""
        if system == NDC:
            rxcui = self.rxcui_of(code)
            return self._display(RXNORM, rxcui) if rxcui else ""
        return next((row[0] for row in self._ask(_DISPLAY, system, code) if row[0]), "")

    def rxcui_of(self, ndc: str) -> str | None:
        """The RxNorm product of an NDC; None where it is not known or could be several."""
        digits = eleven(ndc)
        return next((row[0] for row in self._ask(_NDC, digits)), None) if digits else None

    def _ingredients(self, system: str, code: str) -> tuple[Code, ...]:
        """The RxNorm ingredients of a drug (an NDC, or any RxNorm concept); () where it is not known."""
        rxcui = self.rxcui_of(code) if system == NDC else code if system == RXNORM else None
        rows = self._ask(_INGREDIENTS, rxcui) if rxcui else []
        return tuple(Code(RXNORM, found, name or "") for found, name in rows)

    def holds(self, value_set: str, system: str, code: str) -> bool | None:
        """Whether a value set (by its url) has a code; None where no release has that set."""
        if self._ask(_MEMBER, value_set, system, code):
            return True
        return False if self._ask(_SET, value_set) else None

    def value_sets(self) -> dict[str, frozenset[tuple[str, str]]]:
        """Every value set that a release lists, by its url, with its codes (system, code); of two releases the first counts."""
        found: dict[str, frozenset[tuple[str, str]]] = {}
        for db in self._databases():
            for url, rows in groupby(db.execute(_MEMBERS), key=lambda row: str(row[0])):
                found.setdefault(url, frozenset((system, code) for _, system, code in rows))
        return found

    def _mapped(self, system: str, code: str, target: str) -> tuple[tuple[str, str], ...]:
        """The codes of another system that concept maps give, each with its equivalence."""
        return tuple((row[0], row[1]) for row in self._ask(_MAPPED, system, code, target))

    def _ask(self, sql: str, *said: str) -> list[Any]:
        """The rows of the first release that has any."""
        for db in self._databases():
            if rows := db.execute(sql, said).fetchall():
                return rows
        return []

    def _databases(self) -> list[sqlite3.Connection]:
        """One connection a release in this thread of this process: none is carried over a fork."""
        if not self.releases or self._folder is None:
            return []
        if getattr(self._open, "process", None) != os.getpid():
            self._open.process = os.getpid()
            self._open.databases = [
                sqlite3.connect(
                    f"{(self._folder / one.file).absolute().as_uri()}?mode=ro&immutable=1", uri=True
                )
                for one in self.releases
            ]
        found: list[sqlite3.Connection] = self._open.databases
        return found
