"""Three things to ask on the telephone: open, from the record, each with why and with its entries; nothing is put into a mouth."""

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache

from careloom.care.call import Ask
from careloom.care.document import Activity, Guideline, Statement
from careloom.care.entry import ICD10, Code, Entry, Period, Source, when
from careloom.care.record import Conflict, Demographics, Gap, Medication, Need, PatientRecord, Trend
from careloom.knowledge import Knowledge, load
from careloom.record import asks

AS_OF = date(2026, 11, 23)
DRUG = Medication(
    "lisinopril", ("lisinopril",), "dose_in_conflict", True, ("e1", "e2"), "two doses",
    doses=(("20 mg once a day", ("e1",)), ("10 mg", ("e2",))),
)  # fmt: skip
DOSE = Conflict("dose", "lisinopril", ("e1", "e2"), "20 mg in mercy; 10 mg in harbor")
FOOD = Need("food", "not enough food", ("e3",))
KIDNEY = Trend("egfr", "eGFR", ("e4",), "52", "38", "-14", "mL/min", "year", "falling", strong=True)


@lru_cache
def knowledge() -> Knowledge:
    return load()


def record(**parts: object) -> PatientRecord:
    made = PatientRecord("p", AS_OF, "v", Demographics(), ())
    return replace(made, **parts)  # type: ignore[arg-type]


def asked(of: PatientRecord, *plan: Statement) -> tuple[Ask, ...]:
    return asks.asks(of, knowledge(), plan)


def entry(kind: str, day: str, **given: object) -> Entry:
    source = Source("m", "w", "mercy")
    return Entry(id=f"{kind}-{day}", kind=kind, source=source, effective=Period(when(day)), **given)  # type: ignore[arg-type]


def test_there_are_always_three_and_each_says_why() -> None:
    for of in (record(), record(conflicts=(DOSE,), medications=(DRUG,), needs=(FOOD,), trends=(KIDNEY,))):
        found = asked(of)
        assert len(found) == 3
        assert all(one.words.endswith("?") and one.why.endswith(".") for one in found)
        assert len({one.key for one in found}) == 3


def test_two_doses_are_asked_about_without_naming_either() -> None:
    first = asked(record(conflicts=(DOSE,), medications=(DRUG,)))[0]
    assert first.words == "Tell me how you take lisinopril: how much each time, and how many times a day?"
    assert first.spanish == "Dígame cómo toma lisinopril: ¿cuánto cada vez y cuántas veces al día?"
    assert first.why == "20 mg in mercy; 10 mg in harbor." and first.entries == ("e1", "e2")
    assert not re.search(r"\d", first.words)


def test_a_dose_in_doubt_comes_before_a_result_that_moves_and_that_before_a_need() -> None:
    found = asked(record(conflicts=(DOSE,), medications=(DRUG,), needs=(FOOD,), trends=(KIDNEY,)))
    assert [one.topic for one in found] == ["lisinopril", "your kidney test (eGFR)", "food"]
    assert [one.entries for one in found] == [("e1", "e2"), ("e4",), ("e3",)]


def test_a_drug_that_is_not_current_is_not_asked_about() -> None:
    stopped = replace(DRUG, current=False, state="stopped")
    assert all(
        "lisinopril" not in one.words for one in asked(record(conflicts=(DOSE,), medications=(stopped,)))
    )


def test_a_need_that_is_met_and_what_is_not_for_the_telephone_are_not_asked() -> None:
    quiet = (
        replace(FOOD, status="met"),
        Need("safety", "afraid at home", ("e5",)),
        Need("substance_use", "x", ("e6",)),
    )
    assert {one.why for one in asked(record(needs=quiet))} == {asks.OPEN_TO_ALL}
    shown = asks.needs_to_ask(record(needs=quiet), knowledge())
    assert not {one.domain for one in shown} & {"safety", "relationship", "substance_use", "legal"}


def test_what_the_record_lacks_is_asked_where_the_patient_can_tell_it() -> None:
    gaps = (
        Gap("element", "hba1c", "HbA1c", "w"),
        Gap("element", "caregiver_assessment", "caregiver assessment", "w"),
    )
    first = asked(record(gaps=gaps))[0]
    assert first.topic == "help at home" and first.why == "Not found in the record: caregiver assessment."


def test_who_helps_at_home_is_asked_last_and_not_where_the_patient_is_spoken_with_alone() -> None:
    gaps = (
        Gap("element", "caregiver_assessment", "caregiver assessment", "w"),
        Gap("element", "functional_assessment", "functional assessment", "w"),
    )
    assert asked(record(gaps=gaps))[0].topic == "daily tasks"
    afraid = Need("safety", "afraid at home", ("e5",))
    assert asks.alone(record(needs=(afraid,))) and not asks.alone(record(needs=(FOOD,)))
    assert not asks.alone(record(needs=(replace(afraid, status="met"),)))
    assert asks.asked_elsewhere(record(needs=(afraid,))) and not asks.asked_elsewhere(record(needs=(FOOD,)))
    hers = asked(record(gaps=gaps[:1], needs=(afraid,)))
    assert "help at home" not in {one.topic for one in hers} and len(hers) == 3


def test_of_the_plan_only_that_is_asked_in_which_the_patient_takes_part() -> None:
    def line(rule: str) -> Statement:
        guideline = Guideline(rule, "a guideline", "")
        activity = Activity("nurse", "2026-12-01")
        return Statement(
            id=rule,
            section="s",
            kind="activity",
            text="T.",
            guideline=guideline,
            activity=activity,
            citations=("e9",),
        )

    assert asked(record(), line("ckd-egfr-due"))[0].words == (
        "Your plan says: have your blood tested to check your kidneys. How is that going?"
    )
    assert all(one.topic != "the plan" for one in asked(record(), line("no-such-rule")))


def test_a_symptom_of_the_last_days_is_asked_in_its_sources_words_and_an_interpreter_says_it() -> None:
    codes = (Code(ICD10, "R06.02", "Shortness of breath"),)
    new = entry("Condition", "2026-11-20", codes=codes, text="Shortness of breath")
    found = asked(record(entries=(new,)))[0]
    assert "“Shortness of breath”" in found.words and found.spanish == ""
    old = entry("Condition", "2026-10-01", codes=codes, text="Shortness of breath")
    assert asked(record(entries=(old,)))[0].why == asks.OPEN_TO_ALL


def test_no_word_of_ours_names_a_diagnosis_a_number_or_a_wished_answer() -> None:
    leading = re.compile(
        r"\b(?:should|right\?|don't you|isn't|correct\?|as prescribed|cancer|diabetes|depress)", re.I
    )
    words = [one["en"] for one in both()]
    assert len(words) > 10
    for one in words:
        assert not leading.search(one) and not re.search(r"\d", one), one


def both() -> list[dict[str, str]]:
    """What is asked of patients, and what is asked about children."""
    return [one for file in (asks.FILE, asks.OF_A_CHILD) for one in _every(asks.words_of(file))]


def _every(table: object) -> list[dict[str, str]]:
    if isinstance(table, dict):
        return [table] if "en" in table else [one for part in table.values() for one in _every(part)]
    return [one for part in table for one in _every(part)] if isinstance(table, list) else []


def test_each_has_spanish_words_with_the_same_slots() -> None:
    for one in both():
        if one["es"]:
            assert one["en"].count("{name}") == one["es"].count("{name}") and one["es"].count("¿") == 1


def test_drugs_in_doubt_come_first_and_no_name_has_a_colon() -> None:
    plain = Medication("met:formin", ("metformin",), "prescribed_and_filled", True, ("e7",), "w")
    found = asks.drugs(record(medications=(plain, DRUG), conflicts=(DOSE,)))
    assert [one.name for one in found] == ["lisinopril", "met formin"]
    assert found[0].how == ("20 mg once a day", "10 mg") and found[0].doubt == DOSE.why


CHILD = Demographics(birth_date="2021-03-04")


def test_of_a_child_the_parent_or_guardian_is_asked_about_the_child_in_english_and_spanish() -> None:
    for of in (
        record(demographics=CHILD),
        record(demographics=CHILD, conflicts=(DOSE,), medications=(DRUG,), needs=(FOOD,), trends=(KIDNEY,)),
    ):
        for one in asked(of):
            assert re.search(r"\byour (?:child|family)\b", one.words), one.words
            assert re.search(r"\bsu (?:niño o niña|familia)\b", one.spanish), one.spanish
            assert "the patient" not in one.words and "el paciente" not in one.spanish
    first = asked(record(demographics=CHILD, conflicts=(DOSE,), medications=(DRUG,)))[0]
    assert (
        first.words
        == "Tell me how you give your child lisinopril: how much each time, and how many times a day?"
    )


def test_who_is_grown_up_or_spoken_with_alone_is_asked_as_oneself() -> None:
    afraid = Need("safety", "afraid at home", ("e5",))
    grown = Demographics(birth_date="2006-03-04")
    for of in (record(demographics=grown), record(demographics=CHILD, needs=(afraid,))):
        assert all("your child" not in one.words for one in asked(of))


def test_each_question_has_its_form_for_a_child_and_no_other_is_there() -> None:
    def named(table: object, before: str = "") -> set[str]:
        if isinstance(table, dict):
            if "en" in table:
                return {before}
            return {one for key, part in table.items() for one in named(part, f"{before}.{key}")}
        assert isinstance(table, list)
        return {one for place, part in enumerate(table) for one in named(part, f"{before}.{place}")}

    assert named(asks.words_of(asks.FILE)) == named(asks.words_of(asks.OF_A_CHILD))
