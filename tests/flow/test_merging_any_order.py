"""Merges by HL7, by Patient.link and by a person, undone in any other order: nothing is lost, nothing is in two charts, history
stays whole, and who is parted again has just what came for them."""

import json
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from careloom import pipeline as pipelines
from careloom import settings as site
from careloom.care.document import Reviewer
from careloom.errors import InputError
from careloom.pipeline import Pipeline
from careloom.store.clusters import BETWEEN, STAYS
from tests.connect.hl7 import PID, hl7

pytestmark = pytest.mark.django_db
CAM = Reviewer(user="cam", role="care_coordinator")
HARBOR = "urn:careloom:source:harbor:HARBOR"
# Three registrations of one woman, and a stranger who bears a number of his own.
NUMBERS = ("H-0", "H-1", "H-2", "H-9")
WHO = st.integers(0, len(NUMBERS) - 1)
PAIR = st.sampled_from([(0, 1), (1, 0), (1, 2), (2, 1), (2, 0), (0, 2), (3, 0), (1, 3)])
STEP = st.one_of(
    st.tuples(st.just("arrives"), WHO),
    st.tuples(st.sampled_from(["A40", "A37", "link", "same", "different", "unmerge"]), PAIR),
    st.tuples(st.just("note"), st.none()),
    st.tuples(st.just("again"), st.none()),
)
ORGANISATIONS = count()


class Hospital:
    """A site, what was sent to it, and what its store said after each step."""

    def __init__(self, home: Path, folder: Path) -> None:
        made = replace(site.read(), home=home, model="none", organisation=f"o{next(ORGANISATIONS)}")
        self.desk: Pipeline = pipelines.build(made)
        self.folder = folder
        self.sent = 0
        self.came: dict[int, set[str]] = {one: set() for one in range(len(NUMBERS))}
        self.notes: set[str] = set()
        self.words: list[str] = []
        self.ids = [self._first(one) for one in range(len(NUMBERS))]
        self.people = self.desk.people  # as it is before any merge

    def _first(self, who: int) -> str:
        (patient,) = self.arrives(who)
        return patient

    def sends(self, body: bytes, name: str, source: str = "harbor") -> list[str]:
        file = self.folder / f"{self.desk.settings.organisation}-{self.sent}{name}"
        file.write_bytes(body)
        self.sent += 1
        return list(self.desk.connect([file], source=source).patients)

    def pid(self, who: int, number: str = "1") -> str:
        her = PID if NUMBERS[who] != "H-9" else "PID|1||H-778^^^HARBOR^MR||Ost^Iver||19500112|M"
        return her.replace("H-778", NUMBERS[who]).replace("PID|1", f"PID|{number}")

    def hl7(self, event: str, who: int, *segments: str) -> list[str]:
        body = hl7(event, *segments, pid=self.pid(who))
        return self.sends(body.replace(b"|C-1|", f"|C-{self.sent}|".encode()), ".hl7")

    def arrives(self, who: int) -> list[str]:
        substance = f"substance {self.sent}"
        self.came[who].add(substance)
        return self.hl7("ADT^A08", who, f"AL1|1|DA|^{substance}|SV")

    def a40(self, one: int, other: int) -> None:
        self.hl7("ADT^A40^ADT_A39", one, f"MRG|{NUMBERS[other]}^^^HARBOR^MR")

    def a37(self, one: int, other: int) -> None:
        self.hl7("ADT^A37", one, self.pid(other, "2"))

    def link(self, one: int, other: int) -> None:
        self.sends(json.dumps(self._linked(one, other)).encode(), ".json")

    def _linked(self, one: int, other: int) -> dict[str, Any]:
        her = self.pid(one).split("|")
        family, given = her[5].split("^")[:2]
        born = f"{her[7][:4]}-{her[7][4:6]}-{her[7][6:]}"
        reference = {"identifier": {"system": HARBOR, "value": NUMBERS[other]}}
        return {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [
                {
                    "resource": {
                        "resourceType": "Patient",
                        "id": f"p{one}",
                        "identifier": [{"system": HARBOR, "value": NUMBERS[one]}],
                        "name": [{"family": family, "given": [given], "suffix": her[5].split("^")[3:]}],
                        "birthDate": born,
                        "gender": "female" if her[8] == "F" else "male",
                        "link": [{"other": reference, "type": "replaces"}],
                        "language": f"x-{self.sent}",
                    }
                }
            ],
        }

    def a_note(self) -> None:
        text = f"She takes aspirin {self.sent}."
        body = f"Patient: Marta Jo Quill Jr\nBirth date: 1949-06-30\nSex: female\n\n{text}\n"
        if self.sends(body.encode(), ".txt", source="clinic"):
            self.notes.add(text)

    def same(self, one: int, other: int) -> None:
        self.people.same(CAM, self.ids[one], self.ids[other], why="asked")

    def different(self, one: int, other: int) -> None:
        self.people.different(CAM, self.ids[one], self.ids[other], why="asked")

    def unmerge(self, one: int, other: int) -> None:
        mine, theirs = self.ids[one], self.ids[other]
        given = {held.patient: mine for held in self.people.unnamed(mine, theirs)}
        self.people.unmerge(CAM, mine, theirs, why="asked", whose=given)

    def does(self, step: str, whom: Any) -> None:
        try:
            if step == "arrives":
                self.arrives(whom)
            elif step == "note":
                self.a_note()
            elif step == "again":
                self.desk.replay()
            else:
                getattr(self, step.lower())(*whom)
        except InputError as refused:
            note(f"{step} {whom}: {refused.reason}")

    def holds(self) -> None:
        """What is so after every step."""
        store = self.desk.store
        charts = {one: [entry.id for entry in store.entries.of(one)] for one in store.patients.all()}
        every = [entry for chart in charts.values() for entry in chart]
        assert len(every) == len(set(every)), "an entry stands in two charts"
        for one, names in self.came.items():
            chart = store.entries.of(self.ids[one])
            assert names <= {entry.name for entry in chart}, "what came for a number is not in its record"
        words = [word.id for word in reversed(store.sameness.words())]
        assert set(self.words) <= set(words)
        self.words = words
        texts = " ".join(entry.text for one in charts for entry in store.entries.of(one))
        assert all(text in texts for text in self.notes)
        her, him = (set(store.sameness.members(one)) for one in (self.ids[0], self.ids[3]))
        if not any(said.who for said in store.sameness.clusters().said):
            assert her.isdisjoint(him), "a message merged two who contradict"

    def parts_everybody(self) -> None:
        """Undo all merges, the last first, and see that each has just what came for them."""
        people = self.people
        while merges := people.merges():
            word = merges[0]
            given = {held.patient: word.one for held in people.unnamed(word.one, word.other)}
            people.unmerge(CAM, word.one, word.other, why="asked", whose=given)
        store = self.desk.store
        between = {said.one for said in store.sameness.clusters().said if said.said == BETWEEN}
        for one, names in self.came.items():
            alone = store.entries.of(self.ids[one], alone=True)
            assert names == {entry.name for entry in alone if entry.kind == "AllergyIntolerance"}
            numbers = {
                said.value
                for _, person in store.arrived.persons(self.ids[one], alone=True)
                for said in person.identifiers
                if said.system == HARBOR
            }
            assert numbers == {NUMBERS[one]}, "a number moved to somebody else"
            held = set(map(str, store.sameness.members(self.ids[one]))) - {self.ids[one]}
            assert held <= between, "somebody is merged still"


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=3, max_size=10))
def test_in_whatever_order_people_and_messages_merge_and_part_nothing_is_lost(home, tmp_path, steps):
    hospital = Hospital(home, tmp_path)
    for step, whom in steps:
        hospital.does(step, whom)
        hospital.holds()
    alone = {one: hospital.desk.store.entries.of(one, alone=True) for one in hospital.ids}
    hospital.parts_everybody()
    assert {one: hospital.desk.store.entries.of(one, alone=True) for one in hospital.ids} == alone
    assert STAYS not in {said.said for said in hospital.desk.store.sameness.clusters().ties()}
