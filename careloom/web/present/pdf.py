"""A document for paper as a PDF: what the printed page holds, set by typst, tagged for screen readers (PDF/UA-1).

The same document gives the same bytes: no time of making is in it. What a source wrote is handed over as data and set as text; the
template opens no file, and no font but those that come with typst and the site's own (`CARELOOM_FONTS`) is used.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from careloom.errors import InputError
from careloom.web.present.banner import Banner
from careloom.web.present.letter import Letter
from careloom.web.present.printed import Part, PrintedLine, Sheet, Source

TEMPLATE = Path(__file__).resolve().parents[1] / "paper" / "document.typ"
# "Page 1 of 2", and how an unsigned document is called on each page, in the languages of letters.
PAGES: Mapping[str, tuple[str, str]] = {"en": ("Page", "of"), "es": ("Página", "de")}
DRAFT: Mapping[str, str] = {"en": "DRAFT — not signed", "es": "BORRADOR — sin firmar"}
NOT_SHOWN = (
    "this document has a character that no font of this site shows, so no PDF was made of it: use Print in the "
    "browser, or give a folder of fonts (CARELOOM_FONTS)"
)
_MISSING = "could not be displayed with"


def of_sheet(
    shown: Sheet, banner: Banner, notice: Sequence[str], sources: Sequence[str]
) -> dict[str, object]:
    """What the PDF of a sheet holds: the words of web/printed.html, without when it was printed."""
    born = f"{banner.birth_date} · MRN {banner.mrn}"
    died = f" · {banner.deceased}" if banner.deceased else ""
    said = (f"{shown.drafted}.", shown.signed, shown.more, shown.coverage, shown.left_out)
    return {
        "letter": False,
        "lang": "en",
        "title": shown.kind.title,
        "mark": "" if shown.filed else DRAFT["en"],
        "again": f"{banner.name} · {born}",
        "pages": PAGES["en"],
        "banner": {
            "name": banner.name,
            "person": f"{banner.age} {banner.sex} · {born}{died}",
            "fields": [asdict(one) for one in (banner.allergies, *banner.fields)],
        },
        "status": shown.status,
        "lead": " ".join(filter(None, said)),
        "words": {"sources": "Sources", "given": "Given for it", "findings": "Findings"},
        "top": [_line(one) for one in shown.top],
        "top_words": shown.top_words,
        "given": [asdict(one) for one in shown.given],
        "findings": [
            {"shape": one.mark.shape, "word": one.mark.word, "message": one.message} for one in shown.findings
        ],
        "more_findings": shown.more_findings,
        "parts": [_part(one) for one in shown.parts],
        "sources": [_source(one) for one in shown.sources],
        "notice": list(notice),
        "tail": f"{'; '.join(sources)}. {shown.label}".strip(),
    }


def of_letter(shown: Letter, notice: Sequence[str]) -> dict[str, object]:
    """What the PDF of a letter holds: the words of web/printed_letter.html, in the letter's language."""
    language = shown.language
    return {
        "letter": True,
        "lang": language,
        "title": shown.title,
        "mark": DRAFT[language] if shown.warning else "",
        "again": "",
        "pages": PAGES[language],
        "to": shown.to,
        "day": shown.day,
        "warning": shown.warning,
        "headed": shown.headed,
        "parts": [_part(one, marked=bool(shown.sources)) for one in shown.parts],
        "signed": shown.signed,
        "notice": list(notice),
        "words": {"sources": "Sources"},
        "sources": [_source(one) for one in shown.sources],
    }


def pdf(document: Mapping[str, object], fonts: Path | None = None) -> bytes:
    """The PDF of what `of_sheet` or `of_letter` gave. Raises InputError where a character of it has no glyph."""
    # Made late: it is a library of 80 MB, which no other page needs.
    import typst

    families = typst.Fonts(False, False, [fonts]).families() if fonts else []
    told = json.dumps({**document, "fonts": families}, default=str)
    try:
        made = typst.compile(
            TEMPLATE,
            root=TEMPLATE.parent,
            font_paths=[fonts] if fonts else [],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"document": told},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        if _MISSING in str(error):
            raise InputError(NOT_SHOWN) from None
        raise
    assert isinstance(made, bytes)
    return made


def _line(one: PrintedLine, *, marked: bool = True) -> dict[str, object]:
    notes = one.notes if marked else ()
    return {
        "text": one.text,
        "marks": one.marks if notes else "",
        "first": notes[0] if notes else 0,
        "state": one.state if marked else "",
    }


def _part(part: Part, *, marked: bool = True) -> dict[str, object]:
    rows = [{"who": row.who, "lines": [_line(one, marked=marked) for one in row.lines]} for row in part.rows]
    return {"title": part.title, "tail": part.tail, "rows": rows}


def _source(source: Source) -> dict[str, object]:
    return asdict(source)
