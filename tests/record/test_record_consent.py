"""Consents as entries, and what a substance-use programme sent."""

from dataclasses import replace

import pytest

from careloom.record import Programmes
from tests.record.people import AS_OF, a_condition, an_entry, an_order, the_only, the_record

SITE = Programmes({"lighthouse": "Lighthouse Recovery"}, ("Harbor Clinic",))
BUPRENORPHINE = an_order("Buprenorphine 8 MG Sublingual Tablet", on="2026-09-01", source="lighthouse")
PRESSURE = an_entry("Observation", "Blood pressure", on="2026-09-01", source="lighthouse")
DIAGNOSIS = a_condition("Alcohol use disorder", "icd|F10.20", on="2026-01-01", source="hospital")


def a_consent(*, on="2026-09-01", until="2027-09-01", value="permit", source="lighthouse", recipient="Harbor Clinic", text="Release under 42 CFR Part 2", status="active", n=0):  # fmt: skip
    detail = {"recipient": recipient} if recipient else {}
    return an_entry(
        "Consent", text, on=on, until=until, recorded=on, source=source, status=status, value=value, detail=detail, n=n
    )  # fmt: skip


def is_open(*entries, site=SITE):
    return BUPRENORPHINE in site.apart((BUPRENORPHINE, DIAGNOSIS, *entries), AS_OF).open


def test_what_a_programme_sent_is_apart_whatever_it_says_and_the_same_diagnosis_elsewhere_is_not():
    apart = SITE.apart((BUPRENORPHINE, PRESSURE, DIAGNOSIS), AS_OF)
    assert apart.restricted == (BUPRENORPHINE, PRESSURE)
    assert apart.open == (DIAGNOSIS,)


def test_what_its_sender_labelled_is_apart_from_whatever_system_it_comes():
    labelled = replace(DIAGNOSIS, detail={"part2": "label 42CFRPart2"})
    assert Programmes({}).apart((labelled,), AS_OF).restricted == (labelled,)


def test_a_consent_of_the_programme_for_this_site_opens_it():
    assert is_open(a_consent())
    assert is_open(a_consent(source="hospital", text="42 CFR Part 2 release by Lighthouse Recovery"))


@pytest.mark.parametrize(
    "consent",
    [
        a_consent(value="deny"),
        a_consent(status="inactive"),
        a_consent(until="2026-10-01"),
        a_consent(on="2026-12-01"),
        a_consent(recipient=""),
        a_consent(recipient="Somebody else"),
        a_consent(text="Research"),
        a_consent(source="hospital"),
    ],
)
def test_a_consent_that_lacks_a_part_opens_nothing(consent):
    assert not is_open(consent)


def test_a_site_without_names_is_no_recipient():
    assert not is_open(a_consent(), site=Programmes({"lighthouse": "Lighthouse Recovery"}))


def test_the_newest_word_counts():
    assert not is_open(a_consent(on="2026-01-01"), a_consent(on="2026-10-01", value="deny", n=1))
    assert is_open(a_consent(on="2026-01-01", value="deny"), a_consent(on="2026-10-01", n=1))


def test_notes_need_a_consent_that_names_counselling_notes():
    note = an_entry("DocumentReference", "He talked about his brother.", on="2026-09-01", source="lighthouse")
    plain, named = a_consent(), a_consent(text="42 CFR Part 2: records and counseling notes")
    assert note in SITE.apart((note, plain), AS_OF).restricted
    assert note in SITE.apart((note, named), AS_OF).open


def test_the_record_lists_a_consent_with_scope_recipient_from_and_until():
    consent = the_only(the_record(a_consent()).consents)
    assert (consent.scope, consent.recipients, consent.start, consent.until, consent.given, consent.system) == (
        "Release under 42 CFR Part 2", ("Harbor Clinic",), "2026-09-01", "2027-09-01", True, "lighthouse",
    )  # fmt: skip


def test_a_directive_on_treatment_is_no_consent():
    assert (
        the_record(an_entry("Consent", "Do not resuscitate", on="2026-01-01", category=("adr",))).consents
        == ()
    )
