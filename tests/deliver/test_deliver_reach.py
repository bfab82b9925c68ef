"""By which address a patient is reached, and what keeps every message back."""

from datetime import date

import pytest

from careloom.care.entry import Code, Entry, Period, Person, Source, when
from careloom.care.record import Consented
from careloom.deliver import address, whither, why_unreachable
from careloom.errors import InputError
from careloom.knowledge import load

TODAY = date(2026, 11, 24)
KNOWLEDGE = load()


def person(*telecoms: tuple[str, str]) -> Person:
    return Person(telecoms=tuple(one for one, _ in telecoms), uses=tuple(one for one in telecoms if one[1]))


def entry(kind: str, **said) -> Entry:
    begun, ended = said.pop("begun", None), said.pop("ended", None)
    period = Period(when(begun) if begun else None, when(ended) if ended else None)
    return Entry(
        id=kind + str(sorted(said)), kind=kind, source=Source("m", "w", "ehr"), effective=period, **said
    )


def why(*entries: Entry, consents: tuple[Consented, ...] = (), channel="text") -> str:
    return why_unreachable(entries, consents, channel, TODAY, KNOWLEDGE)


def consent(scope: str, given: bool) -> Consented:
    return Consented(scope, (), "2026-01-01", None, given, "ehr", False, False, ("c",))


def test_a_mobile_number_comes_before_one_of_which_nothing_is_said():
    her = person(("(555) 555-0142", "mobile"), ("555-555-0199", ""), ("marta@example.org", "home"))
    assert whither([her], "text", "p") == "5555550142"
    assert whither([her], "email", "p") == "marta@example.org"
    assert whither([her], "portal", "p") == "p"
    assert whither([person(("+1 555 555 0199", ""))], "text", "p") == "5555550199"


@pytest.mark.parametrize("use", ["home", "work", "temp"])
def test_a_number_that_its_source_calls_another_than_mobile_gets_no_text(use):
    with pytest.raises(InputError, match="no mobile ones"):
        whither([person(("555-555-0142", use))], "text", "p")
    # Nor where another source says nothing of it.
    with pytest.raises(InputError, match="no mobile ones"):
        whither([person(("555-555-0142", use)), person(("555-555-0142", ""))], "text", "p")


def test_what_is_out_of_use_a_fax_or_one_of_several_is_not_written_to():
    for its, channel in (
        (person(("555-555-0142", "old")), "text"),
        (person(("555-555-0142", "fax")), "text"),
        (person(("old@example.org", "old")), "email"),
        (person(), "email"),
        (person(("12", "")), "text"),
    ):
        with pytest.raises(InputError):
            whither([its], channel, "p")
    two = [person(("a@example.org", "")), person(("b@example.org", ""))]
    with pytest.raises(InputError, match="more than one e-mail address") as refused:
        whither(two, "email", "p")
    assert "example" not in str(refused.value)


def test_an_address_that_a_person_gives_is_the_channels_or_none():
    assert address("+1 555-555-0142", "text") == "5555550142"
    assert address(" Marta@Example.org", "email") == "marta@example.org"
    for said, channel in (
        ("p-2", "portal"),
        ("marta@example.org", "text"),
        ("555", "text"),
        ("none", "email"),
    ):
        with pytest.raises(InputError):
            address(said, channel)


def test_nothing_is_sent_to_somebody_whom_one_source_calls_dead():
    assert why() == ""
    assert why(entry("Patient", detail={"deceased": "false"})) == ""
    for said in ("true", "2026-11-23"):
        assert "died" in why(entry("Patient"), entry("Patient", detail={"deceased": said}))


def test_hospice_keeps_messages_back_from_the_day_on_which_it_begins():
    care = (Code("http://snomed.info/sct", "385763009", "Hospice care"),)
    assert "hospice" in why(entry("Encounter", codes=care, status="in-progress", begun="2026-11-23"))
    assert "hospice" in why(entry("Condition", text="Hospice care", status="active"))
    assert why(entry("Encounter", codes=care, status="planned", begun="2026-12-23")) == ""
    assert why(entry("Encounter", codes=care, status="entered-in-error", begun="2026-11-23")) == ""


def stay(status="in-progress", begun="2026-11-20", ended=None, sort="inpatient") -> Entry:
    return entry("Encounter", status=status, begun=begun, ended=ended, detail={"class": sort})


def test_whoever_was_admitted_and_not_discharged_is_in_hospital():
    for one in (
        stay(),
        stay(status="arrived"),
        stay(sort="inpatient acute"),
        stay(begun="2026-11-23", sort="emergency"),
    ):
        assert "in hospital" in why(one)
    for one in (
        stay(status="finished", ended="2026-11-22"),
        stay(status="finished"),
        stay(ended="2026-11-22"),
        stay(sort="ambulatory"),
        stay(status="planned", begun="2026-11-30"),
        stay(begun="2026-11-10", sort="emergency"),
        stay(begun="2020-01-02"),
    ):
        assert why(one) == ""
    # Another source told of the same stay's end.
    assert why(stay(), stay(status="finished", begun="2026-11-20", ended="2026-11-23")) == ""


def test_who_asked_for_no_messages_or_took_back_a_consent_gets_none():
    assert "no message be left" in why(entry("Patient", detail={"contact": "no"}))
    yes, no = consent("Text messages and reminders", True), consent("Text messages and reminders", False)
    assert why(consents=(yes,)) == ""
    assert "consent" in why(consents=(yes, no))
    assert why(consents=(no, yes)) == ""
    assert why(consents=(consent("E-mail", False),)) == ""
    assert "consent" in why(consents=(consent("Electronic communication", False),), channel="email")
    assert why(consents=(consent("Release of imaging", False),)) == ""
