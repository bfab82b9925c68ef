"""Pages speak of each kind by its own name, in its own order, with what was given for it beside the document."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from careloom import draft
from careloom.care.document import Demands, Proposal
from careloom.draft import Writing
from tests.web import invented_kinds as kinds
from tests.web.desk import PASSWORD, AdasDesk
from tests.web.people import DOCUMENT, PROPOSAL, STATEMENTS

PLAN = f"/review/{PROPOSAL.id}"


@pytest.fixture
def letter(desk: AdasDesk, invented: None) -> Proposal:
    """An invented letter about Ada: what is known, then what is asked; its kind asks the other way round."""
    lines = (
        replace(STATEMENTS[5], section="known"),
        replace(STATEMENTS[4], section="asked", rank=1),
        replace(STATEMENTS[0], section="asked", rank=900),
    )
    document = replace(
        DOCUMENT,
        kind="invented_letter",
        statements=lines,
        top=(STATEMENTS[0].id,),
        demands=Demands(whole=True),
        given={"words": "She can't lift.\nPlease be kind.", "to": "Mr. Budd, <the depot>"},
    )
    made = replace(PROPOSAL, document=document, findings=())
    desk.proposals[PROPOSAL.id] = made
    return made


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    unbroken = re.sub(r'<span class="nowrap">([^<]*)</span>', r"\1", answer.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", unbroken).split())


def test_a_letter_is_called_a_letter_wherever_it_is_spoken_of(nurse: Client, letter: Proposal) -> None:
    shown = text(nurse, PLAN)
    assert "Invented letter · draft" in shown and "Return this letter" in shown
    assert "Sign 3 lines; the letter is then filed in the chart." in shown
    assert "Care plan" not in shown and "the plan" not in shown
    assert "1 letter to review" in text(nurse, "/queue") and "Invented letter" in text(nurse, "/queue")


def test_what_was_decided_about_a_letter_speaks_of_the_letter(nurse: Client, letter: Proposal) -> None:
    stamp = nurse.get(f"/api/proposals/{letter.id}").json()["stamp"]
    sent = {"action": "approve", "stamp": stamp, "password": PASSWORD}
    done = nurse.post(f"{PLAN}/decide", sent, follow=True).content.decode()
    assert "The letter is filed in the chart" in done and "Invented letter of" in done
    assert "This letter is filed in the chart." in text(nurse, PLAN)


def test_a_document_that_is_read_whole_stands_in_its_kinds_order_and_unfolded(
    nurse: Client, letter: Proposal
) -> None:
    shown = nurse.get(PLAN).content.decode()
    places = [
        shown.index(f'id="line-{one}"') for one in (STATEMENTS[4].id, STATEMENTS[0].id, STATEMENTS[5].id)
    ]
    assert places == sorted(places)
    assert shown.index("What we ask of you") < shown.index("What is known")
    assert 'class="number"' not in shown
    assert "Top three" not in shown and "The first" not in shown and 'data-section="' not in shown


def test_what_was_given_stands_beside_the_document_in_the_order_in_which_it_is_asked_for(
    nurse: Client, letter: Proposal
) -> None:
    shown = nurse.get(PLAN).content.decode()
    assert shown.index("Mr. Budd, &lt;the depot&gt;") < shown.index("She can&#x27;t lift.<br>Please be kind.")
    assert "Given for it" in shown and "<dt>To whom</dt>" in shown


def test_a_letter_is_set_as_a_letter_with_footnotes_for_a_professional_alone(
    nurse: Client, desk: AdasDesk, letter: Proposal
) -> None:
    shown = text(nurse, f"{PLAN}/printed")
    assert "This is a draft" in shown and "not to be given to anybody" in shown
    assert "Sources" in shown and "Northgate EHR" in shown and "About Ada Moreno, born 1965-03-02" in shown
    copy = replace(letter.document, kind="invented_copy")
    desk.proposals[PROPOSAL.id] = replace(letter, document=copy)
    hers = text(nurse, f"{PLAN}/printed")
    assert (
        "Sources" not in hers and "Northgate" not in hers and "MRN" not in hers and "For Ada Moreno" in hers
    )
    assert letter.document.statements[0].text in hers


def test_a_patients_letter_stands_in_the_patients_language_under_its_own_headings(
    nurse: Client, desk: AdasDesk, letter: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Writing(lambda: replace(kinds.copy(), headings=False), kinds.write)
    monkeypatch.setitem(draft.KINDS, "invented_copy", copy)  # type: ignore[arg-type]
    one, two = (replace(line, section="asked") for line in letter.document.statements[:2])
    lines = (
        replace(one, text="Lo que usted va a hacer", filled_from="plan.es@1/lead_you"),
        replace(two, text="Mida su presión en casa.", filled_from="plan.es@1/measure"),
    )
    document = replace(letter.document, kind="invented_copy", statements=lines)
    desk.proposals[PROPOSAL.id] = replace(letter, document=document, released={})
    shown = nurse.get(f"{PLAN}/printed").content.decode()
    assert "<h2>Lo que usted va a hacer</h2>" in shown and shown.count("Lo que usted va a hacer") == 1
    assert "Para Ada Moreno" in shown and re.search(r"\d de \w+ de 20\d\d", shown)
    assert '<div lang="es">' in shown


def test_a_message_has_headings_for_whoever_reviews_it_and_none_on_paper(
    nurse: Client, letter: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = Writing(lambda: replace(kinds.letter(), headings=False), kinds.write)
    monkeypatch.setitem(draft.KINDS, "invented_letter", silent)  # type: ignore[arg-type]
    assert "What we ask of you" in text(nurse, PLAN)
    assert '<h1 class="hear">' in nurse.get(f"{PLAN}/printed").content.decode()
    shown = text(nurse, f"{PLAN}/printed")
    assert "What we ask of you" not in shown and letter.document.statements[0].text in shown


def test_a_letter_that_is_filed_says_who_signed_it_and_holds_nothing_else(
    nurse: Client, desk: AdasDesk, letter: Proposal
) -> None:
    struck = letter.document.statements[0]
    nurse.post(f"{PLAN}/lines/{struck.id}/strike", {"reason": "wrong"})
    stamp = nurse.get(f"/api/proposals/{letter.id}").json()["stamp"]
    nurse.post(f"{PLAN}/decide", {"action": "approve", "stamp": stamp, "password": PASSWORD})
    shown = text(nurse, f"{PLAN}/printed")
    assert "read and signed by R. Blake, nurse." in shown and "This is a draft" not in shown
    assert struck.text not in shown
    assert letter.document.statements[1].text in shown


def test_the_queue_counts_documents_where_several_kinds_wait(
    nurse: Client, desk: AdasDesk, letter: Proposal
) -> None:
    desk.proposals["6" * 32] = replace(PROPOSAL, id="6" * 32)
    assert "2 documents to review" in text(nurse, "/queue")


def test_a_kind_that_is_drafted_no_more_is_still_shown(nurse: Client, desk: AdasDesk) -> None:
    document = replace(DOCUMENT, kind="old_leaflet", given={"who": "her"})
    desk.proposals[PROPOSAL.id] = replace(PROPOSAL, document=document)
    shown = text(nurse, PLAN)
    assert "Old leaflet · draft" in shown and "Problem list" in shown and "her" in shown
