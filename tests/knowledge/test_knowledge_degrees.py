"""How far a result lies from where it should be: every limit has a public source, and none is beyond a critical one."""

import pytest

from tests.draft.people import KNOWLEDGE

LABS, DEGREES = KNOWLEDGE.labs, KNOWLEDGE.degrees


def is_marked(concept, value, unit, upper=None, problems=()):
    lab = LABS.by_concept[concept]
    return DEGREES.of(concept).is_marked(lab, value, unit, upper, problems)


@pytest.mark.parametrize(
    ("concept", "unit", "marked", "not_marked"),
    [
        ("potassium", "mmol/L", ("5.7", "2.9"), ("5.5", "3.0")),
        ("sodium", "mmol/L", ("129", "151"), ("130", "150")),
        ("inr", "", ("4.2",), ("4.0", "2.5")),
        ("hba1c", "%", ("11", "10.1"), ("10", "9.6")),
        ("hemoglobin", "g/L", ("96",), ("100",)),
        ("glucose", "mg/dL", ("301", "54"), ("299", "55")),
        ("egfr", "mL/min/{1.73_m2}", ("27",), ("30",)),
    ],
)
def test_a_result_is_marked_from_the_limit_that_its_source_names(concept, unit, marked, not_marked):
    assert all(is_marked(concept, one, unit) for one in marked)
    assert not any(is_marked(concept, one, unit) for one in not_marked)


def test_an_enzyme_is_marked_by_the_upper_end_of_its_own_range():
    assert is_marked("alt", "200", "U/L", "56") and not is_marked("alt", "160", "U/L", "56")
    assert not is_marked("alt", "2000", "U/L", None)


def test_a_creatinine_known_and_lived_with_is_not_marked():
    assert is_marked("creatinine", "1.9", "mg/dL", "1.1")
    assert not is_marked("creatinine", "1.9", "mg/dL", "1.1", ("chronic_kidney_disease",))


def test_an_absurd_value_is_not_marked():
    assert not is_marked("potassium", "57", "mmol/L")


def test_what_a_public_measure_counts_as_not_controlled_is_poor():
    hba1c, systolic = LABS.by_concept["hba1c"], LABS.by_concept["systolic"]
    assert DEGREES.of("hba1c").is_poor(hba1c, "9.1", "%") and not DEGREES.of("hba1c").is_poor(
        hba1c, "9.0", "%"
    )
    assert DEGREES.of("systolic").is_poor(systolic, "140", "mmHg")
    assert not DEGREES.of("systolic").is_poor(systolic, "139", "mmHg")


def test_every_limit_names_its_public_source():
    for one in DEGREES.by_concept.values():
        assert bool(one.source) == bool(one.marked or one.times)
        assert bool(one.poor_source) == bool(one.poor)


def test_every_name_is_known():
    names = set(KNOWLEDGE.conditions.by_concept)
    for one in DEGREES.by_concept.values():
        assert set(one.expected) | set(one.unless) <= names


def test_a_critical_value_is_marked_too():
    for concept, one in DEGREES.by_concept.items():
        lab = LABS.by_concept[concept]
        for bound in (lab.critical_low, lab.critical_high):
            sides = [limit for limit in one.marked if bound and limit.comparator[0] == bound.comparator[0]]
            for limit in sides:
                assert bound is not None and (
                    limit.value >= bound.value if bound.comparator[0] == "<" else limit.value <= bound.value
                )
