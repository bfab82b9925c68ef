"""The same page without a draft: a nurse begins it, types each line, says what it rests on, and signs by the same rules."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from careloom.demo import AS_OF, HERE
from careloom.errors import InputError, NotApproved
from careloom.pipeline import Pipeline
from careloom.pipeline.by_hand import put_before, steps
from careloom.store.users import Licence
from tests.flow.samuel import SAMUEL
from tests.web.desk import PASSWORD, have_read, say_yes, signed_in

LINE = {"section": "problem_list", "kind": "fact", "text": "Hypertension has been active since 2010-10-10."}


@pytest.fixture
def samuel(real: Pipeline) -> str:
    assert real.connect([HERE / "riverside_ehr" / "samuel-green.json"], source="riverside_ehr").rejected == []
    return real.find(SAMUEL)


@pytest.fixture
def rosa(real: Pipeline) -> Client:
    return signed_in("rosa")


@pytest.fixture
def begun(rosa: Client, samuel: str) -> str:
    """The address of a care plan that she began by hand."""
    answer = rosa.post(f"/draft/{samuel}/care_plan/by-hand")
    assert answer.status_code == 302
    return answer["Location"]


def shown(answer) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def hypertension(real: Pipeline, samuel: str) -> str:
    record = real.record_of(samuel, AS_OF)
    return next(one.id for one in record.entries if "hypertensive" in one.name.lower())


def test_kinds_that_can_be_written_offer_it_and_no_others(rosa, samuel):
    page = shown(rosa.get(f"/draft/{samuel}"))
    offered = set(re.findall(r"/draft/[^/]+/(\w+)/by-hand", page))
    assert {"care_plan", "clinical_summary"} <= offered
    assert not offered & {"visit_note", "patient_copy", "appointment_reminder", "prior_auth_letter"}
    assert rosa.post(f"/draft/{samuel}/visit_note/by-hand").status_code == 422
    assert rosa.post(f"/draft/{samuel}/nothing/by-hand").status_code == 404
    assert rosa.get(f"/draft/{samuel}/care_plan/by-hand").status_code == 405


def test_the_page_has_the_form_and_the_clock_of_writing(rosa, begun):
    page = shown(rosa.get(begun))
    assert "Nothing was drafted here" in page
    assert 'data-activity="write"' in page
    assert "Hypertensive disorder" in page.split('id="cite"')[1]


def test_she_types_a_line_cites_and_signs_it(real, rosa, samuel, begun):
    line = {**LINE, "cites": [hypertension(real, samuel)]}
    page = shown(rosa.post(f"{begun}/write", line, follow=True))
    assert "Hypertension has been active since 2010-10-10." in page
    assert "supported" in page
    signed = rosa.get(begun)
    assert "Sign 1 line" in signed.content.decode()


def test_what_she_types_is_kept_until_the_line_is_added(real, rosa, samuel, begun):
    kept = {"field": "write", "text": "Hypertension has been active since 2010-10-10.", "was": ""}
    assert rosa.post(f"{begun}/keep", kept).status_code == 204
    page = shown(rosa.get(begun))
    assert f'data-was="{kept["text"]}">{kept["text"]}</textarea>' in page
    other = rosa.post(f"{begun}/keep", {"field": "write", "text": "Other words.", "was": "never"})
    assert (other.status_code, other.json()["stands"]) == (409, kept["text"])
    assert kept["text"] not in shown(signed_in("osei").get(begun)), "it is hers alone"
    rosa.post(f"{begun}/write", {**LINE, "cites": [hypertension(real, samuel)]})
    assert 'data-was=""></textarea>' in shown(rosa.get(begun))


def test_what_can_not_be_added_is_said_and_what_was_typed_stays(rosa, begun):
    answer = rosa.post(f"{begun}/write", {**LINE, "text": "<b>He</b> walks", "cites": ["f" * 32]})
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert "not in the record" in page
    assert "&lt;b&gt;He&lt;/b&gt; walks</textarea>" in page


def test_a_slip_is_taken_out_by_whoever_typed_it(rosa, begun):
    page = shown(rosa.post(f"{begun}/write", {**LINE, "text": "He walks slowy."}, follow=True))
    out = re.search(r'action="(/review/[^"]+/out)"', page)
    assert out
    assert signed_in("osei").post(out[1]).status_code == 403
    assert "He walks slowy." not in shown(rosa.post(out[1], follow=True)).split('id="bar"')[0]


def test_a_check_against_todays_record_keeps_her_lines_in_a_new_document(real, rosa, samuel, begun):
    answer = rosa.post(f"{begun}/write", {**LINE, "cites": [hypertension(real, samuel)]})
    assert answer.status_code == 302
    answer = rosa.post(f"{begun}/again")
    assert answer["Location"] != begun
    page = shown(rosa.get(answer["Location"]))
    assert "Hypertension has been active" in page and "Write a line" in page
    assert "Write a line" not in shown(rosa.get(begun))


def test_who_may_not_decide_has_no_form_and_begins_nothing(real, rosa, samuel, begun):
    real.store.users.create("chad", role="community_health_worker", password=PASSWORD)
    worker = signed_in("chad")
    assert worker.post(f"/draft/{samuel}/care_plan/by-hand").status_code == 403
    assert worker.post(f"{begun}/write", LINE).status_code == 403
    assert "Write a line" not in shown(worker.get(begun))


def three(rosa: Client, begun: str) -> list[str]:
    """Three lines in one part, as she typed them."""
    for text in ("He walks alone.", "He eats well.", "He sleeps badly."):
        assert rosa.post(f"{begun}/write", {**LINE, "text": text}).status_code == 302
    return order(rosa, begun)


def order(client: Client, begun: str) -> list[str]:
    """The ids of the lines, from top to bottom."""
    return [one["id"] for one in client.get(f"/api/proposals/{begun.rsplit('/', 1)[1]}").json()["statements"]]


def test_a_line_is_put_further_up_and_down_and_undone_and_that_is_audited(real, rosa, samuel, begun):
    first, second, third = three(rosa, begun)
    pane = shown(rosa.get(f"{begun}?line={third}"))
    assert 'data-move="up"' in pane and 'data-move="down"' not in pane
    page = shown(rosa.post(f"{begun}/lines/{third}/move", {"before": second}, follow=True))
    assert order(rosa, begun) == [first, third, second]
    assert "You moved a line" in page and "Undo the move of a line" in page
    rosa.post(f"{begun}/lines/{first}/move", {"before": ""})
    assert order(rosa, begun) == [third, second, first]
    moves = [one for one in real.store.audit.of(samuel) if one["action"] == "move line"]
    assert len(moves) == 2 and all(one["actor"] and one["what"] == begun.rsplit("/", 1)[1] for one in moves)
    for left in ([first, third, second], [first, second, third]):
        last = real.store.proposals.decisions(begun.rsplit("/", 1)[1])[-1].revision
        assert rosa.post(f"/api/proposals/{begun.rsplit('/', 1)[1]}/undo").status_code == 200 and last
        assert order(rosa, begun) == left


def test_a_line_that_is_put_there_a_second_time_stands_there_once(real, rosa, begun):
    first, second, third = three(rosa, begun)
    for _ in range(3):
        assert rosa.post(f"{begun}/lines/{third}/move", {"before": first}).status_code == 302
    assert order(rosa, begun) == [third, first, second]
    kept = real.store.proposals.decisions(begun.rsplit("/", 1)[1])
    assert sum(not one.edits and not one.struck for one in kept) == 1


def test_a_line_is_not_moved_out_of_its_part_nor_once_it_is_signed_nor_by_who_may_not(
    real, rosa, samuel, begun
):
    first, second, third = three(rosa, begun)
    rosa.post(f"{begun}/write", {**LINE, "section": "goals", "kind": "goal", "text": "He wants to garden."})
    other = next(one for one in order(rosa, begun) if one not in (first, second, third))
    before = order(rosa, begun)
    for line, place in ((first, other), (first, "nothing"), ("nothing", first), (first, first)):
        assert rosa.post(f"{begun}/lines/{line}/move", {"before": place}).status_code == 422
    real.store.users.create("chad", role="community_health_worker", password=PASSWORD)
    assert signed_in("chad").post(f"{begun}/lines/{first}/move", {"before": third}).status_code == 403
    assert Client().post(f"{begun}/lines/{first}/move", {"before": third}).status_code == 302
    assert order(rosa, begun) == before
    proposal = real.store.proposals.get(begun.rsplit("/", 1)[1])
    signed = replace(proposal, released={first: "u1"})
    assert steps(signed, first) == (None, None) and steps(signed, second) == (first, "")
    with pytest.raises(NotApproved):
        put_before(signed, first, "")
    drafted = real.propose("test", samuel, as_of=AS_OF, model="none")
    with pytest.raises(InputError):
        put_before(drafted, drafted.document.statements[0].id, "")


def test_a_case_is_begun_written_put_in_order_amended_and_signed_by_the_api(real, rosa, samuel):
    kinds = {one["id"]: one for one in rosa.get("/api/kinds").json()["kinds"]}
    assert kinds["care_plan"]["by_hand"] and not kinds["visit_note"]["by_hand"]
    assert "problem_list" in {one["id"] for one in kinds["care_plan"]["sections"]}

    def post(address: str, **body: object):
        return rosa.post(f"/api{address}", body, content_type="application/json")

    begun = post(f"/patients/{samuel}/by-hand", kind="care_plan", once="case 7")
    assert begun.status_code == 200 and begun.json()["status"] == "draft"
    assert post(f"/patients/{samuel}/by-hand", kind="care_plan", once="case 7").status_code == 409
    assert post(f"/patients/{samuel}/by-hand", kind="visit_note").status_code == 422
    address = f"/proposals/{begun.json()['id']}"
    entries = rosa.get(f"/api{address}/entries").json()["entries"]
    cited = next(one["id"] for one in entries if "Hypertensive disorder" in one["words"])
    line = {**LINE, "citations": [cited], "once": "line 1"}
    first = post(f"{address}/lines", **line).json()["line"]
    assert post(f"{address}/lines", **line).status_code == 409, "sent twice, it is written once"
    wrong = {**LINE, "citations": ["f" * 32], "once": "line 2"}
    assert post(f"{address}/lines", **wrong).status_code == 422
    second = post(f"{address}/lines", **{**wrong, "text": "He walks.", "citations": [cited]})
    assert second.status_code == 200, "what did nothing may come again under its name"
    moved = post(f"{address}/lines/{first}/move", before="").json()
    assert moved["lines"] == [second.json()["line"], first]
    out = post(f"{address}/lines/{second.json()['line']}/take-out")
    assert out.json()["lines"] == [first]
    amended = post(
        f"{address}/decide", action="amend", edits={first: "Hypertension is active since 2010-10-10."}
    )
    assert amended.status_code == 200
    again = post(f"{address}/check-again").json()
    now = rosa.get(f"/api/proposals/{again['id']}").json()
    assert [one["text"] for one in now["statements"]] == ["Hypertension is active since 2010-10-10."]
    assert rosa.get(f"/api{address}").json()["status"] == "on-hold"
    assert post(f"{address}/check-again").status_code == 422
    have_read(rosa, real.store.proposals.get(again["id"]))
    say_yes(rosa, real.store.proposals.get(again["id"]))
    signed = post(
        f"/proposals/{again['id']}/decide", action="approve", password=PASSWORD, lines=[first],
        stamp=rosa.get(f"/api/proposals/{again['id']}").json()["stamp"],
    )  # fmt: skip
    assert signed.status_code == 200 and first in signed.json()["released"]


def test_a_token_writes_lines_by_its_scope_alone_and_never_signs(real, rosa, samuel, begun):
    address = f"/api/proposals/{begun.rsplit('/', 1)[1]}"
    for scopes, status in ((("write:lines",), 200), (("write:drafts",), 403)):
        _, secret = real.store.tokens.add(
            f"t{status}", user="rosa", scopes=scopes, now=timezone.now(), days=1
        )
        machine = Client(headers={"Authorization": f"Bearer {secret}"})
        line = {**LINE, "text": f"He walks {status} steps."}
        answer = machine.post(f"{address}/lines", line, content_type="application/json")
        assert answer.status_code == status
        signing = {"action": "approve", "stamp": "x", "password": PASSWORD}
        assert machine.post(f"{address}/decide", signing, content_type="application/json").status_code == 403


def test_an_empty_document_has_nothing_to_sign_and_says_so(real, rosa, begun):
    physician = signed_in("osei")
    have_read(physician, real.store.proposals.get(begun.rsplit("/", 1)[1]))
    for client in (rosa, physician):
        page = shown(client.get(begun))
        assert "Nothing is written yet, so there is nothing to sign." in page
        assert "All signed" not in page and "All lines are signed" not in page
        assert "Sign the whole" not in page and "then filed in the chart" not in page


def test_a_nurse_whose_licence_expired_is_told_before_she_signs(real, rosa, samuel, begun):
    rosa.post(f"{begun}/write", {**LINE, "cites": [hypertension(real, samuel)]})
    assert "Your licence" not in shown(rosa.get("/yours"))
    real.store.users.set_licence("rosa", Licence("MA", "RN1", date(2026, 10, 31)), independent=False)
    for address in (begun, "/yours"):
        page = shown(rosa.get(address))
        assert "Your licence expired on 2026-10-31: you may read, and sign nothing" in page, address
    assert "Sign 1 line" not in shown(rosa.get(begun))
    real.store.users.set_licence("rosa", None, independent=False)
    assert "No licence of yours is recorded" in shown(rosa.get(begun))


def typed(rosa: Client, begun: str, text: str) -> tuple[str, str]:
    """A line that she typed citing nothing: its id, and the evidence pane that then stands beside it."""
    answer = rosa.post(f"{begun}/write", {**LINE, "text": text})
    line = re.search(r"line=(\w+)", answer["Location"])
    assert line
    return line[1], shown(rosa.get(f"{begun}?line={line[1]}")).split('id="evidence"')[1]


def test_a_typed_line_is_offered_what_its_words_match_best_and_cites_nothing_by_itself(
    real, rosa, samuel, begun
):
    line, pane = typed(rosa, begun, LINE["text"])
    assert "The record speaks of it here" in pane and "bears out the whole line" in pane
    offered = re.findall(r'name="entry" value="(\w+)"', pane)
    assert offered[0] == hypertension(real, samuel) and len(offered) <= 3
    proposal = begun.rsplit("/", 1)[1]
    (before,) = real.store.proposals.get(proposal).document.statements
    assert before.citations == () and before.verdict != "supported"
    rosa.post(f"{begun}/lines/{line}/cite", {"entry": offered[0]})
    (after,) = real.store.proposals.get(proposal).document.statements
    assert after.citations == (offered[0],) and after.verdict == "supported" and after.text == LINE["text"]
    assert "The record speaks of it here" not in shown(rosa.get(f"{begun}?line={line}"))
    assert [one for one in real.store.audit.of(samuel) if one["action"] == "cite entry"]
    rosa.post(f"{begun}/undo", {"revision": str(len(real.store.proposals.decisions(proposal)))})


def test_what_the_record_says_otherwise_or_not_at_all_is_not_offered(rosa, begun):
    _, pane = typed(rosa, begun, "Hypertension has been active since 1999-01-01.")
    assert "bears out the whole line" not in pane
    _, pane = typed(rosa, begun, "He has a parrot named Kiko.")
    assert "The record speaks of it here" not in pane


def test_nothing_is_cited_that_is_not_in_the_record_and_nothing_behind_a_signed_line(
    real, rosa, samuel, begun
):
    line, _ = typed(rosa, begun, LINE["text"])
    assert rosa.post(f"{begun}/lines/{line}/cite", {"entry": "0" * 64}).status_code == 422
    assert rosa.post(f"{begun}/lines/nothing/cite", {"entry": "x"}).status_code in (404, 422)
    entry = hypertension(real, samuel)
    assert rosa.post(f"{begun}/lines/{line}/cite", {"entry": entry}).status_code == 302
    assert rosa.post(f"{begun}/lines/{line}/cite", {"entry": entry}).status_code == 422, "once is enough"
    real.store.users.create("ned", name="N. Ash", role="medical_assistant", password=PASSWORD)
    assert signed_in("ned").post(f"{begun}/lines/{line}/cite", {"entry": entry}).status_code == 403
