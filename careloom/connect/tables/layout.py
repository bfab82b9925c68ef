"""How a file is written, as a mapping's [file] says."""

import codecs
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from careloom.connect.tables.dates import NAMED, DateForm, date_form
from careloom.connect.tables.given import Given
from careloom.connect.tables.mapping import Layout

DELIMITERS = {",": ",", ";": ";", "|": "|", "tab": "\t", "\t": "\t"}


def layout_of(given: Given | None) -> Layout:
    """What [file] says. Raises ConfigError for a mistake."""
    if given is None:
        return Layout(dates=(date_form("iso", None),))
    delimiter = given.words("delimiter", ",")
    if delimiter not in DELIMITERS:
        given.wrong("delimiter", f"is none of {', '.join(key for key in DELIMITERS if key != chr(9))}")
    charset = given.words("charset", "utf-8")
    try:
        codecs.lookup(charset)
    except LookupError:
        given.wrong("charset", "is no charset that Python knows")
    pivot = given.count("pivot", None)
    layout = Layout(
        delimiter=DELIMITERS[delimiter],
        quote=_one(given, "quote", '"'),
        escape=_one(given, "escape", ""),
        charset=charset,
        header=given.yes("header", True),
        names=given.list_of_words("names"),
        skip=given.count("skip", 0) or 0,
        decimal=_one(given, "decimal", "."),
        thousands=_one(given, "thousands", ""),
        empty=frozenset(one.lower() for one in given.list_of_words("empty")),
        dates=date_forms(given, "dates", pivot) or (date_form("iso", None),),
        zone=_zone(given),
    )
    if layout.decimal == layout.thousands:
        given.wrong("thousands", "is the decimal sign too")
    given.done()
    return layout


def _one(given: Given, key: str, default: str) -> str:
    said = given.words(key, default)
    if len(said) > 1:
        given.wrong(key, "is more than one character")
    return said


def _zone(given: Given) -> str:
    zone = given.words("zone")
    try:
        if zone:
            ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        given.wrong("zone", "is no IANA zone")
    return zone


def date_forms(given: Given, key: str, pivot: int | None) -> tuple[DateForm, ...]:
    """The forms of a date that stand under a key. Raises ConfigError for a mistake."""
    try:
        return tuple(date_form(one, pivot) for one in given.list_of_words(key))
    except ValueError as error:
        given.wrong(key, f"{error} (or {', '.join(NAMED)})")
