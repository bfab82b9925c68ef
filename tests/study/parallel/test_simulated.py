"""Simulated runs with a known truth: a judge who knows it tells a good draft from a careless one, and the criteria say so."""

from datetime import date, timedelta
from random import Random

import pytest

from careloom.care.document import Document, Statement
from careloom.care.parallel import Criteria, Grave, Judged, Right, Side
from careloom.knowledge import Knowledge, load
from careloom.study.parallel.blinded import Shown, hand_is_a, shown
from careloom.study.parallel.items import Item, items_of
from careloom.study.parallel.matched import Kind, compared
from careloom.study.parallel.outcome import Told, errors
from careloom.study.parallel.readiness import Name, State, readiness

BEGAN = date(2026, 11, 2)
DRUGS = ("lisinopril", "metformin", "atorvastatin", "amlodipine", "sertraline", "levothyroxine")
SEED = b"a seed of the run"
CRITERIA = Criteria(cases=40, serious=15.0, agreement=70.0)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def lines(side: str, doses: dict[str, int], knowledge: Knowledge) -> tuple[Item, ...]:
    """A document that says of each drug its dose, by hand in short words, by draft in long ones."""
    words = "{drug} {dose} mg daily" if side == "h" else "{drug} is taken, {dose} mg by mouth once daily."
    statements = tuple(
        Statement(
            id=f"{side}-{drug}",
            section="medications",
            kind="fact",
            text=words.format(drug=drug.capitalize(), dose=dose),
        )
        for drug, dose in doses.items()
    )
    document = Document(patient="p", kind="care_plan", as_of=BEGAN, record_version="1", statements=statements)
    return items_of(document, (), knowledge)


def judge(one: Shown, truth: dict[str, int]) -> Judged:
    """Somebody who knows every dose: right is who says it; a wrong dose is serious, and so is a drug that is left out."""

    def right(text: str) -> bool:
        return any(drug in text.lower() and f" {dose} " in text for drug, dose in truth.items())

    a, b = right(one.a), right(one.b)
    said = Right.BOTH if a and b else Right.A if a else Right.B if b else Right.NEITHER
    return Judged(said, Grave.SERIOUS, "the dose of the record")


def run(knowledge: Knowledge, *, slips: float, cases: int = 45) -> list[Told]:
    """Cases in which writing by hand slips in 2 of 100 lines, and the draft in a share of them."""
    chance, told = Random(11), []
    for number in range(cases):
        truth = {drug: 10 * chance.randint(1, 4) for drug in DRUGS}

        def slipped(share: float, truth: dict[str, int] = truth) -> dict[str, int]:
            kept = {drug: dose for drug, dose in truth.items() if chance.random() > share / 2}
            return {drug: dose + 50 if chance.random() < share / 2 else dose for drug, dose in kept.items()}

        found = compared(lines("h", slipped(0.02), knowledge), lines("d", slipped(slips), knowledge))
        name = f"case {number}"
        said = {one.id: judge(one, truth) for one in shown(found, SEED, name)}
        wrong, omitted = errors(found, [said], hand_first=hand_is_a(SEED, name))
        told.append(
            Told(
                case=name,
                day=BEGAN + timedelta(days=number % 30),
                both=len(found.both),
                only={
                    Side.HAND: found.number(Kind.ONLY_HAND),
                    Side.DRAFT: found.number(Kind.ONLY_DRAFT),
                },
                against=found.number(Kind.AGAINST),
                judged=True,
                wrong=wrong,
                omitted=omitted,
                seconds={Side.HAND: 1800 + number, Side.DRAFT: 900 + 7 * (number % 9)},
            )
        )
    return told


def test_a_draft_that_slips_no_more_than_people_is_ready(knowledge) -> None:
    found = readiness(run(knowledge, slips=0.005), CRITERIA, over=True)
    assert {one.name: one.state for one in found} == dict.fromkeys(Name, State.MET)


def test_a_careless_draft_is_not_and_its_slips_are_not_counted_against_people(knowledge) -> None:
    told = run(knowledge, slips=0.3)
    states = {one.name: one.state for one in readiness(told, CRITERIA, over=True)}
    assert (states[Name.SERIOUS], states[Name.OMITTED]) == (State.NOT_MET, State.NOT_MET)
    assert states[Name.MINUTES] is State.MET, "it is fast, and still not ready"
    assert sum(one.wrong[Side.DRAFT] for one in told) > 5 * sum(one.wrong[Side.HAND] for one in told)
