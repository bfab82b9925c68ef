"""Outcomes adjusted for risk: who fell ill is told from what drafts did, and too few people from enough."""

from collections.abc import Mapping
from datetime import date
from random import Random

from careloom.measure.outcomes import OUTCOMES
from careloom.measure.outcomes.noun import Seen, Taken
from careloom.measure.outcomes.visits import whole_months
from careloom.study.outcomes import Levelling, Panels, compared
from careloom.study.statistics.differences import Differences
from careloom.study.statistics.estimate import NotSaid

SPAN = (date(2025, 1, 1), date(2026, 12, 31))
START = date(2026, 1, 1)
SIDES = 16
PANELS = Panels(
    {f"p{panel}-{one}": f"n{panel}" for panel in range(SIDES) for one in range(20)},
    {f"n{panel}": START for panel in range(SIDES // 2)},
)


def risks(one: Taken) -> Mapping[str, float]:
    """Somebody's number in a panel says how ill they are: 0 to 3."""
    return {"age in years": 60.0, "Charlson index": float(int(one.patient.partition("-")[2]) // 5)}


def values(less: float, seed: int = 3) -> Seen:
    """HbA1c is half a point higher for each point of illness; with drafts it falls by so much, and panels with drafts see the ill alone from then on."""
    chance, found = Random(seed), []
    for month in whole_months(*SPAN):
        for patient, panel in PANELS.of.items():
            drafts = panel in PANELS.since and month >= START
            ill = risks(Taken(patient, month, 0))["Charlson index"]
            if drafts and ill < 2:
                continue
            value = 6 + 0.5 * ill - (less if drafts else 0) + chance.gauss(0, 0.3)
            found.append(Taken(patient, month, value))
    return Seen(tuple(found))


def test_that_patients_were_more_ill_is_no_effect_of_drafts_once_it_is_adjusted_for() -> None:
    found = compared(OUTCOMES["hba1c"], values(0.0), SPAN, START, PANELS, risks=risks)
    assert isinstance(found.differences, Differences) and found.differences.effect.low > 0.3
    assert isinstance(found.levelled, Levelling) and isinstance(found.levelled.differences, Differences)
    effect = found.levelled.differences.effect
    assert effect.low < 0 < effect.high and abs(effect.value) < 0.1
    # Everybody is as old: age tells nothing and stands in no model.
    assert list(found.levelled.risks) == ["Charlson index"]
    assert 0.45 < found.levelled.risks["Charlson index"] < 0.55 and found.levelled.explained > 0.5


def test_an_effect_that_unlike_patients_hid_is_found_once_it_is_adjusted_for() -> None:
    found = compared(OUTCOMES["hba1c"], values(0.5), SPAN, START, PANELS, risks=risks)
    assert isinstance(found.differences, Differences)
    assert found.differences.effect.low < 0 < found.differences.effect.high
    assert isinstance(found.levelled, Levelling) and isinstance(found.levelled.differences, Differences)
    assert found.levelled.differences.effect.high < -0.3


def test_too_few_people_or_events_are_not_adjusted() -> None:
    few = Seen(tuple(one for one in values(0.0).taken if one.patient in ("p0-0", "p0-7", "p8-12")))
    found = compared(OUTCOMES["hba1c"], few, SPAN, START, PANELS, risks=risks)
    assert isinstance(found.levelled, NotSaid) and found.levelled.why == "too_few"
    kept = Seen(tuple(Taken(one.patient, one.day, 1.0) for one in values(0.0).taken))
    everybody = compared(OUTCOMES["appointments"], kept, SPAN, START, PANELS, risks=risks)
    assert isinstance(everybody.levelled, NotSaid) and everybody.levelled.have == 0


def test_who_lacks_a_risk_is_left_out_and_counted() -> None:
    def some(one: Taken) -> Mapping[str, float] | None:
        return None if one.patient.endswith("-0") else risks(one)

    found = compared(OUTCOMES["hba1c"], values(0.0), SPAN, START, PANELS, risks=some)
    # Of the panels with drafts nobody so well was measured after the start.
    assert isinstance(found.levelled, Levelling) and found.levelled.left == SIDES * 12 + SIDES // 2 * 12
    nobody = compared(OUTCOMES["hba1c"], values(0.0), SPAN, START, PANELS, risks=lambda _: None)
    assert isinstance(nobody.levelled, NotSaid) and nobody.levelled.why == "not_measured"
