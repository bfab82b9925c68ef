"""A document as a PDF: what the printed page says, with footnotes, on letter pages, the same bytes each time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from time import process_time

import pypdfium2
import pytest
from django.test import Client

from careloom import demo, draft
from careloom.care.document import Action, Proposal
from careloom.care.entry import HumanName
from careloom.draft import Writing
from careloom.errors import InputError
from careloom.pipeline import Pipeline
from careloom.web.present.banner import banner
from careloom.web.present.letter import letter as letter_of
from careloom.web.present.pdf import of_letter, of_sheet, pdf
from careloom.web.present.printed import sheet
from tests.web import invented_kinds as kinds
from tests.web.desk import PASSWORD, AdasDesk, signed_in
from tests.web.people import DOCUMENT, NOW, PROPOSAL, QUOTE, RECORD, STATEMENTS, statement
from tests.web.test_web_flow import plan_of_ada
from tests.web.test_web_kinds import letter
from tests.web.test_web_plan import review

__all__ = ["letter"]
pytestmark = pytest.mark.django_db
PLAN = f"/review/{PROPOSAL.id}"
FONTS = Path("/usr/share/fonts/truetype/dejavu")


@contextmanager
def opened(body: bytes) -> Iterator[pypdfium2.PdfDocument]:
    found = pypdfium2.PdfDocument(body)
    try:
        yield found
    finally:
        found.close()


def pages(body: bytes) -> list[str]:
    """The words of each page, as somebody who copies them out gets them."""
    with opened(body) as found:
        told = []
        for page in found:
            text = page.get_textpage()
            told.append(
                " ".join(
                    text.get_text_range()
                    .replace("\ufffe", "-")
                    .replace("\u2060\r\n", "")
                    .replace("\u2060", "")
                    .split()
                )
            )
            text.close()
            page.close()
    return told


def got(client: Client, address: str = f"{PLAN}/pdf") -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    return bytes(answer.content)


def of_plan(proposal: Proposal = PROPOSAL, now: datetime = NOW) -> bytes:
    found = review(proposal)
    return pdf(of_sheet(sheet(found, now), banner(found.record), (), ("Northgate EHR",)))


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def test_the_pdf_says_what_the_printed_page_says_word_for_word(nurse: Client) -> None:
    page = nurse.get(f"{PLAN}/printed").content.decode()
    shown = re.sub(
        r'<p class="no-print.*?</p>',
        "",
        page[page.index('<main id="content"') : page.index("</main>")],
        flags=re.S,
    )
    paper = words_of(unescape(re.sub(r"<[^>]+>", " ", shown)))
    said = words_of(" ".join(pages(got(nurse))))
    # The PDF leaves out when the page was printed, and has its own frame: DRAFT, the title below, "Page 1 of 1".
    missing = [one for one in set(paper) if paper.count(one) > said.count(one)]
    assert set(missing) <= {"printed", *words_of(re.search(r"printed ([^.]*)\.", shown)[1])}  # type: ignore[index]
    more = [one for one in set(said) if said.count(one) > paper.count(one)]
    assert set(more) <= {"draft", "not", "signed", "care", "plan", "page", "of", "1", "2", "3"}


def test_each_line_leads_to_its_footnotes_with_source_value_unit_day_and_the_words_of_a_note() -> None:
    said = " ".join(pages(of_plan()))
    assert "38 mL/min/1.73 m² on 2026-11-12.1,2" in said
    assert "2 eGFR (CKD-EPI 2021) 38 mL/min/1.73 m², 2026-11-12" in said
    assert f"ibuprofen 600, 2026-10-09: “{QUOTE.rstrip('.')[:30]}" in said
    assert "Guidelines" in said and "An invented guideline" in said


def test_of_a_filed_document_only_what_was_filed_is_printed_and_how_many_lines_were_not() -> None:
    signed, left = STATEMENTS[:2], STATEMENTS[2:]
    filed = replace(PROPOSAL, status="active", released={one.id: "u1" for one in signed})
    told = " ".join(" ".join(pages(of_plan(filed))).split())
    assert "not signed" not in told
    assert f"{len(left)} lines of the draft were not filed, and left out here." in told
    assert signed[0].text[:30] in told and not [one for one in left if one.text[:40] in told]
    draft = " ".join(" ".join(pages(of_plan(replace(PROPOSAL, released={signed[0].id: "u1"})))).split())
    assert "not signed" in draft and "left out here" not in draft


def test_an_unsigned_document_says_so_on_every_page_and_a_filed_one_nowhere() -> None:
    lines = tuple(
        statement(n, "interventions", "fact", "The plan says in many words what is done and why. " * 3, 1)
        for n in range(100, 200)
    )
    long = replace(PROPOSAL, document=replace(DOCUMENT, statements=(*STATEMENTS, *lines)))
    told = pages(of_plan(long))
    assert len(told) == 2 and all("DRAFT — not signed" in one for one in told)
    assert "Page 1 of 2" in told[0] and "Page 2 of 2" in told[1]
    assert "Ada Moreno · 1965-03-02" in told[1]
    filed = pages(of_plan(replace(PROPOSAL, status="active", released={one.id: "u1" for one in STATEMENTS})))
    assert all("DRAFT" not in one for one in filed) and "filed in the chart" in filed[0]


def test_the_same_document_gives_the_same_bytes_whenever_it_is_asked_for() -> None:
    first = of_plan()
    assert first == of_plan(now=NOW + timedelta(hours=3))
    assert first != of_plan(replace(PROPOSAL, struck=("s6",)))
    assert not re.search(rb"/CreationDate|/ModDate|CreateDate|MetadataDate", first)


def test_it_is_tagged_says_its_language_and_holds_no_name_in_its_properties(nurse: Client) -> None:
    body = got(nurse)
    assert b"/StructTreeRoot" in body and b"/Marked true" in body
    assert b"pdfuaid" in body and b"/Lang(en" in body
    with opened(body) as found:
        assert found.get_metadata_dict()["Title"] == "Care plan"
    outside = re.sub(rb"stream.*?endstream", b"", body, flags=re.S)
    assert b"Moreno" not in outside
    answer = nurse.get(f"{PLAN}/pdf")
    assert answer["Content-Disposition"] == f'inline; filename="care-plan-{PROPOSAL.id[:8]}.pdf"'


HOSTILE = (
    "#read(\"/etc/passwd\")", "#sys.inputs", "$x^2$ *bold* _it_", "<script>alert(1)</script>", "{{7*7}}", "=cmd()",
    "@preview/x:1.0", "#import \"x\"", "\\#{1+1}", "// gone", "http://169.254.169.254/",
)  # fmt: skip


def test_markup_in_a_name_or_a_line_stays_words() -> None:
    lines = tuple(
        statement(n, "interventions", "fact", f"{text} stays.", 1) for n, text in enumerate(HOSTILE, 100)
    )
    who = replace(RECORD.demographics, names=(HumanName(family=HOSTILE[0], given=()),))
    found = review(replace(PROPOSAL, document=replace(DOCUMENT, statements=(*STATEMENTS, *lines))))
    found = replace(found, record=replace(RECORD, demographics=who))
    body = pdf(of_sheet(sheet(found, NOW), banner(found.record), (), ("#1+1",)))
    said = "".join(" ".join(pages(body)).split())
    for one in HOSTILE:
        assert "".join(one.split()) in said, one
    assert "root:x:" not in said and "#1+1" in said
    assert b"/URI" not in body and b"/JavaScript" not in body and b"/EmbeddedFile" not in body


def test_signs_of_our_own_and_of_other_latin_scripts_are_printed() -> None:
    text = "≥ 7.0 ≤ µ ² → – — ’ “ ” · ▲ ✓ ñ á É ü ¿ Nguyễn Thị Hương, Łódź, Ελένη, Иванова"
    plan = replace(
        PROPOSAL,
        document=replace(DOCUMENT, statements=(*STATEMENTS, statement(100, "goals", "fact", text, 1))),
    )
    said = " ".join(pages(of_plan(plan)))
    for one in text.split():
        assert one in said, one


def test_a_name_in_a_script_without_a_font_makes_no_pdf_with_boxes_but_says_so(
    nurse: Client, desk: AdasDesk
) -> None:
    line = statement(100, "goals", "fact", "The daughter is called 王小明.", 1)
    plan = replace(PROPOSAL, document=replace(DOCUMENT, statements=(*STATEMENTS, line)))
    with pytest.raises(InputError, match="no font of this site"):
        of_plan(plan)
    desk.proposals[PROPOSAL.id] = plan
    answer = nurse.get(f"{PLAN}/pdf")
    assert answer.status_code == 422 and "use Print in the browser" in answer.content.decode()
    assert "王小明" in nurse.get(f"{PLAN}/printed").content.decode()
    assert nurse.get(f"/api/proposals/{PROPOSAL.id}/pdf").status_code == 422


@pytest.mark.skipif(not FONTS.is_dir(), reason="no fonts of DejaVu lie on this machine")
def test_a_folder_of_fonts_shows_more_scripts() -> None:
    line = statement(100, "goals", "fact", "She is called ⵣⴰⵀⵔⴰ.", 1)
    found = review(replace(PROPOSAL, document=replace(DOCUMENT, statements=(*STATEMENTS, line))))
    told = of_sheet(sheet(found, NOW), banner(found.record), (), ("x",))
    with pytest.raises(InputError):
        pdf(told)
    assert pdf(told, FONTS).startswith(b"%PDF")


def test_a_patients_letter_is_in_her_language_and_holds_no_id(
    nurse: Client, desk: AdasDesk, letter: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Writing(lambda: replace(kinds.copy(), headings=False), kinds.write)
    monkeypatch.setitem(draft.KINDS, "invented_copy", copy)  # type: ignore[arg-type]
    line = replace(letter.document.statements[0], section="asked")
    lines = (replace(line, text="Mida su presión en casa.", filled_from="plan.es@1/measure"),)
    document = replace(letter.document, kind="invented_copy", statements=lines)
    desk.proposals[PROPOSAL.id] = replace(letter, document=document, released={})
    body = got(nurse)
    [told] = pages(body)
    assert "BORRADOR — sin firmar" in told and "Para Ada Moreno" in told and "Página 1 de 1" in told
    assert "Mida su presión en casa." in told and b"/Lang(es" in body
    assert "4471" not in told and PROPOSAL.id[:8] not in told and "Northgate" not in told


def test_a_letter_to_professionals_has_its_sources_and_who_signed_it(nurse: Client, letter: Proposal) -> None:
    stamp = nurse.get(f"/api/proposals/{letter.id}").json()["stamp"]
    nurse.post(f"{PLAN}/decide", {"action": "approve", "stamp": stamp, "password": PASSWORD})
    told = " ".join(pages(got(nurse)))
    assert "read and signed by R. Blake, nurse." in told and "DRAFT" not in told
    assert "SOURCES" in told.upper() and "Northgate EHR" in told


def test_the_notice_of_part_2_stands_in_the_pdf() -> None:
    notice = ("42 CFR part 2 prohibits unauthorized use or disclosure of these records.",)
    found = review()
    made = pdf(of_sheet(sheet(found, NOW), banner(found.record), notice, ("x",)))
    assert notice[0] in " ".join(pages(made))
    told = of_letter(letter_of(found, NOW), notice)
    assert notice[0] in " ".join(pages(pdf(told)))


# What each kind must be told; what needs nothing isn't here.
GIVEN = {
    "patient_copy": {"recipient": "patient"},
    "outreach_message": {"ask": "bring_medicines", "channel": "portal"},
    "prior_auth_letter": {
        "policy": "Coverage criteria:\n1. The patient has a diagnosis of type 2 diabetes.",
        "service": "semaglutide",
    },
    "visit_note": {
        "day": "2026-11-20",
        "way": "phone",
        "reached": "reached",
        "whom": "patient",
        "reported": "tired",
    },
}
# Short texts to a patient cite nothing on paper; a reminder is of a visit that is booked, and Ada has none.
WITHOUT_NOTES, NOT_HERS = {"outreach_message", "education", "patient_copy"}, {"appointment_reminder"}


def test_a_document_of_each_kind_is_taken_as_a_pdf_with_its_footnotes_and_that_is_audited(
    real: Pipeline,
) -> None:
    plan = plan_of_ada(real)
    who, osei, rosa = plan.document.patient, real.store.users.reviewer("osei"), signed_in("rosa")
    real.decide(osei, plan.id, Action.APPROVE, opened=[one.id for one in plan.document.statements])
    for kind in [one for one in draft.KINDS if one not in NOT_HERS]:
        given = GIVEN.get(kind, {})
        made = real.propose("operator", who, kind=kind, as_of=demo.AS_OF, model="none", given=given)
        body = got(rosa, f"/review/{made.id}/pdf")
        told = " ".join(pages(body))
        cites = [one for one in made.document.statements if one.citations]
        noted = ("Sources" if kind == "prior_auth_letter" else "SOURCES") in told
        assert cites and noted == (kind not in WITHOUT_NOTES), kind
        assert got(rosa, f"/api/proposals/{made.id}/pdf") == body
        taken = [one for one in real.store.audit.of(who) if one["action"] == "export document"]
        assert [one["what"] for one in taken].count(made.id) == 2 and all(one["actor"] for one in taken)


def test_adas_plan_is_set_on_two_pages_at_most(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    took = process_time()
    told = pages(got(signed_in("rosa"), f"/review/{plan.id}/pdf"))
    assert process_time() - took < 5
    assert 1 <= len(told) <= 2 and f"Page 1 of {len(told)}" in told[0]


def test_nobody_outside_the_care_team_gets_it(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    real.access.join("operator", plan.document.patient, "osei")
    rosa = signed_in("rosa")
    assert rosa.get(f"/review/{plan.id}/pdf").status_code == 403
    assert rosa.get(f"/api/proposals/{plan.id}/pdf").status_code == 403
    assert Client().get(f"/review/{plan.id}/pdf").status_code == 302


SPANISH = {"Accept-Language": "es"}


def test_whoever_reads_spanish_gets_the_same_lines_with_spanish_around_them(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    rosa, address = signed_in("rosa"), f"/review/{plan.id}/pdf"
    answer = rosa.get(address, headers=SPANISH)
    told, english = pages(answer.content), pages(got(rosa, address))
    assert b"/Lang(es" in answer.content and b"/Lang(en" in answer.content
    assert all(
        "BORRADOR — sin firmar" in one and "Página" in one and "Plan de cuidados" in one for one in told
    )
    said = " ".join(told)
    for words in ("FUENTES", "HALLAZGOS", "Redactado el", "Firmadas 0 de", "Guías", "Exp."):
        assert words in said, words
    for words in (
        "DRAFT",
        "SOURCES",
        "FINDINGS",
        "Drafted",
        "Guidelines",
        "Top three",
        "not signed",
        "Page ",
    ):
        assert words not in said, words
    first = next(one for one in plan.document.statements if one.id == plan.document.top[0])
    assert first.text[:40] in said and first.text[:40] in " ".join(english)
    assert got(rosa, f"/api/proposals/{plan.id}/pdf") == got(rosa, address)
    by_api = rosa.get(f"/api/proposals/{plan.id}/pdf", headers=SPANISH)
    assert by_api.content == got(rosa, address), "the API stays in English"


def test_a_patients_letter_is_in_her_language_whoever_reads_it(real: Pipeline) -> None:
    plan = plan_of_ada(real)
    who, osei, rosa = plan.document.patient, real.store.users.reviewer("osei"), signed_in("rosa")
    real.decide(osei, plan.id, Action.APPROVE, opened=[one.id for one in plan.document.statements])
    made = real.propose(
        "operator", who, kind="patient_copy", as_of=demo.AS_OF, model="none", given={"recipient": "patient"}
    )
    shown = letter_of(real.review(real.store.users.reviewer("rosa"), made.id), NOW)
    assert shown.language == "es", "Ada's language is Spanish"
    for headers in ({}, SPANISH):
        answer = rosa.get(f"/review/{made.id}/pdf", headers=headers)
        said = " ".join(pages(answer.content))
        assert "BORRADOR — sin firmar" in said and "Página 1 de" in said and "Para Ada Moreno" in said
        assert shown.title in said and "DRAFT" not in said and "Page 1" not in said
        asks = "No debe entregarse a nadie" if headers else "It is not to be given to anybody"
        assert asks in said, "what keeps it from being handed out is for whoever reads it here"
