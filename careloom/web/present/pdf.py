"""A document for paper as a PDF: what the printed page holds, set by typst, tagged for screen readers (PDF/UA-1).

The same document gives the same bytes: no time of making is in it. What a source wrote is handed over as data and set as text; the
template opens no file, and no font but those that come with typst and the site's own (`CARELOOM_FONTS`) is used.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.utils.translation import get_language, gettext

from careloom.errors import InputError
from careloom.pipeline import Review
from careloom.text.direction import marked
from careloom.web.present.banner import Banner, banner
from careloom.web.present.kinds import named
from careloom.web.present.letter import Letter, letter
from careloom.web.present.printed import sheet
from careloom.web.present.receipt import receipt
from careloom.web.present.sheets import Part, PrintedLine, Sheet, Source

PAPER = Path(__file__).resolve().parents[1] / "paper"
# "Page 1 of 2", and how an unsigned document is called on each page, in the languages of letters.
PAGES: Mapping[str, tuple[str, str]] = {"en": ("Page", "of"), "es": ("Página", "de")}
DRAFT: Mapping[str, str] = {"en": "DRAFT — not signed", "es": "BORRADOR — sin firmar"}
BACK: Mapping[str, str] = {"en": "TAKEN BACK — not valid", "es": "RETIRADO — no es válido"}
NOT_SHOWN = (
    "this document has a character that no font of this site shows, so no PDF was made of it: use Print in the "
    "browser, or give a folder of fonts (CARELOOM_FONTS)"
)
_MISSING = "could not be displayed with"


def of_sheet(
    shown: Sheet, banner: Banner, notice: Sequence[str], sources: Sequence[str]
) -> dict[str, object]:
    """What the PDF of a sheet holds: the words of web/printed.html, without when it was printed, in the reader's language."""
    language = reading()
    born = " · ".join((banner.birth_date, gettext("MRN {mrn}").format(mrn=banner.mrn)))
    died = f" · {banner.deceased}" if banner.deceased else ""
    said = (f"{shown.drafted}.", shown.signed, shown.more, shown.coverage, shown.left_out)
    return {
        "letter": False,
        "lang": language,
        "written": "en",
        "title": shown.kind.title,
        "mark": "" if shown.filed else DRAFT[language],
        "again": f"{banner.name} · {born}",
        "pages": PAGES[language],
        "banner": {
            "name": banner.name,
            "person": f"{banner.age} {banner.sex} · {born}{died}",
            "fields": [asdict(one) for one in (banner.allergies, *banner.fields)],
        },
        "status": shown.status,
        "lead": " ".join(filter(None, said)),
        "words": {
            "sources": gettext("Sources"),
            "given": gettext("Given for it"),
            "findings": gettext("Findings"),
        },
        "top": [_line(one) for one in shown.top],
        "top_words": shown.top_words,
        "given": [asdict(one) for one in shown.given],
        "findings": [
            {"shape": one.mark.shape, "word": one.mark.word, "said": [asdict(part) for part in one.said]}
            for one in shown.findings
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
        "written": language,
        "asks": reading(),
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
        "words": {"sources": shown.sources_word},
        "sources": [_source(one) for one in shown.sources],
    }


def reading() -> str:
    """The language of whoever reads, of those that paper has."""
    return "es" if (get_language() or "").startswith("es") else "en"


def of_review(found: Review, now: datetime) -> dict[str, object]:
    """What the PDF of a document holds, as a letter or a sheet by its kind."""
    if named(found.proposal.document.kind).letter:
        words = letter(found, now)
        return _marked(of_letter(words, notice_of_letter(found)), found, words.language)
    shown = banner(found.record)
    made = sheet(found, now, " ".join((shown.words, *found.record.notice)))
    sources = receipt(found.record, found.proposal.document.model).sources
    return _marked(of_sheet(made, shown, found.record.notice, sources), found, reading())


def _marked(made: dict[str, object], found: Review, language: str) -> dict[str, object]:
    """The same, over which it stands that it was taken back where it was."""
    return made if found.back is None else {**made, "mark": BACK[language]}


def notice_of_letter(found: Review) -> tuple[str, ...]:
    """What must be said of what a letter cites."""
    return found.record.notice_with(
        one for line in found.proposal.document.statements for one in line.citations
    )


def file_name(found: Review) -> str:
    """What the PDF of a document is called: its kind and id, and nobody's name."""
    kind = found.proposal.document.kind.replace("_", "-")
    return f"{kind}-{found.proposal.id[:8]}.pdf"


def pdf(document: Mapping[str, object], fonts: Path | None = None, template: str = "document.typ") -> bytes:
    """The PDF of what `of_sheet`, `of_letter` or `report` gave. Raises InputError where a character of it has no glyph."""
    # Made late: it is a library of 80 MB, which no other page needs.
    import typst

    families = typst.Fonts(False, False, [fonts]).families() if fonts else []
    told = marked(json.dumps({**document, "fonts": families}, default=str, ensure_ascii=False))
    try:
        made = typst.compile(
            PAPER / template,
            root=PAPER,
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
