"""Undo on the pages and in the API: offered to whoever decided last, refused to everybody else."""

from dataclasses import replace

from django.test import Client

from careloom.care.document import Finding, Proposal, Severity, Tier
from careloom.care.entry import Source
from careloom.care.worklist import Found, Sought, Whose
from careloom.review.tiers import WHOLE
from careloom.web.present.evidence import basis, show
from careloom.web.present.plan import finding_rows, stamp
from careloom.web.present.queue import Row, work_list
from careloom.web.present.told import in_words
from tests.web.desk import PASSWORD, AdasDesk, row_of
from tests.web.people import ENTRIES, NOW, PROPOSAL, RECORD

PLAN = f"/review/{PROPOSAL.id}"
API = f"/api/proposals/{PROPOSAL.id}"


def signs(client: Client, desk: AdasDesk) -> None:
    form = {"action": "approve", "stamp": stamp(desk.proposals[PROPOSAL.id]), "password": PASSWORD}
    assert client.post(f"{PLAN}/decide", form)["Location"] == f"{PLAN}/done"


def revision(desk: AdasDesk) -> dict[str, str]:
    return {"revision": str(desk.decisions[-1].revision)}


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_signature_is_undone_from_the_result_page(nurse: Client, desk: AdasDesk) -> None:
    signs(nurse, desk)
    assert "Undo the signature of 14 lines" in text(nurse, f"{PLAN}/done")
    assert "Undo the signature of 14 lines" in text(nurse, PLAN)
    answer = nurse.post(f"{PLAN}/undo", revision(desk))
    assert answer["Location"] == f"{PLAN}?undone=1"
    assert desk.proposals[PROPOSAL.id] == PROPOSAL
    shown = text(nurse, answer["Location"])
    assert "Taken back: the plan is as it was before." in shown and "data-undo" not in shown
    assert "Your signature of 14 lines no longer stands." in text(nurse, f"{PLAN}/done")


def test_the_same_button_pressed_twice_undoes_one_decision(nurse: Client, desk: AdasDesk) -> None:
    nurse.post(f"{PLAN}/lines/s6/strike", {"reason": "wrong"})
    signs(nurse, desk)
    button = revision(desk)
    assert nurse.post(f"{PLAN}/undo", button).status_code == 302
    assert nurse.post(f"{PLAN}/undo", button).status_code == 409
    assert desk.proposals[PROPOSAL.id].struck == ("s6",)
    assert "Undo the strike" in text(nurse, PLAN)


def test_a_returned_plan_comes_back_to_the_queue(nurse: Client, desk: AdasDesk) -> None:
    stamped = stamp(desk.proposals[PROPOSAL.id])
    form = {"action": "return", "stamp": stamped, "reason": "wrong", "words": "The dose."}
    assert nurse.post(f"{PLAN}/decide", form).status_code == 302
    assert "Undo the return" in text(nurse, PLAN)
    nurse.post(f"{PLAN}/undo", revision(desk))
    assert desk.proposals[PROPOSAL.id].status == "draft"


def test_nobody_is_offered_to_undo_what_another_decided(
    nurse: Client, physician: Client, desk: AdasDesk
) -> None:
    signs(nurse, desk)
    shown = text(physician, PLAN)
    assert "R. Blake signed 14 lines" in shown and "data-undo" not in shown
    assert physician.post(f"{PLAN}/undo", revision(desk)).status_code == 403
    assert desk.proposals[PROPOSAL.id].released


def test_what_is_filed_is_offered_to_nobody(physician: Client, desk: AdasDesk) -> None:
    signs(physician, desk)
    assert desk.proposals[PROPOSAL.id].status == "active"
    assert "data-undo" not in text(physician, f"{PLAN}/done")
    answer = physician.post(f"{PLAN}/undo", revision(desk))
    assert answer.status_code == 403 and "filed in the chart" in answer.content.decode()


def test_the_api_undoes_by_the_same_rules(nurse: Client, physician: Client, desk: AdasDesk) -> None:
    assert nurse.post(f"{API}/undo").status_code == 403
    signs(nurse, desk)
    assert physician.post(f"{API}/undo").status_code == 403
    assert nurse.post(f"{API}/undo").json()["released"] == {}
    decided = nurse.post(f"{API}/decide", {"action": "undo"}, content_type="application/json")
    assert decided.status_code == 422


def test_the_queue_says_when_only_the_whole_waits() -> None:
    loose = Finding("omission", Severity.HIGH, "a critical potassium", (ENTRIES[11].id,))
    every = {one.id: "u1" for one in PROPOSAL.document.statements}
    alone = replace(PROPOSAL, findings=(loose,), released=every)
    (row,) = rows_for(alone, Tier.PHYSICIAN)
    assert (row.yours, row.waits) == ("the whole", "")
    (row,) = rows_for(alone, Tier.NURSE)
    assert (row.yours, row.waits) == ("", "the whole for a physician")
    assert [one.untold for one in finding_rows(alone)] == [True]
    (row,) = rows_for(replace(alone, released={**every, WHOLE: "u2"}), Tier.NURSE)
    assert (row.yours, row.waits) == ("", "")


def rows_for(proposal: Proposal, reach: Tier) -> tuple[Row, ...]:
    found = Found((row_of(proposal, True),), 1, 0, {Whose.ALL: 1})
    return work_list(found, Sought(), NOW, reach).rows


def test_names_of_sources_have_no_underscores_where_people_read() -> None:
    (drug, *others) = RECORD.medications
    conflicts = tuple(replace(one, why="listed in riverside_ehr") for one in RECORD.conflicts)
    told = replace(
        RECORD,
        medications=(replace(drug, why="filled in harbor_pharmacy on 2026-11-02"), *others),
        conflicts=conflicts,
    )
    found = [basis(one, told) for one in PROPOSAL.document.statements]
    assert "filled in harbor pharmacy on 2026-11-02" in {
        in_words(drug.why) for one in found for drug in one.drugs
    }
    assert {in_words(conflict.why) for one in found for conflict in one.conflicts} == {
        "listed in riverside EHR"
    }


def test_a_quotation_begins_and_ends_with_whole_words() -> None:
    words = "takes ibuprofen for her knees"
    before, after = "a considerable beginning " * 12, " and a considerable ending" * 12
    note = replace(ENTRIES[3], text=f"{before}{words}{after}")
    start = len(before)
    place = f"characters {start}-{start + len(words)}"
    said = replace(
        ENTRIES[4], detail={"quote": words}, source=Source(note.source.message, place, note.source.system)
    )
    quote = show(said, [note]).quote
    assert quote is not None and quote.words == words
    whole = {"a", "considerable", "beginning", "and", "ending", ""}
    assert set(quote.before.strip("…").split(" ")) <= whole
    assert set(quote.after.strip("…").split(" ")) <= whole
