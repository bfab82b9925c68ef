"""Paper: a pack as a PDF (tagged, PDF/UA-1), set by typst; the same pack gives the same bytes."""

import json
from base64 import b64decode
from collections.abc import Iterable
from pathlib import Path

from careloom.care.compliance import WORDS, Grid, Pack, Part, Requirement, Screen, Verdict
from careloom.comply.changes import Change, sentences
from careloom.comply.page import DEMO, NO_ADVICE
from careloom.errors import InputError
from careloom.text.direction import marked

FOLDER = Path(__file__).parent
# Of a column, in letters.
WIDEST, NARROWEST = 60, 11
MISSING = "could not be displayed with"


def as_pdf(pack: Pack, sha256: str, changes: Iterable[Change] = (), fonts: Path | None = None) -> bytes:
    """The PDF. Raises InputError where a character has no glyph in the fonts that there are."""
    # Made late: it is a library of 80 MB.
    import typst

    families = typst.Fonts(False, False, [fonts]).families() if fonts else []
    told = marked(
        json.dumps({**_document(pack, sha256, tuple(changes)), "fonts": families}, ensure_ascii=False)
    )
    try:
        made = typst.compile(
            FOLDER / "paper.typ",
            root=FOLDER,
            font_paths=[fonts] if fonts else [],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"document": told},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        if MISSING in str(error):
            raise InputError(
                "the pack has a character that no font of this site shows: give a folder of fonts (CARELOOM_FONTS)"
            ) from None
        raise
    assert isinstance(made, bytes)
    return made


def _document(pack: Pack, sha256: str, changes: tuple[Change, ...]) -> dict[str, object]:
    counts = pack.counts()
    return {
        "title": f"Compliance pack, {pack.made:%Y-%m-%d}",
        "about": f"{pack.organisation} · Careloom {pack.release} · made {pack.made:%Y-%m-%d %H:%M %Z} by {pack.by}",
        "looked": f"Every value was read at {pack.made:%Y-%m-%d %H:%M %Z}, when the pack was made.",
        "hash": f"SHA-256 of its JSON: {sha256[:32]} {sha256[32:]}",
        "demo": DEMO if pack.demo else "",
        "advice": NO_ADVICE,
        "counts": [
            {"number": number, "word": WORDS[one], "red": _is_red(one)} for one, number in counts.items()
        ],
        "changes": [{"red": worse, "said": said} for said, worse in sentences(changes)],
        "reds": [
            {
                "part": part.title,
                "word": WORDS[one.verdict],
                "said": f"{one.section} {one.title}",
                "why": one.why,
            }
            for part, one in pack.reds()
        ],
        "parts": [_part(number, one) for number, one in enumerate(pack.parts, start=1)],
    }


def _is_red(one: Verdict) -> bool:
    return one in (Verdict.NOT_MET, Verdict.PERSON, Verdict.PARTLY)


def _part(number: int, part: Part) -> dict[str, object]:
    return {
        "title": f"{number}. {part.title}",
        "source": part.source,
        "lead": list(part.lead),
        "requirements": [_requirement(one) for one in part.requirements],
        "grids": [_grid(one) for one in part.grids],
        "screens": [_screen(one) for one in part.screens],
    }


def _requirement(one: Requirement) -> dict[str, object]:
    said = ""
    if one.said:
        said = f"{one.said.who}, {one.said.at:%Y-%m-%d}, said {one.said.answer.replace('_', ' ')}: “{one.said.words}”"
    return {
        "title": one.title,
        "need": one.need,
        "word": WORDS[one.verdict],
        "red": one.red,
        "why": one.why,
        "asks": f"{one.section} ({one.year}). {one.asks}",
        "question": one.question,
        "said": said,
        "evidence": [
            {
                "red": proof.holds is False,
                "said": f"{proof.what}: {proof.value}"
                + (" (does not bear it out)" if proof.holds is False else ""),
                "where": f"from {proof.where}" + (f" · page {proof.link}" if proof.link else ""),
            }
            for proof in one.evidence
        ],
    }


def _grid(one: Grid) -> dict[str, object]:
    return {
        "title": one.title,
        "head": list(one.head),
        "rows": [{"red": at in one.red, "cells": list(row)} for at, row in enumerate(one.rows)],
        "note": one.note,
        "widths": _widths(one),
    }


def _widths(one: Grid) -> list[int]:
    """How wide columns are beside each other: as their longest cell, within reason, and never less than the word above them."""
    longest = [max((len(row[at]) for row in one.rows), default=0) for at in range(len(one.head))]
    words = [max(map(len, word.split()), default=0) for word in one.head]
    return [max(min(cell, WIDEST), word, NARROWEST) for cell, word in zip(longest, words, strict=True)]


def _screen(one: Screen) -> dict[str, object]:
    lines = [
        {"text": line.text, "basis": list(line.basis) or ["NOTHING"], "guideline": line.guideline}
        for line in one.lines
    ]
    # typst opens no file: a picture comes as the numbers of its bytes.
    told = list(b64decode(one.picture)) if one.picture else []
    return {"title": one.title, "lines": lines, "picture": told, "pictured": one.pictured}
