"""An EHR asks at a hook: what it is answered about Marta's orders and her plan, and what of it is kept."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from careloom.care.hook_services import BY_ID, REASONS, SERVICES
from careloom.pipeline import Pipeline
from tests.connect.made import body, bundle
from tests.web.ehr import (
    SELECT,
    SIGN,
    VIEW,
    Ehr,
    allergic,
    asks,
    known,
    marta,
    order,
    result,
    searched,
    taking,
)

pytestmark = pytest.mark.django_db
RECENT = (date.today() - timedelta(days=20)).isoformat()


def summaries(cards: list[dict[str, Any]]) -> str:
    return " / ".join(f"{one['indicator']}: {one['summary']}" for one in cards)


def test_discovery_names_each_service_with_its_hook_and_what_is_to_be_sent_along(real: Pipeline) -> None:
    told = Client().get("/cds-services").json()["services"]
    assert [(one["id"], one["hook"]) for one in told] == [(one.id, one.hook) for one in SERVICES]
    assert [one["hook"] for one in told] == ["patient-view", "order-select", "order-sign"]
    for one in told:
        assert one["description"] and one["prefetch"]["patient"] == "Patient/{{context.patientId}}"
        assert all("{{context.patientId}}" in template for template in one["prefetch"].values())
        # What CDS Hooks 2.0 recommends that an EHR need know ("Prefetch query restrictions").
        asked = [
            part for template in one["prefetch"].values() for part in template.partition("?")[2].split("&")
        ]
        plain = ("", "patient", "status", "category", "_sort", "_count")
        assert all(part.partition("=")[0] in plain for part in asked), asked
    assert Client().get("/cds-services/").json()["services"] == told


def test_an_order_that_a_label_forbids_beside_another_drug_is_critical_and_can_be_taken_back(
    ehr: Ehr,
) -> None:
    cards = ehr.cards(
        SIGN,
        asks(order("Simvastatin 40 MG"), patient=marta(), meds=searched(taking("Clarithromycin 500 MG"))),
    )
    [worst] = [one for one in cards if one["indicator"] == "critical"]
    assert "simvastatin" in worst["summary"].lower() and "clarithromycin" in worst["summary"].lower()
    assert worst["source"]["label"].startswith("FDA label") and worst["source"]["url"].startswith("https://")
    assert worst["source"]["topic"]["code"] == "interaction"
    [suggested] = worst["suggestions"]
    assert suggested["actions"] == [
        {
            "type": "delete",
            "description": "Remove the draft order of simvastatin",
            "resourceId": "MedicationRequest/draft-1",
        }
    ]
    assert worst["selectionBehavior"] == "at-most-one"
    assert {one["code"] for one in worst["overrideReasons"]} == set(REASONS)
    assert "this order" in worst["detail"] and "this chart" in worst["detail"]


def test_an_order_against_an_allergy_in_our_own_record_is_critical_though_the_ehr_sends_nothing(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    known(real, tmp_path, allergic("Penicillin"))
    cards = ehr.cards(SIGN, asks(order("Amoxicillin 500 MG")))
    [worst] = [one for one in cards if one["indicator"] == "critical"]
    assert worst["summary"].startswith("Amoxicillin is ordered, and an allergy to Penicillin")
    assert "(clinic" in worst["detail"] and worst["source"]["topic"]["code"] == "allergy"
    assert (
        "info: The EHR sent nothing along: the orders were checked against Careloom's own record alone"
        in summaries(cards)
    )


def test_what_only_warns_does_not_stop_and_offers_nothing_to_take_back(ehr: Ehr) -> None:
    cards = ehr.cards(
        SIGN, asks(order("Ketorolac 10 MG"), patient=marta(), meds=searched(taking("Warfarin 5 MG")))
    )
    [one] = [one for one in cards if "warfarin" in one["summary"].lower()]
    assert one["indicator"] == "warning" and "suggestions" not in one


def test_a_drug_that_the_kidney_forbids_is_told_with_the_result(ehr: Ehr) -> None:
    egfr = result("62238-1", 22, "mL/min/{1.73_m2}", RECENT)
    cards = ehr.cards(SIGN, asks(order("Metformin 500 MG"), patient=marta(), results=searched(egfr)))
    [one] = [one for one in cards if one["source"]["topic"]["code"] == "renal"]
    assert one["indicator"] == "critical" and "22" in one["summary"]


def test_an_order_of_what_she_takes_in_the_same_dose_is_a_renewal_and_no_duplicate(ehr: Ehr) -> None:
    dose = {"dosageInstruction": [{"text": "20 mg once daily"}]}
    meds = searched(taking("Lisinopril 20 MG", **dose))
    cards = ehr.cards(SIGN, asks(order("Lisinopril 20 MG", **dose), patient=marta(), meds=meds))
    assert "list already" not in summaries(cards)
    other = {"dosageInstruction": [{"text": "40 mg once daily"}]}
    cards = ehr.cards(SIGN, asks(order("Lisinopril 20 MG", **other), patient=marta(), meds=meds))
    assert "info: Lisinopril is on the list already (20 mg once daily)" in summaries(cards)


def test_at_order_select_only_what_was_chosen_just_now_is_told(ehr: Ehr) -> None:
    drafts = (order("Amoxicillin 500 MG", "one"), order("Acetaminophen 500 MG", "two"))
    cards = ehr.cards(
        SELECT,
        asks(*drafts, hook="order-select", patient=marta(), allergies=searched(allergic("Penicillin"))),
    )
    assert "amoxicillin" not in summaries(cards).lower()
    cards = ehr.cards(
        SELECT,
        asks(*drafts[::-1], hook="order-select", patient=marta(), allergies=searched(allergic("Penicillin"))),
    )
    assert "critical: Amoxicillin" in summaries(cards)


def test_what_others_drugs_do_among_themselves_is_no_matter_of_the_order(ehr: Ehr) -> None:
    meds = searched(taking("Simvastatin 40 MG", "m1"), taking("Clarithromycin 500 MG", "m2"))
    cards = ehr.cards(SIGN, asks(order("Acetaminophen 500 MG"), patient=marta(), meds=meds))
    assert "simvastatin" not in summaries(cards).lower()


def test_another_patients_resources_are_left_out_and_told(ehr: Ehr) -> None:
    mixed = searched(taking("Clarithromycin 500 MG", who="p2"), marta(id="p2", birthDate="1950-01-01"))
    cards = ehr.cards(SIGN, asks(order("Simvastatin 40 MG"), patient=marta(), meds=mixed))
    assert "clarithromycin" not in summaries(cards).lower()
    [scope] = [one for one in cards if one["source"]["topic"]["code"] == "scope"]
    assert (
        scope["indicator"] == "warning"
        and "of another patient came along and were left out" in scope["detail"]
    )


def test_a_draft_order_of_another_patient_is_not_checked_and_that_is_told(ehr: Ehr) -> None:
    cards = ehr.cards(
        SIGN,
        asks(
            order("Amoxicillin 500 MG", who="p2"), patient=marta(), allergies=searched(allergic("Penicillin"))
        ),
    )
    assert summaries(cards).startswith("warning: 1 draft order of another patient: not checked")


def test_a_record_whose_birth_date_is_another_is_not_used(ehr: Ehr, real: Pipeline, tmp_path: Path) -> None:
    known(real, tmp_path, allergic("Penicillin"))
    cards = ehr.cards(SIGN, asks(order("Amoxicillin 500 MG"), patient=marta(birthDate="1990-01-01")))
    assert "critical" not in summaries(cards)
    assert "the birth date differs: no record of ours was used" in summaries(cards)


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ({"gender": "male"}, "sex"),
        ({"name": [{"family": "Quill", "given": ["Bernadette"]}]}, "given name"),
        ({"name": [{"family": "Okafor", "given": ["Bernadette"]}], "gender": "male"}, "sex"),
        ({"name": [{"family": "Quill", "given": ["Marta"], "suffix": ["Jr"]}]}, ""),
        ({"name": [{"family": "Okafor", "given": ["Marta"]}]}, ""),
        ({"name": [{"family": "QUILL", "given": ["Márta"]}]}, ""),
    ],
)
@pytest.mark.parametrize("hook", [SIGN, VIEW])
def test_a_record_of_another_name_or_sex_is_not_used_though_the_birth_date_is_the_same(
    ehr: Ehr, real: Pipeline, tmp_path: Path, said: dict[str, Any], part: str, hook: str
) -> None:
    known(real, tmp_path, allergic("Penicillin"))
    drafts = [order("Amoxicillin 500 MG")] if hook == SIGN else []
    asked = asks(*drafts, hook=BY_ID[hook].hook, patient=marta(**said))
    cards = ehr.cards(hook, asked)
    words = "the {} differs: no record of ours was used"
    assert (words.format(part) in summaries(cards)) is bool(part)
    if part:
        assert "Penicillin" not in json.dumps(cards)
        assert hook == SIGN or len(cards) == 1
    elif hook == SIGN:
        assert "critical: Amoxicillin" in summaries(cards)


def test_a_number_that_came_along_finds_her_beside_her_birth_date_alone(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    known(real, tmp_path, allergic("Penicillin"))
    elsewhere = {"id": "other", "identifier": marta()["identifier"]}
    asked = asks(order("Amoxicillin 500 MG", who="other"), patient=marta(**elsewhere))
    asked["context"]["patientId"] = "other"
    assert "critical: Amoxicillin" in summaries(ehr.cards(SIGN, asked))
    nameless = {**marta(**elsewhere)}
    del nameless["birthDate"]
    asked["prefetch"] = {"patient": nameless}
    assert "not known in Careloom" in summaries(ehr.cards(SIGN, asked))


def test_whoever_is_not_known_and_of_whom_nothing_came_is_checked_against_the_orders_alone(ehr: Ehr) -> None:
    cards = ehr.cards(SIGN, asks(order("Simvastatin 40 MG", "one"), order("Clarithromycin 500 MG", "two")))
    assert "critical: Simvastatin" in summaries(cards) or "critical: Clarithromycin" in summaries(cards)
    assert "nothing came along: the orders were checked against each other alone" in json.dumps(cards)


def test_a_drug_that_nobody_knows_here_is_told_as_not_checked(ehr: Ehr) -> None:
    cards = ehr.cards(SIGN, asks(order("Zorbitol 5 MG"), patient=marta()))
    assert "Not checked, since the drug is not known here: Zorbitol" in summaries(cards)


def test_old_and_failed_prefetch_is_told_in_words(ehr: Ehr) -> None:
    cards = ehr.cards(
        SIGN,
        asks(
            order("Acetaminophen 500 MG"),
            patient=marta(),
            meds=searched(meta={"lastUpdated": "2020-03-19T08:00:00Z"}),
            results={"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]},
        ),
    )
    told = json.dumps(cards)
    assert "put together on 2020-03-19: it may be old" in told and "The EHR could not send: results" in told


def test_what_did_not_come_along_is_told_and_what_came_empty_is_not(ehr: Ehr) -> None:
    ordered = order("Acetaminophen 500 MG")
    some = ehr.cards(SIGN, asks(ordered, patient=marta(), medications=None, allergies=searched()))
    assert "The EHR did not send: conditions, statements, results, vitals." in json.dumps(some)
    keys = ("medications", "allergies", "conditions", "statements", "results", "vitals")
    every = ehr.cards(SIGN, asks(ordered, patient=marta(), **dict.fromkeys(keys)))
    assert "did not send" not in json.dumps(every)


def test_ten_thousand_resources_are_answered_with_the_newest_of_each_result(ehr: Ehr) -> None:
    results = [
        result("62238-1", 22 if number == 9_999 else 80, "mL/min/{1.73_m2}", "2024-01-01" if number < 9_999 else RECENT, id=f"o{number}")
        for number in range(10_000)
    ]  # fmt: skip
    cards = ehr.cards(SIGN, asks(order("Metformin 500 MG"), patient=marta(), results=searched(*results)))
    assert "22" in summaries([one for one in cards if one["source"]["topic"]["code"] == "renal"])


def test_a_plan_that_waits_and_the_first_gaps_are_shown_with_a_link(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    condition = {
        "resourceType": "Condition",
        "id": "c1",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"}]},
        "subject": {"reference": "Patient/p1"},
    }
    patient = known(real, tmp_path, condition)
    assert "gaps in care" in summaries(ehr.cards(VIEW, asks(hook="patient-view")))
    plan = real.propose("operator", patient)
    cards = ehr.cards(VIEW, asks(hook="patient-view"))
    assert "A care plan waits for a signature" in summaries(cards)
    [link] = cards[0]["links"]
    assert link["type"] == "absolute" and link["url"] == f"https://careloom.example.org/review/{plan.id}"
    assert "Quill" not in json.dumps(cards)


def test_where_the_ehr_opens_careloom_inside_itself_the_link_is_a_launch(
    ehr: Ehr, real: Pipeline, home: Path, tmp_path: Path
) -> None:
    (home / "sources.toml").write_text(
        '[clinic]\nurl = "https://ehr.example.org/fhir"\n[clinic.smart]\nclient_id = "careloom"\n'
    )
    patient = known(real, tmp_path)
    [card] = ehr.cards(VIEW, asks(hook="patient-view"))
    [link] = card["links"]
    assert (link["type"], link["url"]) == ("smart", "https://careloom.example.org/smart/launch")
    assert "appContext" not in link
    plan = real.propose("operator", patient)
    [link] = ehr.cards(VIEW, asks(hook="patient-view"))[0]["links"]
    assert link["appContext"] == f"document={plan.id}"


def test_nobody_is_told_of_at_patient_view_who_is_not_known_here_or_who_died(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    assert ehr.cards(VIEW, asks(hook="patient-view")) == []
    known(real, tmp_path)
    assert ehr.cards(VIEW, asks(hook="patient-view")) != []
    gone = marta(deceasedDateTime="2026-01-02")
    assert ehr.cards(VIEW, asks(hook="patient-view", patient=gone)) == []


def test_the_log_says_who_was_told_of_whom_and_no_word_of_what(
    ehr: Ehr, real: Pipeline, tmp_path: Path
) -> None:
    patient = known(real, tmp_path, allergic("Penicillin"))
    ehr.cards(SIGN, asks(order("Amoxicillin 500 MG")))
    [event] = [one for one in real.store.audit.of(patient) if one["action"] == "answer hook"]
    assert event["actor"] == "hook riverside" and event["what"] == f"{SIGN} Practitioner/osei"
    told = real.accounting.disclosures("auditor", patient)
    [left] = told.left_out
    assert left.to == "riverside" and left.ground.id == "treatment"


def test_what_became_of_a_card_is_kept_once_and_counted_with_its_rule(ehr: Ehr, real: Pipeline) -> None:
    asked = asks(order("Amoxicillin 500 MG"), patient=marta(), allergies=searched(allergic("Penicillin")))
    card = next(one for one in ehr.cards(SIGN, asked) if one["indicator"] == "critical")
    said = {
        "feedback": [
            {
                "card": card["uuid"],
                "outcome": "overridden",
                "overrideReason": {
                    "reason": {"code": "tolerated-before", "system": "urn:careloom:override-reason"},
                    "userComment": "She had it last spring.",
                },
                "outcomeTimestamp": "2026-11-29T10:00:00Z",
            }
        ]
    }
    for _ in range(2):
        assert ehr.post(SIGN, said, path="/feedback").status_code == 200
    [given] = [one for one in real.store.hooks.given(10) if one.rule == "allergy"]
    assert given.outcome == "overridden"
    assert real.store.hooks.comments(card["uuid"]) == ("She had it last spring.",)
    [rate] = [one for one in real.data_audit.rates(10)[1] if one.rule == "allergy"]
    assert (rate.fired, rate.high, rate.overridden) == (1, 1, 1)


@pytest.mark.parametrize("card", ["no id", "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"])
def test_what_became_of_no_card_of_ours_is_refused(ehr: Ehr, card: str) -> None:
    said = {"feedback": [{"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-29T10:00:00Z"}]}
    answer = ehr.post(SIGN, said, path="/feedback")
    assert answer.status_code == 400 and b"names no card of ours" in answer.content


def test_nothing_of_a_hook_is_an_order_an_entry_or_a_plan(ehr: Ehr, real: Pipeline, tmp_path: Path) -> None:
    patient = known(real, tmp_path, allergic("Penicillin"))
    before = real.store.entries.of(patient), real.store.proposals.of(patient)
    ehr.cards(
        SIGN, asks(order("Amoxicillin 500 MG"), patient=marta(), meds=searched(taking("Warfarin 5 MG")))
    )
    assert (real.store.entries.of(patient), real.store.proposals.of(patient)) == before


def test_what_a_source_wrote_is_no_markdown_and_no_link(ehr: Ehr) -> None:
    odd = "Penicillin [click](http://evil.example.org) <img src=x> www.evil.example.org"
    cards = ehr.cards(
        SIGN, asks(order("Amoxicillin 500 MG"), patient=marta(), allergies=searched(allergic(odd)))
    )
    detail = " ".join(one.get("detail", "") for one in cards)
    assert r"\[click\]" in detail and "&lt;img" in detail
    assert not any(one in detail for one in ("[click](", "<img", "http://evil", "www.evil"))


def test_what_a_substance_use_programme_sent_is_not_told_at_a_hook(
    ehr: Ehr, real: Pipeline, home: Path, tmp_path: Path
) -> None:
    (home / "sources.toml").write_text('[haven]\npart2 = true\nprogramme = "Haven"\n')
    known(real, tmp_path)
    file = tmp_path / "haven.json"
    file.write_bytes(body(bundle(marta(), taking("Methadone 10 MG"))))
    real.connect([file], source="haven")
    cards = ehr.cards(SIGN, asks(order("Clonazepam 1 MG")))
    assert "methadone" not in json.dumps(cards).lower()
