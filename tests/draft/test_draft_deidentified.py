"""An endpoint that may receive only what was scrubbed: no identifier of the person is in what it is asked, and the draft comes back with the right names."""

import json
from dataclasses import replace

import pytest

from careloom import draft
from careloom.care.entry import HumanName, Identifier, Person
from careloom.llm import Endpoint, OpenAI, Remembered
from careloom.privacy.known import known
from tests.draft.drafted import texts, unsupported, won
from tests.draft.people import KNOWLEDGE, Told
from tests.draft.test_draft_bad_model import _Asked
from tests.draft.test_draft_prose import by_model, faithful

INEZ = Person(
    identifiers=(Identifier("urn:mrn", "QX-88231"),),
    names=(HumanName(family="Castellano", given=("Inez",)),),
    birth_date="1951-03-04",
    sex="female",
    addresses=("18 Lindenhof Road, Worcester, MA 01609",),
    telecoms=("508-555-0142",),
)
TOLD = "Heart failure (says Rosamund Castellano, 508-555-0142, of Inez, 3/4/1951, QX-88231)"
IDENTIFIERS = (
    "Castellano", "Inez", "Rosamund", "1951", "3/4/1951", "508-555-0142", "5550142", "QX-88231", "Lindenhof", "Worcester", "01609", "2023-11-02",
)  # fmt: skip


def inez() -> Told:
    told = Told(INEZ)
    told.patient()
    told.problem(TOLD, on="2023-11-02")
    told.problem("Gout (disorder)", "90560007", on="2019-02-01")
    told.drug(
        "furosemide 40 MG Oral Tablet",
        "Take 1 tablet (40 mg) by mouth once daily",
        on="2026-06-16",
        system="rosamund_castellano_rn",
    )
    told.fill("furosemide 20 MG Oral Tablet", "2026-10-30")
    return told


def drafted(endpoint, said, *, who=INEZ, kind="clinical_summary", knows=True):
    endpoint.answer = lambda body: said(_Asked(body["messages"][-1]["content"]))
    model = OpenAI(Endpoint(url=endpoint.url, model="m", timeout=5.0, retries=0, deidentified=True))
    told = inez()
    terms = {"kind": kind, "answers": Remembered()}
    document = draft.write(
        told.record(), KNOWLEDGE, model, calls=8, tables=[won(model)],
        known=[known([who], others=["Rosamund Castellano"])] if knows else None, **terms,
    )  # fmt: skip
    return told, document, draft.write(told.record(), KNOWLEDGE, None, calls=0, **terms)


@pytest.mark.parametrize("kind", ["clinical_summary", "care_plan"])
def test_no_identifier_is_in_the_question_and_the_names_come_back(endpoint, kind):
    told, document, _ = drafted(endpoint, faithful, kind=kind)
    sent = json.dumps(endpoint.asked)
    assert endpoint.asked and not [one for one in IDENTIFIERS if one in sent]
    assert by_model(document) and unsupported(told, document) == []
    back = TOLD if kind == "clinical_summary" else "rosamund castellano rn lists furosemide"
    assert any(back.lower() in one.text.lower() for one in by_model(document))


@pytest.mark.parametrize("strange", ["Q9", "V7", "D8", "[person 2771]", "[patient]", "Mrs. Castellano"])
def test_an_answer_with_a_mark_that_was_never_sent_is_refused(endpoint, strange):
    _, document, plain = drafted(
        endpoint, lambda prompt: faithful(prompt).replace(" [1]", f" by {strange} [1]")
    )
    assert endpoint.asked and by_model(document) == []
    assert texts(document) == texts(plain) and strange not in "".join(texts(document))


def test_a_mark_that_is_swapped_for_another_fact_s_is_refused(endpoint):
    swap = {"D1": "D2", "D2": "D1", "Q1": "Q2", "Q2": "Q1"}

    def swapped(prompt):
        return " ".join(swap.get(word.strip(".;,"), word) for word in faithful(prompt).split(" "))

    _, document, plain = drafted(endpoint, swapped)
    assert endpoint.asked and texts(document) == texts(plain)


def test_what_bears_a_name_of_the_person_all_the_same_is_not_sent_and_the_draft_says_so(endpoint):
    called = replace(INEZ, names=(HumanName(family="Furosemide", given=("Gout",)),))
    _, document, plain = drafted(endpoint, faithful, who=called, kind="care_plan")
    assert "furosemide" not in json.dumps([one["messages"][-1] for one in endpoint.asked]).lower()
    assert "What may hold an identifier was not sent to it" in document.model.note
    assert [one for one in texts(plain) if "urosemide" in one] == [
        one for one in texts(document) if "urosemide" in one
    ]


def test_nothing_is_asked_where_nobody_says_what_is_known_of_the_person(endpoint):
    _, document, plain = drafted(endpoint, faithful, knows=False)
    assert not endpoint.asked and texts(document) == texts(plain)
