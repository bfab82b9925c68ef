"""Of some things a person is one way or the other: whoever smokes never "never smoked", and a blood group is for life."""

import hashlib
import io

import pytest

from careloom import connect
from careloom.care.entry import Message
from careloom.record import assemble
from tests.connect.made import coded
from tests.record.people import AS_OF, KNOWLEDGE, the_only
from tests.record.sources import condition, icd, observation, of, sct, the_record_of

STATUS = coded("72166-2", "Tobacco smoking status")
NEVER = sct("266919005", "Never smoked tobacco (finding)")
FORMER = sct("8517006", "Former smoker")
DAILY = sct("449868002", "Smokes tobacco daily")


def smoking(value, on):
    return observation(STATUS, on, value)


def test_never_in_one_source_after_daily_in_another_is_a_conflict():
    record = the_record_of(hospital=[smoking(DAILY, "2015-03-02")], clinic=[smoking(NEVER, "2024-05-06")])
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.about) == ("smoking", "smoking")
    assert conflict.why == (
        "hospital says Smokes tobacco daily on 2015-03-02; clinic says Never smoked tobacco on 2024-05-06"
    )
    assert [record.by_id[one].source.system for one in conflict.entries] == ["hospital", "clinic"]


@pytest.mark.parametrize(
    "smoker",
    [
        smoking(sct("77176002", "Smoker, current status unknown"), "2024-01-01"),
        smoking(sct("428041000124106", "Current some day smoker"), "2024-01-01"),
        smoking(coded("LA18976-3"), "2024-01-01"),
        smoking(FORMER, "2024-01-01"),
        smoking("1 pack per day smoker", "2024-01-01"),
        observation({"text": "Tobacco use"}, "2024-01-01", "Current every day smoker"),
        observation({"text": "Do you smoke?"}, "2024-01-01", "Yes"),
        condition(icd("F17.210", "Nicotine dependence, cigarettes, uncomplicated"), "2024-01-01"),
        condition(icd("F17.211", "Nicotine dependence, cigarettes, in remission"), "2024-01-01"),
        condition(icd("Z72.0", "Tobacco use"), "2024-01-01"),
        condition(icd("Z87.891", "Personal history of nicotine dependence"), "2024-01-01"),
        condition({"text": "Tobacco dependence"}, "2024-01-01"),
        condition({"text": "Former cigarette smoker"}, "2024-01-01"),
        condition(sct("77176002", "Smoker"), "2010-01-01", "resolved", abatementDateTime="2020-01-01"),
    ],
)
@pytest.mark.parametrize(
    "never", [smoking(NEVER, "2026-02-03"), smoking("Lifelong non-smoker", "2026-02-03")]
)
def test_whoever_smoked_never_becomes_somebody_who_never_did(smoker, never):
    record = the_record_of(hospital=[smoker], clinic=[never])
    conflict = the_only([one for one in record.conflicts if one.kind == "smoking"])
    assert conflict.why.startswith("hospital says ") and "; clinic says " in conflict.why
    assert not any(one in conflict.why for one in ("LA18976", "F17.21", "72166-2"))


def test_one_source_that_turns_a_smoker_into_a_never_smoker_contradicts_itself():
    record = the_record_of(hospital=[smoking(DAILY, "2015-03-02"), smoking(NEVER, "2024-05-06")])
    assert the_only(record.conflicts).kind == "smoking"


@pytest.mark.parametrize(
    ("hospital", "clinic"),
    [
        ([smoking(NEVER, "2010-01-01")], [smoking(DAILY, "2020-01-01")]),
        ([smoking(DAILY, "2015-01-01")], [smoking(FORMER, "2024-01-01")]),
        ([smoking(FORMER, "2020-01-01")], [smoking(DAILY, "2024-01-01")]),
        ([smoking(NEVER, "2010-01-01"), smoking(DAILY, "2017-01-01")], [smoking(FORMER, "2020-01-01")]),
        ([smoking(DAILY, "2015-01-01"), smoking(FORMER, "2020-01-01")], [smoking("Non-smoker", "2021-01-01")]),
        ([smoking(DAILY, "2024-01-01")], [smoking(sct("266927001", "Unknown if ever smoked"), "2025-01-01")]),
        ([smoking(DAILY, "2024-01-01")], [observation({"text": "Mother: never smoked"}, "2025-01-01")]),
        ([smoking(NEVER, "2024-01-01")], [condition({"text": "Exposure to second hand tobacco smoke"}, "2024-01-01")]),
        ([smoking(NEVER, "2024-01-01")], [condition(icd("Z71.6", "Tobacco abuse counseling"), "2024-01-01")]),
        ([smoking(NEVER, "2024-01-01")], [condition(icd("F17.220", "Nicotine dependence, chewing tobacco"), "2024-01-01")]),
        ([smoking(NEVER, "2024-01-01")], [observation({"text": "Smoking cessation education"}, "2024-01-01")]),
        ([smoking(NEVER, "2024-01-01")], [observation({"text": "Cigarette pack-years"}, "2024-01-01", "0")]),
    ],
)  # fmt: skip
def test_who_began_stopped_or_began_again_contradicts_nothing(hospital, clinic):
    assert not the_record_of(hospital=hospital, clinic=clinic).conflicts


def test_never_and_daily_within_a_year_from_two_sources_are_a_conflict():
    never, daily = smoking(NEVER, "2026-01-10"), smoking(DAILY, "2026-03-02")
    assert the_only(the_record_of(hospital=[never], clinic=[daily]).conflicts).kind == "smoking"
    assert not the_record_of(hospital=[never, daily]).conflicts


def test_a_note_that_tells_of_smoking_contradicts_a_chart_that_says_never():
    text = (
        b"Patient: Marta Quill\nBirth date: 1949-06-30\nDate: 2026-10-09\n\nShe smokes half a pack a day.\n"
    )
    note = Message(hashlib.sha256(text).hexdigest(), "home_visits", "notes", "note.txt", "America/New_York")
    told = [
        entry
        for reading in connect.read(note, io.BytesIO(text), knowledge=KNOWLEDGE, max_json_mb=8)
        for entry in reading.entries
    ]
    charted = the_record_of(hospital=[smoking(NEVER, "2026-09-01")])
    conflict = the_only(assemble("p-1", [*charted.entries, *told], KNOWLEDGE, AS_OF).conflicts)
    assert conflict.why == (
        "hospital says Never smoked tobacco on 2026-09-01; home_visits says current smoker on 2026-10-09"
    )


DNR = sct("304253006", "Not for resuscitation")


@pytest.mark.parametrize(
    "dnr",
    [
        observation(sct("304251008", "Resuscitation status"), "2026-01-01", DNR),
        observation({"text": "Code status"}, "2026-01-01", "DNR/DNI"),
        observation(coded("81329-5", "Thoughts on resuscitation (CPR)"), "2026-01-01", "No CPR (Do Not Attempt Resuscitation)"),
        condition(icd("Z66", "Do not resuscitate"), "2026-01-01"),
        of("Flag", status="active", code={"text": "DNR"}, period={"start": "2026-01-01"}),
        of("ServiceRequest", status="active", intent="order", code={"text": "Do not resuscitate"}, authoredOn="2026-01-01"),
        of("Consent", status="active", scope=coded("adr"), category=[coded("dnr", system="http://terminology.hl7.org/CodeSystem/consentcategorycodes")], dateTime="2026-01-01"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "full",
    [
        observation({"text": "Code status"}, "2026-06-01", "Full code"),
        observation(sct("304252001", "For resuscitation"), "2019-06-01"),
    ],
)
def test_full_code_in_one_source_and_do_not_resuscitate_in_another_is_a_conflict(dnr, full):
    record = the_record_of(hospital=[dnr], clinic=[full])
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.about) == ("code_status", "code status")
    assert {record.by_id[one].source.system for one in conflict.entries} == {"hospital", "clinic"}


@pytest.mark.parametrize(
    "hospital",
    [
        [observation({"text": "Code status"}, "2025-01-01", "DNR"), observation({"text": "Code status"}, "2026-01-01", "Full code")],
        [of("Flag", status="inactive", code={"text": "DNR"})],
        [of("ServiceRequest", status="revoked", intent="order", code={"text": "Do not resuscitate"})],
        [observation({"text": "Code status"}, "2026-01-01", "Not discussed; DNR forms given")],
    ],
)  # fmt: skip
def test_a_code_status_that_its_source_changed_or_took_back_contradicts_nothing(hospital):
    full = observation({"text": "Code status"}, "2026-06-01", "Full code")
    assert not the_record_of(hospital=hospital, clinic=[full]).conflicts


PREGNANCY = coded("82810-3", "Pregnancy status")
PREGNANT, NOT_PREGNANT = sct("77386006", "Pregnant"), sct("60001007", "Not pregnant")


@pytest.mark.parametrize(
    ("hospital", "clinic", "kinds"),
    [
        (observation(PREGNANCY, "2026-10-01", PREGNANT), observation(PREGNANCY, "2026-10-12", NOT_PREGNANT), ["pregnancy"]),
        (condition(icd("Z33.1", "Pregnant state, incidental"), "2026-08-01"), observation(PREGNANCY, "2026-11-01", NOT_PREGNANT), ["pregnancy"]),
        (condition(sct("72892002", "Normal pregnancy"), "2026-08-01"), observation(coded("2106-3", "hCG (pregnancy test)"), "2026-11-01", "Negative"), ["pregnancy"]),
        (observation(PREGNANCY, "2026-01-10", PREGNANT), observation(PREGNANCY, "2026-10-01", NOT_PREGNANT), []),
        (observation(PREGNANCY, "2026-01-10", NOT_PREGNANT), observation(PREGNANCY, "2026-10-01", PREGNANT), []),
        (condition(sct("72892002", "Normal pregnancy"), "2026-01-01", "resolved", abatementDateTime="2026-09-01"), observation(PREGNANCY, "2026-10-01", NOT_PREGNANT), []),
        (condition({"text": "History of ectopic pregnancy"}, "2026-08-01"), observation(PREGNANCY, "2026-10-01", NOT_PREGNANT), []),
        (observation({"text": "Pregnancy test"}, "2026-10-01"), observation(PREGNANCY, "2026-10-01", NOT_PREGNANT), []),
    ],
)  # fmt: skip
def test_pregnant_and_not_pregnant_of_one_time_are_a_conflict(hospital, clinic, kinds):
    record = the_record_of(hospital=[hospital], clinic=[clinic])
    assert [one.kind for one in record.conflicts] == kinds


ABO_RH = coded("882-1", "ABO and Rh group [Type] in Blood")


def test_two_blood_groups_are_a_conflict_whenever_and_whoever_says_so():
    first = observation(ABO_RH, "2009-01-01", "A Rh(D) positive")
    other = observation(ABO_RH, "2026-01-01", sct("278148006", "Blood group O Rh(D) negative"))
    record = the_record_of(hospital=[first, other])
    assert [(one.kind, one.about) for one in record.conflicts] == [
        ("blood_group", "blood group"),
        ("blood_group", "blood group (Rh)"),
    ]


@pytest.mark.parametrize("group", ["O+", "O Pos", "Group O Rh positive", "O positive"])
def test_one_blood_group_in_several_spellings_is_one(group):
    record = the_record_of(
        hospital=[observation(ABO_RH, "2009-01-01", sct("278147001", "Blood group O Rh(D) positive"))],
        clinic=[observation(coded("883-9", "ABO group"), "2026-01-01", group)],
        office=[observation(coded("10331-7", "Rh type"), "2026-01-02", "Positive")],
    )
    assert not record.conflicts


def test_two_files_of_sources_that_nobody_named_may_be_two_systems_and_correct_each_other_in_nothing():
    full, dnr = (
        observation({"text": "Code status"}, "2025-01-01", "Full code"),
        condition(icd("Z66"), "2026-01-01"),
    )
    one = the_record_of(fhir=[full], told=[smoking(NEVER, "2026-01-01")])
    other = the_record_of(fhir=[dnr])
    both = assemble("p-1", [*one.entries, *other.entries], KNOWLEDGE, AS_OF)
    assert [conflict.kind for conflict in both.conflicts] == ["code_status"]
    assert not the_record_of(fhir=[full, dnr]).conflicts
