"""The pages and the API of second readings: blind until she has said what she thinks, and closed to whoever isn't her."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from careloom.care.document import Action, Proposal
from careloom.care.second import Ground, Mode, Policy, Stage
from careloom.pipeline import Pipeline
from careloom.review.second import stage
from careloom.store.users import Licence
from tests.connect.made import body, bundle, patient
from tests.record.sources import condition, icd
from tests.web.desk import PASSWORD, signed_in
from tests.web.test_web_pdf import pages

pytestmark = pytest.mark.django_db
WORDING = "Type 2 diabetes."
REASON = "It says too little of an invented thing."


@pytest.fixture
def plan(real: Pipeline, tmp_path: Any) -> Proposal:
    """Rosa (R. Blake), Ned, Dr. Osei, and Quinn who leads; everything that somebody decides here is read again."""
    for name, called, role in (("ned", "N. Marsh", "registered_nurse"), ("quinn", "Q. Lead", "quality_lead")):
        licence = Licence("MA", f"X-{name}", date(2031, 6, 30))
        real.store.users.create(name, name=called, role=role, password=PASSWORD, licence=licence)
    file = tmp_path / "alva.json"
    file.write_bytes(body(bundle(patient(), condition(icd("E11.9", "Type 2 diabetes")))))
    (alva,) = real.connect([file], source="mercy").patients
    for name in ("rosa", "ned"):
        real.access.join("operator", alva, name)
    return real.propose("operator", alva)


@pytest.fixture
def again(real: Pipeline) -> Callable[[Mode], None]:
    def said(mode: Mode) -> None:
        policy = Policy(first=1000, modes={Ground.NEW: mode})
        real.seconding.decree(real.store.users.reviewer("quinn"), policy, was=0)

    return said


def decided(real: Pipeline, plan: Proposal, action: Action) -> None:
    rosa = real.store.users.reviewer("rosa")
    line = plan.document.statements[0].id
    real.decide(rosa, plan.id, Action.AMEND, edits={line: WORDING})
    real.decide(rosa, plan.id, action, reason=REASON)


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def says(client: Client, plan: Proposal, whole: str = "approve", **more: str) -> Any:
    return client.post(
        f"/review/{plan.id}/second/read", {"whole": whole, "password": PASSWORD, **more}, follow=True
    )


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN, Action.REJECT])
@pytest.mark.parametrize("mode", list(Mode))
def test_nothing_that_the_second_reader_opens_tells_what_was_decided(real, plan, again, mode, action):
    again(mode)
    decided(real, plan, action)
    ned, line = signed_in("ned"), plan.document.statements[0].id
    told = {
        address: text(ned.get(address, follow=True))
        for address in (
            f"/review/{plan.id}", f"/review/{plan.id}?line={line}", f"/review/{plan.id}/printed", f"/review/{plan.id}/done",
            f"/review/{plan.id}/documents", f"/patients/{plan.document.patient}/documents", "/queue?whose=all", "/second-readings",
            f"/api/proposals/{plan.id}", "/api/queue",
        )
    }  # fmt: skip
    for address, said in told.items():
        said = said.replace('href="/rejected"', "")
        for secret in (WORDING, REASON, "amended by a person", "returned", "rejected", "filed in the chart"):
            assert secret not in said, (address, secret)
    page = told[f"/review/{plan.id}"]
    assert "R. Blake read it first" in page and "Signed by" not in page
    assert ned.get(f"/review/{plan.id}/send").status_code == 403
    assert ned.get(f"/api/proposals/{plan.id}/messages").status_code == 403
    shown = ned.get(f"/api/proposals/{plan.id}").json()
    assert (shown["status"], shown["released"], shown["struck"], shown["may"]) == ("draft", {}, [], [])
    assert plan.id not in str(ned.get("/api/queue").json())


def test_she_says_what_she_would_do_with_lines_and_with_the_whole_and_then_sees_both(real, plan, again):
    again(Mode.AFTER)
    decided(real, plan, Action.APPROVE)
    ned, line, other = signed_in("ned"), plan.document.statements[0].id, plan.document.statements[4].id
    page = text(ned.get(f"/review/{plan.id}?line={line}"))
    assert 'data-say="strike"' in page and "Give my reading" in page and 'data-do="amend"' not in page
    ned.post(f"/review/{plan.id}/second/lines/{other}", {"said": "strike"})
    shown = text(ned.get(f"/review/{plan.id}?line={other}"))
    assert "1 you would strike" in shown and 'data-say="strike" aria-pressed="true"' in shown
    ned.post(f"/review/{plan.id}/second/lines/{other}", {"said": ""})
    assert "you would strike" not in text(ned.get(f"/review/{plan.id}"))
    ned.post(f"/review/{plan.id}/second/lines/{other}", {"said": "amend"})
    assert says(ned, plan, password="wrong").status_code == 403
    assert stage(real.store.seconds.get(plan.id)) is Stage.WAITS
    after = text(says(ned, plan))
    assert "Where the two differ" in after and WORDING in after
    assert stage(real.store.seconds.get(plan.id)) is Stage.DONE
    assert "N. Marsh read it a second time" in text(signed_in("rosa").get(f"/review/{plan.id}"))


def test_a_held_plan_says_for_whom_it_waits_and_is_filed_when_she_agrees(real, plan, again):
    again(Mode.HOLD)
    rosa = signed_in("rosa")
    before = text(rosa.get(f"/review/{plan.id}"))
    assert "A second reader must agree before the plan is filed" in before
    assert "the plan then waits for a second reader" in before and "is then filed in the chart" not in before
    decided(real, plan, Action.APPROVE)
    page = text(rosa.get(f"/review/{plan.id}"))
    assert "Signed by R. Blake. N. Marsh, second reader, must agree before the plan is filed" in page
    assert "a second reader must agree" in text(rosa.get("/queue?whose=all"))
    ned, line = signed_in("ned"), plan.document.statements[0].id
    ned.post(f"/review/{plan.id}/second/lines/{line}", {"said": "amend"})
    shown = text(says(ned, plan))
    assert "Agree: it is filed as it was signed" in shown
    assert real.store.proposals.get(plan.id).status == "draft"
    gave = {"said": "agree", "password": PASSWORD}
    assert rosa.post(f"/review/{plan.id}/second/settle", gave).status_code == 403
    ned.post(f"/review/{plan.id}/second/settle", gave)
    assert real.store.proposals.get(plan.id).status == "active"


def test_a_third_settles_and_says_why(real, plan, again):
    again(Mode.AFTER)
    decided(real, plan, Action.APPROVE)
    ned = signed_in("ned")
    assert says(ned, plan, "return").status_code == 422
    says(ned, plan, "return", reason="wrong", words="an <b>ulcer</b> is missing")
    real.access.join("operator", plan.document.patient, "osei")
    osei, settle = signed_in("osei"), f"/review/{plan.id}/second/settle"
    assert "2 second readings" not in text(osei.get("/second-readings"))
    page = text(osei.get(f"/review/{plan.id}"))
    assert "differ in something that matters" in page and "&lt;b&gt;ulcer" in page and "<b>ulcer" not in page
    assert ned.post(settle, {"said": "second", "why": "mine", "password": PASSWORD}).status_code == 403
    assert osei.post(settle, {"said": "second", "why": "", "password": PASSWORD}).status_code == 422
    osei.post(settle, {"said": "second", "why": "the ulcer is real", "password": PASSWORD})
    told = text(signed_in("rosa").get(f"/review/{plan.id}"))
    assert "the ulcer is real" in told and "It is put right" in told
    assert "a correction of what was released" in text(signed_in("rosa").get("/second-readings"))


def test_a_lead_sees_all_and_gives_a_reading_to_who_may_do_it(real, plan, again):
    again(Mode.AFTER)
    decided(real, plan, Action.APPROVE)
    ned, quinn, turn = signed_in("ned"), signed_in("quinn"), f"/review/{plan.id}/second"
    ned.post(turn, {"step": "release"})
    assert "Read it a second time" in text(ned.get("/second-readings"))
    assert "a second reader" in text(quinn.get("/second-readings"))
    user = real.store.users.reviewer("ned").user
    assert "N. Marsh · nurse" in text(quinn.get(f"/review/{plan.id}"))
    assert ned.post(turn, {"step": "assign", "user": user}).status_code == 403
    rosa = real.store.users.reviewer("rosa").user
    assert quinn.post(turn, {"step": "assign", "user": rosa}).status_code == 422
    quinn.post(turn, {"step": "assign", "user": user})
    assert "Open" in text(ned.get("/second-readings"))
    assert quinn.post(turn, {"step": "settle"}).status_code == 422


def test_a_reason_that_is_chosen_in_spanish_is_kept_in_the_language_of_all_reasons(real, plan, again):
    again(Mode.AFTER)
    decided(real, plan, Action.APPROVE)
    ned = signed_in("ned")
    ned.post("/yours/language", {"language": "es"})
    says(ned, plan, "return", reason="unclear", words="demasiado largo")
    reading = real.store.seconds.get(plan.id).reading
    assert reading is not None and reading.reason == "It is unclear or too long: demasiado largo"


def test_a_forged_document_a_line_of_none_and_a_document_that_isnt_read_again_open_nothing(real, plan, again):
    ned = signed_in("ned")
    for address in (f"/review/{'0' * 32}/second", f"/review/{'0' * 32}/second/read"):
        assert ned.post(address, {"step": "claim", "whole": "approve"}).status_code in (404, 422)
    for step in ("claim", "release", "assign", "third", "correct"):
        assert ned.post(f"/review/{plan.id}/second", {"step": step}).status_code in (403, 422)
    assert says(ned, plan).status_code == 403
    again(Mode.AFTER)
    decided(real, plan, Action.APPROVE)
    for line in ("'; DROP TABLE", "../..", "x" * 3000):
        answer = ned.post(f"/review/{plan.id}/second/lines/{line}", {"said": "strike"})
        assert answer.status_code in (404, 422)
    assert (
        ned.post(
            f"/review/{plan.id}/second/lines/{plan.document.statements[0].id}", {"said": "=cmd()"}
        ).status_code
        == 422
    )
    assert says(ned, plan, "burn").status_code == 422


def test_a_lead_says_what_is_read_again_and_an_auditor_sees_every_version(real, plan):
    real.store.users.create("audra", name="A. Udit", role="auditor", password=PASSWORD)
    quinn, audra, address = signed_in("quinn"), signed_in("audra"), "/second-readings/policy"
    assert "every decision is one person's" in text(quinn.get(address)).replace("&#x27;", "'")
    said = {
        "was": "0",
        "percent": "10",
        "high": "hold",
        "share": "",
        "new": "after",
        "documents": "5",
        "hours": "12",
    }
    said |= {"kinds": ["care_plan"], "why": "<script>alert(1)</script>"}
    shown = text(quinn.post(address, said, follow=True))
    assert "Documents with a high finding (held until the second reader agrees)" in shown
    assert "of the kinds Care plan; each within 12 working hours" in shown and "<script>alert" not in shown
    assert quinn.post(address, said).status_code == 409
    for wrong in (
        {"percent": "101"},
        {"percent": "nan"},
        {"documents": "-1"},
        {"hours": "x"},
        {"high": "burn"},
        {"kinds": "=x"},
    ):
        assert quinn.post(address, said | {"was": "1"} | wrong).status_code == 422, wrong
    seed = real.store.seconds.policy().seed
    assert seed in text(audra.get(address)) and audra.post(address, said).status_code == 403
    assert signed_in("rosa").get(address).status_code == 403


def test_a_lead_is_told_where_a_held_document_would_wait_for_ever_and_when_it_no_longer_would(
    real, plan, again
):
    quinn, address = signed_in("quinn"), "/second-readings/policy"
    again(Mode.AFTER)
    assert "Too few who could" not in text(quinn.get(address))
    policy = Policy(first=1000, modes={Ground.NEW: Mode.HOLD})
    real.seconding.decree(real.store.users.reviewer("quinn"), policy, was=1)
    shown = text(quinn.get(address))
    assert (
        "On the whole site: what a physician signs could be signed by Dr. Osei, and two are needed" in shown
    )
    assert "what a nurse signs" not in shown, "Rosa and Ned are two, and both are in the team"
    real.access.leave("operator", plan.document.patient, "ned")
    shown = text(quinn.get(address))
    assert "Care team of 1 patient (R. Blake): what a nurse signs could be signed by R. Blake" in shown
    assert "Marta" not in shown and "Quill" not in shown
    licence = Licence("MA", "X-olga", date(2031, 6, 30))
    real.store.users.create("olga", name="Dr. Olga", role="physician", licence=licence)
    real.access.join("operator", plan.document.patient, "olga")
    shown = text(quinn.get(address))
    assert "On the whole site" not in shown
    assert "(Dr. Olga and R. Blake): what a physician signs could be signed by Dr. Olga" in shown
    assert "what a nurse signs" not in shown, "a physician reads what a nurse signs"
    real.access.join("operator", plan.document.patient, "osei")
    assert "Too few who could" not in text(quinn.get(address))


def test_a_held_document_that_nobody_may_read_is_counted_on_the_policy(real, plan, again):
    again(Mode.HOLD)
    real.access.leave("operator", plan.document.patient, "ned")
    decided(real, plan, Action.APPROVE)
    shown = text(signed_in("quinn").get("/second-readings/policy"))
    assert "Waiting now, with nobody who may read it: 1 document." in shown


def test_agreement_has_numbers_a_drawing_in_words_too_and_a_table_without_formulas(real, plan, again):
    again(Mode.AFTER)
    quinn = signed_in("quinn")
    assert "nothing was read a second time and compared" in text(quinn.get("/agreement"))
    for name, called in (("eve", "=cmd()"), ("zed", "Z. Ito")):
        licence = Licence("MA", f"X-{name}", date(2031, 6, 30))
        user = real.store.users.create(
            name, name=called, role="registered_nurse", password=PASSWORD, licence=licence
        )
        real.access.join("operator", plan.document.patient, user)
    real.decide(real.store.users.reviewer("eve"), plan.id, Action.APPROVE)
    real.seconding.assign(real.store.users.reviewer("quinn"), plan.id, "zed")
    ned = signed_in("zed")
    ned.post(f"/review/{plan.id}/second/lines/{plan.document.statements[4].id}", {"said": "strike"})
    says(ned, plan)
    page = text(quinn.get("/agreement"))
    for said in (
        "Cohen 1960",
        "Fleiss, Cohen &amp; Everitt 1969",
        "Gwet 2008",
        "fewer than 10 pairs",
    ):
        assert said in page, said
    assert "=cmd()" not in page and "Z. Ito" not in page
    assert "<svg viewBox" in page and 'aria-label="Agreement over lines. All: kappa' in page
    table = quinn.get("/agreement/table")
    body = b"".join(table.streaming_content).decode()
    assert table["Content-Type"].startswith("text/csv") and '"Lines","All","All"' in body
    assert "fewer than 10" in body and "cmd()" not in body
    assert not [one for one in body.split(",") if one.startswith(('"=', '"-', '"+', '"@'))]
    real.store.users.create("adam", name="A. Dam", role="administrator", password=PASSWORD)
    own = text(ned.get("/agreement"))
    assert "of yours" in own and "Nobody" in own and "=cmd()" not in own
    assert "1 document was read" in text(signed_in("adam").get("/agreement"))
    assert quinn.get("/agreement?from=yesterday").status_code == 422
    assert quinn.get("/agreement/table?from=2026-13-01").status_code == 422
    assert quinn.get("/agreement/pdf?from=2026-13-01").status_code == 422
    paper = " ".join(pages(quinn.get("/agreement/pdf").content))
    assert "How far two readers agree" in paper and "Kappa (95 %)" in paper and "Said by the first" in paper
    assert ": yours" in " ".join(pages(ned.get("/agreement/pdf").content))
    assert quinn.get("/agreement?from=2026-11-28&to=2020-01-01").status_code == 422


def test_the_api_gives_the_same_and_takes_a_reading(real, plan, again):
    again(Mode.HOLD)
    decided(real, plan, Action.APPROVE)
    ned, quinn, line = signed_in("ned"), signed_in("quinn"), plan.document.statements[0].id
    (waits,) = ned.get("/api/second-readings").json()["second_readings"]
    assert (waits["proposal"], waits["mode"], waits["waits_for"]) == (plan.id, "hold", "waits")
    address = f"/api/proposals/{plan.id}/second/reading"

    def gives(client: Client, **given: Any) -> Any:
        return client.post(address, {"whole": "approve", **given}, content_type="application/json")

    assert gives(ned).status_code == 403
    assert gives(signed_in("rosa"), password=PASSWORD).status_code == 403
    assert gives(ned, whole="burn", password=PASSWORD).status_code == 422
    assert gives(ned, whole="reject", password=PASSWORD).status_code == 422
    told = gives(ned, password=PASSWORD, lines={line: "amend", "no-such-line": "strike"})
    assert told.json()["waits_for"] == "minor", "Rosa worded it otherwise, too: Ned looks at her words"
    found = quinn.get("/api/agreement").json()
    lines = next(row for row in found["agreement"] if (row["of"], row["by"]) == ("lines", "all"))
    assert found["documents"] == 1 and lines["observed"] == 1 and lines["same"]["amend"] == 1
    assert ned.get("/api/agreement").json()["own"] is True
    assert quinn.get("/api/agreement?since=x").status_code == 422


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN, Action.REJECT])
def test_whatever_a_second_reader_tries_answers_the_same_whatever_was_decided(real, plan, again, action):
    again(Mode.AFTER)
    decided(real, plan, action)
    ned, line = signed_in("ned"), plan.document.statements[0].id
    tries = {
        "turn": {"turn": "claim"}, "undo": {"revision": "1"}, "again": {}, "opened": {"section": "goals"}, "send": {},
        "write": {"text": "An invented line.", "section": "goals"}, f"lines/{line}/amend": {"text": "Else."},
        f"lines/{line}/strike": {}, f"lines/{line}/back": {"reason": "wrong", "words": "so"}, f"lines/{line}/mark": {"on": "1"},
        "decide": {"action": "return", "reason": "wrong", "words": "so", "stamp": ""},
    }  # fmt: skip
    before = real.store.proposals.get(plan.id)
    for what, form in tries.items():
        said = text(ned.post(f"/review/{plan.id}/{what}", form)).partition("<main")[2].partition("</main>")[0]
        for secret in (WORDING, "proposal is", "is filed in the chart", "returned for rework", "is rejected"):
            assert secret not in said, (what, secret)
    for what in ("undo", "decide", "turn"):
        body = {"action": "return", "reason": "so", "what": "claim"}
        answer = ned.post(f"/api/proposals/{plan.id}/{what}", body, content_type="application/json")
        assert answer.status_code == 403 and "second" in answer.content.decode(), (what, answer.content)
    assert real.store.proposals.get(plan.id) == before
    assert len(real.store.proposals.of(plan.document.patient)) == 1


def test_who_signs_what_is_held_reads_for_whom_it_waits(real, plan, again):
    again(Mode.HOLD)
    decided(real, plan, Action.APPROVE)
    done = text(signed_in("rosa").get(f"/review/{plan.id}/done"))
    assert "N. Marsh, second reader, must agree before it is filed." in done


def test_who_may_read_a_held_document_a_second_time_sees_it_blind_before_she_claims_it(real, plan, again):
    real.store.users.create(
        "nia",
        name="N. Reyes",
        role="registered_nurse",
        password=PASSWORD,
        licence=Licence("MA", "X-nia", date(2031, 6, 30)),
    )
    real.access.join("operator", plan.document.patient, "nia")
    again(Mode.HOLD)
    decided(real, plan, Action.APPROVE)
    real.seconding.release(real.store.users.reviewer("quinn"), plan.id)
    ned, nia = signed_in("ned"), signed_in("nia")
    for client in (ned, nia):
        page = text(client.get(f"/review/{plan.id}"))
        assert WORDING not in page and "R. Blake signed" not in page
        assert "you see it as it was drafted" in page and "Read it a second time" in page
        assert "Give my reading" not in page
        refused = client.post(f"/review/{plan.id}/undo", {"revision": "1"})
        assert refused.status_code in (403, 409)
    assert ned.post(f"/review/{plan.id}/second", {"step": "claim"}).status_code == 302
    assert "Give my reading" in text(ned.get(f"/review/{plan.id}"))
    assert "in her place" in text(nia.get(f"/review/{plan.id}"))
    assert real.store.seconds.of(plan.id).reader == real.store.users.reviewer("ned").user
