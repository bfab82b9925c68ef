"""What decisions teach stands on a page, empty and with content, and a patient's answer about learning is recorded on another."""

from dataclasses import replace

import pytest

from careloom.improve import candidates
from careloom.improve.candidates import ADAPTER, PROMPT, Candidate
from careloom.improve.under_way import told
from careloom.pipeline import Pipeline
from careloom.pipeline.learning import CANDIDATES, UNDER_WAY
from careloom.store.models import AuditEvent
from careloom.web.views.page import now
from tests.web.desk import signed_in
from tests.web.test_web_flow import plan_of_ada
from tests.web.test_web_site_rules import somebody

pytestmark = pytest.mark.django_db
PAGE = "/studies/learning"
TRAINED = Candidate(
    kind=ADAPTER,
    made_of={"adapter": "ebd2255f39116802d7a36edbe432c3e0d3c97c39bee89d82ef31cd20cb40de46",
             "weights": "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046", "set": "5" * 64},
    measured={"examples": 57, "development": 13, "loss without": 0.187, "loss with": 0.045, "best at step": 8, "steps": 8,
              "looks": [[0, None, 0.187], [8, 0.1, 0.045]]},
    at="2026-11-30T14:55:19+00:00",
)  # fmt: skip
WORSE = replace(
    TRAINED, made_of={**TRAINED.made_of, "adapter": "0" * 64}, at="2026-11-29T10:00:00+00:00",
    refused="it is no better on the development split than no adapter",
)  # fmt: skip
SHOTS = Candidate(
    kind=PROMPT, made_of={"task": "section"}, at="2026-11-28T10:00:00+00:00",
    measured={"development": 13, "better": 9, "stood": 10, "better with its own": 7},
)  # fmt: skip


def test_an_empty_home_says_what_comes_first_and_who_signs_drafts_alone_is_not_asked(real: Pipeline) -> None:
    lead = somebody(real, "lena", "quality_lead")
    shown = lead.get(PAGE).content.decode()
    assert "There is no training set yet." in shown and "There is no candidate yet." in shown
    assert "careloom learn set" in shown and "careloom learn adapter" not in shown
    assert signed_in("rosa").get(PAGE).status_code == 403
    assert AuditEvent.objects.filter(action="read", what="learning").count() == 1


def test_sets_candidates_and_what_they_earned_stand_on_the_page(real: Pipeline) -> None:
    made, older = real.learning.make_set(invented_people=3), real.learning.make_set(invented_people=0)
    for one in (TRAINED, WORSE, SHOTS):
        candidates.keep(real.learning.folder / CANDIDATES, one)
    lead = somebody(real, "lena", "quality_lead")
    shown = " ".join(lead.get(f"{PAGE}?set={made.version}").content.decode().split())
    assert made.version[:12] in shown and f"{PAGE}?set={older.version}" in shown
    assert f"{len(made.pairs)} from invented people" in shown and "invented: nobody's" in shown.replace(
        "&#x27;", "'"
    )
    assert "Gebru" not in shown and "Motivation" in shown
    assert (
        "3 candidates" in shown
        and "Loss on 13 held-out pairs: 0.187 without, 0.045 with it" in shown
        and 'points="4,4 236,' in shown
    )
    assert "26 of 31" in shown and "67–93 %" in shown
    assert "It can't be released:" in shown.replace("&#x27;", "'") and "no better on the development" in shown
    assert "better than the template in 9 of 13 cases; with its own examples in 7" in shown
    assert "Propose a candidate as a change" in shown
    assert lead.get(f"{PAGE}?set={'0' * 64}").status_code == 404


def test_a_run_is_seen_from_elsewhere_and_one_that_was_cut_off_says_how_it_goes_on(real: Pipeline) -> None:
    lead, file = somebody(real, "lena", "quality_lead"), real.learning.folder / UNDER_WAY
    with pytest.raises(KeyboardInterrupt), told(file, "adapter", lambda *_: None, now) as step:
        step("development loss 0.061, at most 9 min left", 12, 32)
        shown = lead.get(PAGE).content.decode()
        assert "under way" in shown and "38 %" in shown and "at most 9 min left" in shown
        raise KeyboardInterrupt
    file.write_text(file.read_text().replace(f"{now().year}-", "2020-"))
    shown = lead.get(PAGE).content.decode()
    assert "cut off" in shown and "goes on from its newest checkpoint" in shown
    with told(file, "adapter", lambda *_: None, now) as step:
        step("", 1, 1)
    assert not file.exists()


def test_an_altered_set_is_said_and_the_rest_of_the_page_stands(real: Pipeline) -> None:
    made = real.learning.make_set(invented_people=0)
    [file] = (real.learning.folder / "sets").iterdir()
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    shown = somebody(real, "lena", "quality_lead").get(PAGE).content.decode()
    assert f"{made.version[:12]}" in shown and 'role="alert"' in shown and "In use now" in shown


def test_a_nurse_records_what_a_patient_says_of_learning(real: Pipeline) -> None:
    patient = plan_of_ada(real).document.patient
    address, rosa = f"/patients/{patient}/learning", signed_in("rosa")
    assert address in rosa.get(f"/patients/{patient}").content.decode()
    shown = rosa.get(address).content.decode()
    assert "nobody asked" in shown and "Next: ask the patient" in shown
    form = {
        "said": "agrees",
        "signed": real.today.isoformat(),
        "signer": "her daughter",
        "document": "folder 9",
    }
    done = rosa.post(f"{address}/say", form, follow=True).content.decode()
    assert "The next training set follows it." in done and "agreed</span>" in done and "Folder 9" in done
    refused = rosa.post(f"{address}/say", {**form, "said": "refuses"}, follow=True).content.decode()
    assert "refused</span>" in refused and "no</span>" in refused
    assert AuditEvent.objects.filter(action="refuse learning").count() == 1
    for wrong in ({"said": ""}, {"signed": "soon"}, {"signer": ""}):
        answer = rosa.post(f"{address}/say", {**form, **wrong})
        assert answer.status_code == 422 and "Nothing was recorded." in answer.content.decode()
    lead = somebody(real, "lena", "quality_lead")
    assert lead.post(f"{address}/say", form).status_code == 403
