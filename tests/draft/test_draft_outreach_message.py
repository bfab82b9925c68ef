"""A message asks one thing of a patient who agreed to be asked so; what the record calls for is a nurse's to send."""

from dataclasses import replace

import pytest

from careloom import check
from careloom.care.document import Activity, Guideline, Tier, Verdict
from careloom.care.entry import Period, when
from careloom.errors import InputError, Refused
from careloom.review import is_automatic
from careloom.verify.filling import IN_BLOOD
from tests.draft.messaged import SITE, booked, proposed, said, why
from tests.draft.people import KNOWLEDGE

KIND = "outreach_message"


def test_ana_is_asked_to_call_and_told_how_to_stop():
    proposal = proposed(booked()[0], KIND, ask="call_us")
    assert said(proposal) == [
        "Hello Ana,",
        "Please call us at 555-123-4567.",
        "To get no more messages, reply STOP.",
    ]
    assert is_automatic(proposal)


@pytest.mark.parametrize(
    "more",
    [
        {"guideline": Guideline("no.such.rule", "Nobody's guideline, 2024")},
        {"activity": Activity("physician", "2026-12-24", "medication")},
    ],
)
def test_a_line_of_ours_with_a_guideline_or_a_task_hung_on_it_is_judged_by_that_too(more):
    told = booked()[0]
    document = proposed(told, KIND, ask="call_us").document
    asked = document.statements[1]
    _, verdicts = check.examine(document, told.record(), KNOWLEDGE, SITE)
    assert verdicts[asked.id] is Verdict.SUPPORTED
    hung = replace(
        document,
        statements=tuple(replace(one, **more) if one is asked else one for one in document.statements),
    )
    _, verdicts = check.examine(hung, told.record(), KNOWLEDGE, SITE)
    assert verdicts[asked.id] is not Verdict.SUPPORTED


def test_a_visit_is_confirmed_by_a_reply():
    proposal = proposed(booked(language="es")[0], KIND, ask="confirm_visit")
    assert (
        said(proposal)[1]
        == "Por favor, responda SÍ si puede venir a su cita el lunes 7 de diciembre a las 2:30 de la tarde."
    )
    assert is_automatic(proposal)


@pytest.mark.parametrize("language", ["en", "es"])
def test_bringing_medicines_is_a_nurses_ask_in_both_languages(language):
    proposal = proposed(booked(language=language)[0], KIND, ask="bring_medicines")
    assert proposal.tier is Tier.NURSE
    assert not proposal.findings


def test_a_blood_test_is_asked_for_where_one_is_due_and_the_message_names_neither_test_nor_disease():
    told, _ = booked()
    told.problem("Type 2 diabetes", "E11.9")
    proposal = proposed(told, KIND, ask="blood_test")
    assert proposal.tier is Tier.NURSE
    assert not any("diabetes" in one.lower() or "a1c" in one.lower() for one in said(proposal))
    assert any("it asks for what the record" in one for one in why(proposal))
    with pytest.raises(Refused, match="no blood test is due"):
        proposed(booked()[0], KIND, ask="blood_test")


@pytest.mark.parametrize(
    ("name", "code"), [("Hospice care", "Z51.5"), ("Encounter for palliative care", "Z51.5")]
)
def test_who_has_comfort_first_is_sent_no_word_of_a_blood_test(name, code):
    told, _ = booked()
    told.problem("Type 2 diabetes", "E11.9")
    told.problem(name, code)
    with pytest.raises(Refused, match="whether a test still helps is talked about"):
        proposed(told, KIND, ask="blood_test")


def test_one_ask_a_message_and_none_that_there_isnt():
    with pytest.raises(InputError):
        proposed(booked()[0], KIND)
    with pytest.raises(InputError):
        proposed(booked()[0], KIND, ask="take_your_pills")


def test_a_text_message_needs_a_consent_or_the_day_of_one():
    told, _ = booked()
    with pytest.raises(Refused, match="no consent"):
        proposed(told, KIND, ask="call_us", channel="text")
    assert is_automatic(proposed(told, KIND, ask="call_us", channel="text", agreed="2026-10-01"))
    with pytest.raises(Refused, match="lies ahead"):
        proposed(told, KIND, ask="call_us", channel="text", agreed="2027-10-01")


def consented(told, scope, status="active", on="2026-05-01"):
    told.add("Consent", on=on, text=scope, status=status, effective=Period(when(on)))


def test_a_recorded_consent_to_text_messages_is_enough_until_it_is_taken_back():
    told, _ = booked()
    consented(told, "Consent to text messages")
    assert said(proposed(told, KIND, ask="call_us", channel="text"))
    consented(told, "Consent to text messages", status="inactive", on="2026-09-01")
    with pytest.raises(Refused, match="asked not to be contacted by text"):
        proposed(told, KIND, ask="call_us", channel="text", agreed="2026-04-01")


def test_who_opted_out_is_asked_nothing():
    told, _ = booked()
    consented(told, "Patient opted out of outreach messages")
    with pytest.raises(Refused, match="that is honoured"):
        proposed(told, KIND, ask="call_us")


def test_who_is_not_safe_to_be_left_a_message_gets_none_but_in_the_portal():
    told, _ = booked()
    told.add("Patient", on="", detail={"contact": "no"})
    with pytest.raises(Refused, match="safe"):
        proposed(told, KIND, ask="call_us", channel="phone", agreed="2026-10-01")
    assert said(proposed(told, KIND, ask="call_us"))


def test_the_name_that_somebody_typed_is_used_and_read_by_a_nurse():
    proposal = proposed(booked()[0], KIND, ask="call_us", preferred_name="Lucía")
    assert said(proposal)[0] == "Hello Lucía,"
    assert proposal.tier is Tier.NURSE
    assert said(proposed(booked()[0], KIND, ask="call_us", preferred_name="<b>x</b>"))[0] == "Hello Ana,"


def test_nobody_is_asked_to_call_a_number_that_isnt_set():
    with pytest.raises(Refused, match="CARELOOM_PRACTICE_PHONE"):
        proposed(booked()[0], KIND, ask="call_us", site=replace(SITE, phone=""))


def test_a_urine_test_a_scan_or_a_weight_that_is_due_is_no_blood_test():
    told, _ = booked()
    told.problem("Heart failure", "I50.9")
    told.lab("48642-3", "eGFR", "70", "mL/min/{1.73_m2}", "2026-10-01")
    told.lab("2823-3", "Potassium", "4.1", "mmol/L", "2026-10-01")
    told.lab("718-7", "Hemoglobin", "13.5", "g/dL", "2026-10-01")
    due = {gap.about for gap in told.record().gaps}
    assert {"lvef", "weight"} & due and not IN_BLOOD & due
    with pytest.raises(Refused, match="no blood test is due"):
        proposed(told, KIND, ask="blood_test")
