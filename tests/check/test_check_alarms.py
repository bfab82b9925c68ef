"""What results and fresh notes show together as dangerous now reaches a person: weight, fever, a glucocorticoid that stopped, a hand on a throat."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from careloom.care.document import Document, Finding
from careloom.care.record import Conflict, PatientRecord
from careloom.check import adrenal, fever, interaction, strangulation, weight_gain
from careloom.knowledge.facts import Facts
from tests.draft.people import KNOWLEDGE, TODAY, Told

Rule = Callable[[Document, Facts], Iterator[Finding]]


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def somebody(*problems: tuple[str, str]) -> Told:
    told = Told()
    told.patient()
    for name, code in problems:
        told.problem(name, code, on=ago(200))
    return told


def found(rule: Rule, told: Told) -> list[Finding]:
    record = told.record()
    nothing = Document(
        patient=record.patient, kind="care_plan", as_of=record.as_of, record_version="1", statements=()
    )
    return list(rule(nothing, Facts(record, KNOWLEDGE)))


def noted(told: Told, text: str, days: int = 1) -> Told:
    told.add("DocumentReference", text=text, on=ago(days), status="current", system="notes")
    return told


FAILURE = ("Heart failure", "84114007")
SICKLE = ("Sickle cell anemia", "127040003")


def weighed(told: Told, *values: tuple[int, str]) -> Told:
    for days, value in values:
        told.lab("29463-7", "Body weight", value, "kg", ago(days))
    return told


def test_more_than_two_kilograms_in_three_days_with_heart_failure_is_high() -> None:
    (finding,) = found(weight_gain.rule, weighed(somebody(FAILURE), (4, "78.9"), (1, "82.4")))
    assert finding.severity == "high"
    assert "from 78.9 kg" in finding.message and "to 82.4 kg" in finding.message


@pytest.mark.parametrize(
    "values",
    [
        ((4, "78.9"), (1, "80.9")),
        ((40, "78.9"), (1, "82.4")),
        ((34, "78.9"), (31, "82.4")),
        ((4, "82.4"), (1, "78.9")),
        ((1, "82.4"),),
    ],
)
def test_less_slower_older_or_fallen_is_none(values: tuple[tuple[int, str], ...]) -> None:
    assert found(weight_gain.rule, weighed(somebody(FAILURE), *values)) == []


def test_without_heart_failure_or_on_dialysis_weight_is_another_matter() -> None:
    values = ((4, "78.9"), (1, "82.4"))
    assert found(weight_gain.rule, weighed(somebody(), *values)) == []
    assert found(weight_gain.rule, weighed(somebody(FAILURE, ("Hemodialysis", "302497006")), *values)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Up five pounds since she came home, ankles are swollen.",
        "He gained 6 lb in two days.",
        "Weight up 3 kg since Monday.",
        "Put on about 7 pounds this week.",
        "Ha subido 3 kilos desde el lunes.",
        "Reports a 5 lb weight gain overnight.",
    ],
)
def test_a_gain_that_a_fresh_note_tells_is_high(text: str) -> None:
    (finding,) = found(weight_gain.rule, noted(somebody(FAILURE), text))
    assert finding.severity == "high"


@pytest.mark.parametrize(
    "text",
    [
        "Up two pounds since yesterday.",
        "Gained 12 pounds over six months.",
        "Call us if you gain 5 pounds in a week.",
        "Instructed to report a gain of 5 pounds.",
        "He has not gained 5 pounds.",
        "Lost 6 lb since the diuretic.",
        "Walks up 10 steps and lifts 20 pounds.",
    ],
)
def test_a_small_slow_taught_or_denied_gain_is_none(text: str) -> None:
    assert found(weight_gain.rule, noted(somebody(FAILURE), text)) == []


@pytest.mark.parametrize(("value", "unit"), [("39.2", "Cel"), ("38.5", "Cel"), ("102.6", "[degF]")])
def test_a_fever_with_sickle_cell_disease_is_high(value: str, unit: str) -> None:
    told = somebody(SICKLE)
    told.lab("8310-5", "Body temperature", value, unit, ago(1))
    (finding,) = found(fever.rule, told)
    assert finding.severity == "high" and value in finding.message


@pytest.mark.parametrize(
    "text", ["Fever at home since last night.", "Tiene fiebre desde ayer.", "Fever 39.2 at home."]
)
def test_a_fever_of_which_only_a_note_tells_counts(text: str) -> None:
    assert len(found(fever.rule, noted(somebody(SICKLE), text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "No fever.",
        "Denies fever or chills.",
        "Hay fever in spring.",
        "The family is afraid of fever.",
        "Call if there is a fever.",
        "Fever blister on the lip.",
    ],
)
def test_no_fever_and_what_is_called_so_are_none(text: str) -> None:
    assert found(fever.rule, noted(somebody(SICKLE), text)) == []


def test_a_lower_or_older_temperature_the_trait_and_other_people_are_none() -> None:
    low, old, trait, other = (
        somebody(SICKLE),
        somebody(SICKLE),
        somebody(("Sickle-cell trait", "")),
        somebody(),
    )
    low.lab("8310-5", "Body temperature", "38.2", "Cel", ago(1))
    old.lab("8310-5", "Body temperature", "39.2", "Cel", ago(20))
    for told in (trait, other):
        told.lab("8310-5", "Body temperature", "39.2", "Cel", ago(1))
    assert [found(fever.rule, told) for told in (low, old, trait, other)] == [[], [], [], []]


def test_a_fever_with_few_neutrophils_is_high_and_with_enough_or_none_counted_is_not() -> None:
    for count, many in (("0.4", 1), ("2.4", 0), ("", 0)):
        told = somebody()
        told.lab("8310-5", "Body temperature", "38.4", "Cel", ago(1))
        if count:
            told.lab("751-8", "Neutrophils", count, "10*3/uL", ago(3))
        assert len(found(fever.rule, told)) == many


def steroid(*, status: str = "stopped", on: int = 90, name: str = "prednisone 20 MG Oral Tablet") -> Told:
    told = somebody(("Type 2 diabetes mellitus", "44054006"))
    told.drug(name, "daily", on=ago(on), status=status)
    told.drug("glyburide 5 MG Oral Tablet", "daily", on=ago(20))
    return told


def ill(told: Told, *, systolic: str = "86", sodium: str = "127") -> Told:
    told.lab("8480-6", "Systolic blood pressure", systolic, "mm[Hg]", ago(1))
    told.lab("2951-2", "Sodium", sodium, "mmol/L", ago(1))
    return told


def test_a_glucocorticoid_that_stopped_with_low_pressure_may_be_adrenal_insufficiency() -> None:
    (finding,) = found(adrenal.rule, ill(steroid()))
    assert finding.severity == "high"
    assert "may be adrenal insufficiency" in finding.message and "86 mmHg" in finding.message


def test_two_of_sodium_potassium_and_glucose_are_enough_and_one_is_not() -> None:
    one = ill(steroid(), systolic="124")
    assert found(adrenal.rule, one) == []
    one.lab("2823-3", "Potassium", "5.4", "mmol/L", ago(1))
    assert len(found(adrenal.rule, one)) == 1


def test_one_that_is_taken_short_inhaled_or_long_over_is_none() -> None:
    assert found(adrenal.rule, ill(steroid(status="active", on=3))) == []
    assert found(adrenal.rule, ill(steroid(on=20))) == []
    assert found(adrenal.rule, ill(steroid(on=400))) == []
    assert found(adrenal.rule, ill(steroid(name="fluticasone 0.05 MG/ACTUAT nasal spray"))) == []
    assert found(adrenal.rule, steroid()) == []


@pytest.mark.parametrize(
    "text",
    [
        "Boyfriend grabbed her by the throat last week.",
        "Her husband choked her on Sunday.",
        "He put his hands around her neck.",
        "She was strangled by her partner.",
        "Su esposo la agarró del cuello.",
        "He wrapped a belt around her neck.",
        "Su pareja la ahorcó el sábado.",
    ],
)
def test_a_hand_on_a_throat_is_high(text: str) -> None:
    (finding,) = found(strangulation.rule, noted(somebody(), text))
    assert finding.severity == "high"


@pytest.mark.parametrize(
    "text",
    [
        "Choked on a piece of meat yesterday.",
        "Strangulated hernia was ruled out.",
        "Denies that he ever choked her.",
        "Her throat is sore and her neck is stiff.",
        "He holds his neck because of pain.",
        "The collar was put around her neck by the paramedics.",
        "Scarf around her neck for the cold.",
        "Neck pain, holds her head by the neck.",
        "Put his arm around her neck when the news came.",
    ],
)
def test_choking_on_food_a_hernia_and_what_is_denied_are_none(text: str) -> None:
    assert found(strangulation.rule, noted(somebody(), text)) == []


def test_no_steroid_raises_glucose_that_is_missed_and_may_leave_too_little() -> None:
    told = ill(steroid(status="active"))
    record = told.record()
    drug = next(one for one in record.medications if "prednisone" in one.ingredients)
    missed = replace(record, conflicts=(Conflict("no_fill", drug.name, drug.entries, "no fill is seen"),))
    nothing = Document(
        patient=record.patient, kind="care_plan", as_of=record.as_of, record_version="1", statements=()
    )

    def said(of: PatientRecord) -> bool:
        return any(
            "steroids raise glucose" in one.message for one in interaction.rule(nothing, Facts(of, KNOWLEDGE))
        )

    assert said(record) and not said(missed)
    assert list(adrenal.rule(nothing, Facts(missed, KNOWLEDGE)))


def test_few_neutrophils_under_hydroxyurea_are_high_and_enough_are_none() -> None:
    for count, many in (("0.9", 1), ("2.6", 0)):
        told = somebody(SICKLE)
        told.drug("hydroxyurea 500 MG Oral Capsule", "daily", on=ago(100))
        told.lab("751-8", "Neutrophils", count, "10*3/uL", ago(3))
        high = [one for one in found(interaction.rule, told) if one.severity == "high"]
        assert len(high) == many
