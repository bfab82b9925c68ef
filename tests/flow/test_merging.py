"""Two numbers, one person: what a sender says of it is honoured where nothing contradicts, waits where somebody is unknown,
is a person's where it contradicts, and can be taken back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from careloom.errors import InputError
from careloom.pipeline import Pipeline
from careloom.store.models import EntryRevision
from tests.connect.hl7 import PID, hl7
from tests.flow.feed import Sends, feed

pytestmark = pytest.mark.django_db

# Marta Quill was registered twice; Iver Ost is somebody else.
OLD = PID.replace("H-778", "H-100")
THIRD = PID.replace("H-778", "H-300")
IVER = "PID|1||H-900^^^HARBOR^MR||Ost^Iver||19500112|M"
PENICILLIN = "AL1|1|DA|70618^Penicillin^RXNORM|SV"
LATEX = "AL1|1|EA|111088007^Latex^SCT|MO"
NUTS = "AL1|1|FA|91935009^Nuts^SCT|MI"
MRG = "MRG|{}^^^HARBOR^MR"
HARBOR = "urn:careloom:source:harbor:HARBOR"


@pytest.fixture
def desk(home: Path) -> Pipeline:
    return pipelines.build(replace(settings.read(), home=home, model="none"))


@pytest.fixture
def sends(desk: Pipeline, tmp_path: Path) -> Sends:
    return feed(desk, tmp_path)


@pytest.fixture
def twice(desk, sends) -> tuple[str, str]:
    """Marta, who was registered twice: with an allergy to penicillin first, then with one to latex."""
    (first,) = sends(hl7("ADT^A01", PENICILLIN, pid=OLD)).patients
    (second,) = sends(hl7("ADT^A01", LATEX)).patients
    assert first != second
    return first, second


def merge(event: str = "A40", prior: str = "H-100", pid: str = PID, number: str = "C-9") -> bytes:
    made = hl7(f"ADT^{event}^ADT_A39", "EVN|A40|20260304", MRG.format(prior), pid=pid)
    return made.replace(b"|C-1|", f"|{number}|".encode())


def unlink(number: str = "C-8") -> bytes:
    return hl7("ADT^A37", OLD.replace("PID|1", "PID|2")).replace(b"|C-1|", f"|{number}|".encode())


def refused(report) -> list[tuple[str, str]]:
    return [(one["where"], one["reason"]) for one in report.rejected]


def allergies(desk: Pipeline, patient: str) -> set[str]:
    return {one.name for one in desk.store.entries.of(patient) if one.kind == "AllergyIntolerance"}


def people(desk: Pipeline) -> int:
    return len(desk.store.patients.all())


@pytest.mark.parametrize(
    "event", ["A18", "A30", "A34", "A35", "A36", "A39", "A40", "A41", "A42", "A46", "A47"]
)
def test_a_merge_of_two_whom_nothing_contradicts_makes_one_record(desk, sends, twice, event):
    first, second = twice
    assert sends(merge(event)).rejected == []
    assert people(desk) == 1
    for one in twice:
        assert allergies(desk, one) == {"Penicillin", "Latex"}
        assert desk.find(one) == first
    assert desk.find(f"{HARBOR}|H-778") == desk.find(f"{HARBOR}|H-100") == first
    assert desk.record("operator", second).patient == first
    assert list(desk.store.arrived.patients()) == [first]
    assert desk.store.arrived.count() == 1


def test_nothing_is_rewritten_by_a_merge_and_it_is_in_both_ones_audit_log(desk, sends, twice):
    before = set(EntryRevision.objects.values_list("id", "patient"))
    sends(merge())
    assert before <= set(EntryRevision.objects.values_list("id", "patient"))
    for one in twice:
        (event,) = [row for row in desk.store.audit.of(one) if row["action"] == "same"]
        assert event["actor"] == "message"
        assert "MRG-1" in event["what"]
    (word,) = desk.store.sameness.words()
    assert word.who.startswith("message ")
    assert word.who.endswith(" of harbor")


def test_a_link_says_that_two_numbers_are_one_person(desk, sends, twice):
    assert sends(hl7("ADT^A24", OLD.replace("PID|1", "PID|2"))).rejected == []
    assert people(desk) == 1


def test_a_merge_whose_number_nobody_knows_founds_nobody_waits_and_is_done_when_they_come(desk, sends):
    (her,) = sends(hl7("ADT^A01", LATEX)).patients
    ((where, reason),) = refused(sends(merge()))
    assert (where, reason) == (
        "message 1, MRG-1",
        "names somebody whom nobody has sent yet: it is done once they are known",
    )
    assert people(desk) == 1
    sends(hl7("ADT^A01", PENICILLIN, pid=OLD))
    assert people(desk) == 1
    assert allergies(desk, her) == {"Penicillin", "Latex"}
    assert desk.store.messages.rejections() == ()


def test_a_merge_into_a_number_nobody_knows_founds_nobody_and_waits(desk, sends):
    (her,) = sends(hl7("ADT^A01", PENICILLIN, pid=OLD)).patients
    assert "nobody has sent yet" in refused(sends(merge()))[0][1]
    assert people(desk) == 1
    sends(hl7("ADT^A01", LATEX))
    assert people(desk) == 1
    assert allergies(desk, her) == {"Penicillin", "Latex"}
    assert desk.store.messages.rejections() == ()


def test_several_merges_in_one_message_are_each_for_their_own(desk, sends, twice):
    sends(hl7("ADT^A01", pid=IVER), hl7("ADT^A01", pid=IVER.replace("H-900", "H-901")))
    assert people(desk) == 4
    report = sends(hl7("ADT^A40", MRG.format("H-100"), IVER.replace("PID|1", "PID|2"), MRG.format("H-901")))
    assert report.rejected == []
    assert people(desk) == 2


def test_a_merge_that_lists_both_numbers_of_hers_names_the_one_that_stays(desk, sends, twice):
    both = PID.replace("H-778^^^HARBOR^MR", "H-778^^^HARBOR^MR~H-100^^^HARBOR^MR")
    assert sends(merge(pid=both)).rejected == []
    assert people(desk) == 1


@pytest.mark.parametrize(
    ("told", "part"),
    [
        (OLD.replace("19490630", "19490603"), "birth date"),
        (OLD.replace("|F", "|M"), "sex"),
        (OLD.replace("^Jr", "^Sr"), "name's suffix"),
        (OLD.replace("Marta^Jo", "Maria^Jo"), "given name"),
    ],
)
def test_a_merge_of_two_whom_something_contradicts_is_a_persons_to_decide(desk, sends, told, part):
    (one,) = sends(hl7("ADT^A01", PENICILLIN, pid=told)).patients
    (other,) = sends(hl7("ADT^A01", LATEX)).patients
    ((where, reason),) = refused(sends(merge()))
    assert where == "message 1, MRG-1"
    assert (
        reason
        == f"says that patient {other} and patient {one} are one person, but the {part} differs: a person must decide"
    )
    assert people(desk) == 2
    (look,) = desk.store.sameness.looks()
    assert look.why == f"a sender says that they are one person, but the {part} differs"
    assert {look.one, look.other} == {one, other}
    assert [row.error for row in desk.store.messages.rejections()] == ["PatientMismatch"]


def test_the_same_merge_twice_adds_nothing(desk, sends, twice):
    sends(merge(), merge(number="C-10"))
    sends(merge(number="C-11"))
    assert len(desk.store.sameness.words()) == 1


def test_merges_of_merged_numbers_are_one_chain(desk, sends, twice):
    first, second = twice
    (third,) = sends(hl7("ADT^A01", NUTS, pid=THIRD)).patients
    sends(merge())
    assert sends(merge(prior="H-778", pid=THIRD, number="C-12")).rejected == []
    # A merge that comes late names a number that was merged long ago.
    assert sends(merge(prior="H-100", pid=THIRD, number="C-13")).rejected == []
    assert len(desk.store.sameness.words()) == 2
    assert {desk.find(one) for one in (first, second, third)} == {first}
    assert allergies(desk, third) == {"Penicillin", "Latex", "Nuts"}


def test_an_unlink_takes_back_what_a_message_merged(desk, sends, twice):
    first, second = twice
    sends(merge())
    assert sends(unlink()).rejected == []
    assert people(desk) == 2
    assert (allergies(desk, first), allergies(desk, second)) == ({"Penicillin"}, {"Latex"})
    sends(merge(number="C-14"))
    assert people(desk) == 1


def test_a_merge_and_its_unlink_in_one_file_leave_two(desk, sends):
    sends(hl7("ADT^A01", PENICILLIN, pid=OLD), hl7("ADT^A01", LATEX), merge(), unlink())
    assert people(desk) == 2
    desk.replay()
    assert people(desk) == 2


def test_a_replay_changes_nothing_of_who_is_who(desk, sends, twice):
    sends(merge())
    sends(hl7("ADT^A08", NUTS, pid=OLD))
    before = {one: desk.store.entries.of(one) for one in twice}
    desk.replay()
    assert {one: desk.store.entries.of(one) for one in twice} == before
    sends(unlink())
    desk.replay()
    assert people(desk) == 2
    assert [allergies(desk, one) for one in twice] == [{"Penicillin", "Nuts"}, {"Latex"}]


def test_what_comes_after_a_merge_goes_to_whom_its_own_number_names(desk, sends, twice):
    first, second = twice
    sends(merge())
    sends(hl7("ADT^A08", NUTS, pid=OLD))
    assert allergies(desk, second) == {"Penicillin", "Latex", "Nuts"}
    sends(unlink())
    assert allergies(desk, first) == {"Penicillin", "Nuts"}
    assert allergies(desk, second) == {"Latex"}


NOTE = b"Patient: Marta Jo Quill Jr\nBirth date: 1949-06-30\nSex: female\n\nShe was evicted last week.\n"


def test_what_names_neither_after_a_merge_is_in_the_record_and_in_nobodys_after_an_unlink_without_a_person(
    desk, sends, twice
):
    sends(merge())
    (whose,) = sends(NOTE, source="clinic", name=".txt").patients
    assert whose == twice[0]
    assert people(desk) == 1
    ((_, reason),) = refused(sends(unlink()))
    assert "what came since they were merged names neither of them" in reason
    assert people(desk) == 1


def test_a_number_used_again_for_somebody_else_merges_nobody(desk, sends, twice):
    sends(merge())
    ((_, reason),) = refused(sends(hl7("ADT^A01", pid=IVER.replace("H-900", "H-100"))))
    assert "an identifier is shared, but the birth date differs" in reason
    assert people(desk) == 1


def test_people_who_share_a_phone_are_two(desk, sends):
    phone = "|" * 5 + "555-0199"
    sends(hl7("ADT^A01", pid=PID + phone), hl7("ADT^A01", pid=IVER + phone))
    assert people(desk) == 2
    assert desk.store.sameness.looks() == ()


def test_the_same_person_with_two_birth_dates_is_two_until_a_person_says_so_and_is_then_found_by_either(
    desk, sends
):
    (one,) = sends(hl7("ADT^A01", PENICILLIN, pid=OLD.replace("19490630", "19490603"))).patients
    (other,) = sends(hl7("ADT^A01", LATEX)).patients
    assert one != other
    desk.store.sameness.say(one, other, "same", who="u", why="the passport")
    assert list(sends(NOTE, source="clinic", name=".txt").patients) == [one]
    assert people(desk) == 1


def patient(number: str, link: str = "", kind: str = "") -> bytes:
    made = {
        "resourceType": "Patient",
        "id": number,
        "name": [{"family": "Quill", "given": ["Marta"]}],
        "birthDate": "1949-06-30",
        "gender": "female",
        "identifier": [{"system": "urn:harbor", "value": f"N-{number}"}],
    }
    if link:
        made |= {
            "active": kind != "replaced-by",
            "link": [{"other": {"reference": f"Patient/{link}"}, "type": kind}],
        }
    return json.dumps(made).encode()


@pytest.mark.parametrize(("linked", "kind"), [("2", "replaced-by"), ("2", "replaces")])
def test_a_patient_resource_that_another_replaces_is_the_same_person(desk, sends, linked, kind):
    report = sends(patient("1", linked, kind), name=".json")
    assert refused(report) == [
        ("Patient.link[0]", "names somebody whom nobody has sent yet: it is done once they are known")
    ]
    (one,) = report.patients
    sends(patient("2"), name=".json")
    assert people(desk) == 1
    assert desk.find("urn:harbor|N-2") == one
    assert desk.store.messages.rejections() == ()


def test_a_draft_about_either_is_stale_after_a_merge_and_good_again_when_it_is_undone(desk, sends, twice):
    first, second = twice
    old = desk.propose("operator", second)
    assert desk.store.proposals.is_of_today(old.id)
    sends(merge())
    assert not desk.store.proposals.is_of_today(old.id)
    whole = desk.propose("operator", second)
    assert whole.document.patient == first
    assert whole.id != old.id
    sends(unlink())
    assert desk.store.proposals.is_of_today(old.id)
    assert not desk.store.proposals.is_of_today(whole.id)


def test_a_pair_is_looked_at_once_and_no_longer_when_somebody_has_decided(desk, twice):
    sameness = desk.store.sameness
    sameness.look(*twice, "birth date and names agree")
    sameness.look(*reversed(twice), "birth date and names agree")
    assert len(sameness.looks()) == 1
    sameness.say(*twice, "different", who="u", why="asked both")
    assert sameness.looks() == ()
    sameness.look(*twice, "the addresses agree too")
    assert sameness.looks() == ()
    with pytest.raises(InputError):
        sameness.look(twice[0], twice[0], "no")
