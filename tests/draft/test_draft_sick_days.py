"""A drug that the kidney makes contraindicated stands in no line about sick days as if it went on."""

from tests.draft.drafted import plan, texts, unsupported
from tests.draft.people import Told


def _sick_days(filtration: str, *drugs: str) -> tuple[list[str], list[object]]:
    told = Told()
    told.problem("Chronic kidney disease, stage 4", "N18.4", on="2020-01-01")
    told.problem("Type 2 diabetes mellitus", "E11.9", on="2014-01-01")
    told.lab("98979-8", "eGFR", filtration, "mL/min/{1.73_m2}", "2026-10-20")
    for name in drugs:
        told.drug(name, "Take 1 tablet daily")
    document = plan(told)
    lines = [one for one in texts(document) if "may have to pause" in one]
    return lines, list(unsupported(told, document))


def test_contraindicated_metformin_is_none_of_the_drugs_that_pause():
    lines, faults = _sick_days("24", "metformin 500 MG Oral Tablet", "lisinopril 10 MG Oral Tablet")
    assert len(lines) == 1
    assert "since lisinopril may have to pause" in lines[0]
    assert not faults


def test_where_nothing_else_pauses_there_is_no_line():
    assert _sick_days("24", "metformin 500 MG Oral Tablet") == ([], [])


def test_metformin_that_goes_on_pauses():
    lines, faults = _sick_days("41", "metformin 500 MG Oral Tablet", "lisinopril 10 MG Oral Tablet")
    assert "since lisinopril and metformin may have to pause" in lines[0]
    assert not faults
