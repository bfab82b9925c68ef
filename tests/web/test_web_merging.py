"""Two records that may be one person's: somebody compares them, says so with a reason, and can take it back."""

from pathlib import Path

import pytest
from django.test import Client

from careloom import pipeline as pipelines
from careloom.care.document import Action
from careloom.care.worklist import Sought
from careloom.errors import InputError, NotLicensed, StaleRecord
from careloom.pipeline import Pipeline
from careloom.store.models import AuditEvent, User
from tests.connect.hl7 import hl7
from tests.flow.feed import Sends, feed
from tests.flow.test_merging import IVER, LATEX, NOTE, NUTS, OLD, PENICILLIN, allergies, merge, unlink
from tests.web.desk import PASSWORD, signed_in


@pytest.fixture
def desk(real):
    """The pages work on a real store, not on Ada's plan alone."""
    return real


@pytest.fixture
def sends(desk: Pipeline, tmp_path: Path) -> Sends:
    return feed(desk, tmp_path)


@pytest.fixture
def twice(desk, sends) -> tuple[str, str]:
    """Marta, who was registered twice, the first time with another birth date; a sender says that she is one."""
    (first,) = sends(hl7("ADT^A01", PENICILLIN, pid=OLD.replace("19490630", "19490603"))).patients
    (second,) = sends(hl7("ADT^A01", LATEX)).patients
    assert sends(merge()).rejected
    return first, second


def the_pair(desk) -> str:
    (look,) = desk.people.waiting()
    return f"/people/{look.id}"


def test_the_pair_is_listed_with_its_reason_and_shown_with_what_differs(desk, twice):
    cam = signed_in("cam")
    listed = cam.get("/people").content.decode()
    assert "1 pair of records" in listed
    assert "A sender says that they are one person, but the birth date differs." in listed
    page = cam.get(the_pair(desk)).content.decode()
    assert "differs" in page
    assert "<mark>" in page
    assert "1949-06-" in page
    assert "H-100 (HARBOR)" in page
    assert not any(one in page.split("<main")[0] for one in twice)


def test_a_coordinator_says_that_they_are_one_and_the_message_is_off_the_list(desk, twice):
    cam = signed_in("cam")
    answer = cam.post(f"{the_pair(desk)}/same", {"why": "her daughter confirmed the day"})
    assert answer.status_code == 302
    assert desk.people.waiting() == ()
    assert desk.dead_letters.all() == ()
    assert allergies(desk, twice[1]) == {"Penicillin", "Latex"}
    page = cam.get("/people?done=same").content.decode()
    assert "1 merged" in page
    assert "C. Lund" in page
    assert "Her daughter confirmed the day." in page
    for one in twice:
        assert AuditEvent.objects.filter(action="same", patient=one).count() == 1


def test_a_nurse_says_that_they_are_two_and_the_message_is_off_the_list(desk, sends, twice):
    signed_in("rosa").post(f"{the_pair(desk)}/different", {"why": "a cousin"})
    assert desk.people.waiting() == ()
    assert desk.dead_letters.all() == ()
    assert len(desk.store.patients.all()) == 2
    # The sender insists: a person looks again, nobody is merged.
    assert sends(merge(number="C-20")).rejected
    assert "a person said that they are two" in desk.people.waiting()[0].why
    assert len(desk.store.patients.all()) == 2


def test_nothing_is_done_without_a_reason(desk, twice):
    answer = signed_in("cam").post(f"{the_pair(desk)}/same", {"why": "  "})
    assert (answer.status_code, "say why in a few words" in answer.content.decode()) == (422, True)
    assert len(desk.store.patients.all()) == 2


def test_nobody_merges_by_an_address_alone_or_without_signing_in(desk, twice):
    pair = the_pair(desk)
    assert signed_in("cam").get(f"{pair}/same").status_code == 405
    assert Client().post(f"{pair}/same", {"why": "x"}).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="cam"))
    assert strict.post(f"{pair}/same", {"why": "x"}).status_code == 403
    assert len(desk.store.patients.all()) == 2


def test_who_may_not_is_told_who_may(desk, twice):
    desk.store.users.create("sol", name="S. Work", role="social_worker", password=PASSWORD)
    desk.store.users.create("quinn", name="Q. Audit", role="auditor", password=PASSWORD)
    pair = the_pair(desk)
    sol = signed_in("sol")
    assert sol.get(pair).status_code == 403
    assert sol.post(f"{pair}/same", {"why": "x"}).status_code == 403
    quinn = signed_in("quinn")
    assert "A nurse, a physician or a coordinator says" in quinn.get(pair).content.decode()
    assert quinn.post(f"{pair}/same", {"why": "x"}).status_code == 403
    with pytest.raises(NotLicensed):
        desk.people.same(desk.store.users.reviewer("sol"), *twice, why="x")


def test_the_merge_is_undone_and_what_names_neither_is_given_to_one_of_them(desk, sends, twice):
    first, second = twice
    rosa = desk.store.users.reviewer("rosa")
    assert desk.people.same(rosa, first, second, why="the passport")
    assert not desk.people.same(rosa, second, first, why="again")
    sends(hl7("ADT^A08", NUTS, pid=OLD.replace("19490630", "19490603")))
    sends(NOTE, source="clinic", name=".txt")
    (since,) = desk.people.unnamed(first, second)
    (word,) = desk.people.merges()
    client = signed_in("rosa")
    page = client.get(f"/people/merged/{word.id}").content.decode()
    assert "names neither: whose is it?" in page
    assert since.patient in page
    answer = client.post(f"/people/merged/{word.id}/undo", {"why": "two sisters"})
    assert (answer.status_code, "say whose this is" in answer.content.decode()) == (422, True)
    assert len(desk.store.patients.all()) == 1
    answer = client.post(f"/people/merged/{word.id}/undo", {"why": "two sisters", since.patient: second})
    assert answer.status_code == 302
    assert set(desk.store.patients.all()) == {first, second}
    assert allergies(desk, first) == {"Penicillin", "Nuts"}
    assert allergies(desk, second) == {"Latex"}
    assert [bool(needs(desk, one)) for one in twice] == [False, True]
    desk.replay()
    assert [bool(needs(desk, one)) for one in twice] == [False, True]
    assert allergies(desk, first) == {"Penicillin", "Nuts"}


def needs(desk, patient):
    return [one for one in desk.store.entries.of(patient) if "domain" in one.detail]


def test_a_chain_is_undone_merge_by_merge(desk, sends, twice):
    first, second = twice
    (third,) = sends(hl7("ADT^A01", pid=IVER)).patients
    rosa = desk.store.users.reviewer("rosa")
    desk.people.same(rosa, first, second, why="x")
    desk.people.same(rosa, second, third, why="a mistake")
    with pytest.raises(InputError, match="several merges"):
        desk.people.unmerge(rosa, first, third, why="x")
    desk.people.unmerge(rosa, second, third, why="it was a mistake")
    assert set(desk.store.patients.all()) == {first, third}
    with pytest.raises(InputError, match="not merged"):
        desk.people.unmerge(rosa, second, third, why="x")
    with pytest.raises(InputError, match="undo the merge instead"):
        desk.people.different(rosa, first, second, why="x")
    with pytest.raises(InputError, match="one and the same"):
        desk.people.same(rosa, first, first, why="x")


def test_an_unlink_of_what_a_person_merged_is_a_persons(desk, sends, twice):
    rosa = desk.store.users.reviewer("rosa")
    desk.people.same(rosa, *twice, why="the passport")
    ((_, reason),) = [(one["where"], one["reason"]) for one in sends(unlink()).rejected]
    assert "a person said that they are one" in reason
    assert len(desk.store.patients.all()) == 1
    desk.people.unmerge(rosa, *twice, why="the hospital asked")
    assert desk.dead_letters.all() == ()


def test_a_draft_of_either_can_not_be_signed_after_a_merge(desk, twice):
    rosa, osei = (desk.store.users.reviewer(name) for name in ("rosa", "osei"))
    draft = desk.propose(rosa, twice[1])
    desk.people.same(rosa, *twice, why="the passport")
    with pytest.raises(StaleRecord, match="who this patient is"):
        desk.decide(osei, draft.id, Action.APPROVE)
    assert desk.work(rosa, Sought()).rows[0].waiting.name
    desk.people.unmerge(rosa, *twice, why="two sisters")
    desk.decide(osei, draft.id, Action.APPROVE)


def test_her_review_page_leads_to_the_pair_that_waits_and_to_the_merge_that_made_her_record(desk, twice):
    first, _ = twice
    cam = signed_in("cam")
    address = f"/review/{desk.propose('operator', first).id}"
    shown = cam.get(address).content.decode()
    assert f'<a href="{the_pair(desk)}">May be one person with another record: compare</a>' in shown
    cam.post(f"{the_pair(desk)}/same", {"why": "her passport"})
    address = f"/review/{desk.propose('operator', first).id}"
    shown = cam.get(address).content.decode()
    (merged,) = desk.people.merges()
    assert "May be one person" not in shown
    assert f'One record made of 2: <a href="/people/merged/{merged.id}">look, or undo</a>' in shown
    assert cam.get(f"/people/merged/{merged.id}").status_code == 200


def test_a_confirmed_pair_that_is_different_is_not_told_as_alike_by_the_data_audit(desk, sends):
    twin = OLD.replace("H-100", "H-200").replace("Marta^Jo", "Maria^Jo")
    one, other = sends(hl7("ADT^A01"), hl7("ADT^A01", pid=twin)).patients
    day = desk.today
    assert len(desk.data_audit.run("u", day).report.alike) == 1
    desk.people.different(desk.store.users.reviewer("cam"), one, other, why="twins")
    assert desk.data_audit.run("u", day).report.alike == ()


def test_what_a_substance_use_programme_says_is_not_shown_to_who_compares(desk, twice, home, settings):
    (home / "sources.toml").write_text('[lighthouse]\npart2 = true\nprogramme = "Lighthouse Recovery"\n')
    made = pipelines.build(desk.settings)
    settings.CARELOOM_PIPELINE = lambda _: made
    rosa = made.store.users.reviewer("rosa")
    made.people.same(rosa, *twice, why="the passport")
    file = home / "note.txt"
    file.write_bytes(NOTE.replace(b"Sex:", b"MRN: LH-7\nMRN system: urn:lighthouse\nSex:"))
    made.connect([file], source="lighthouse")
    (since,) = made.people.unnamed(*twice)
    assert (since.entries, since.sources, bool(since.restricted)) == ((), (), True)
    (told,) = made.people.told(rosa, [since.patient], alone=True)
    assert told.entries == 0
    assert {source for source, _ in told.persons} == {""}
    assert not any(person.identifiers for _, person in told.persons)
    (word,) = made.people.merges()
    page = signed_in("rosa").get(f"/people/merged/{word.id}").content.decode()
    assert "lighthouse" not in page.lower()
    assert "LH-7" not in page
    assert "evict" not in page.lower()
