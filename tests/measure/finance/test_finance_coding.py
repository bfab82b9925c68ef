"""Coding completeness: what a human coder looks at."""

from datetime import date

from careloom.measure.finance.coding import Coded, Documented, coding_gaps

WIDER = {
    "type_2_diabetes": ("diabetes",),
    "hypertensive_kidney_disease": ("hypertension", "chronic_kidney_disease"),
}
SEEN = date(2026, 5, 4)


def gaps(documented, coded):
    return {(one.kind, one.concept) for one in coding_gaps(documented, coded, 2026, WIDER)}


def test_what_is_documented_this_year_and_on_no_claim_of_it_is_told_with_when_it_was_coded_last():
    known = [Documented("hypertension", "Hypertension", ("e1",), SEEN)]
    (one,) = coding_gaps(known, [Coded("hypertension", "c1", date(2025, 3, 1))], 2026, WIDER)
    assert (one.kind, one.last_coded, one.entries) == ("uncoded", date(2025, 3, 1), ("e1",))


def test_a_more_specific_code_covers_the_wider_condition_and_not_the_reverse():
    wide = [Documented("hypertension", "Hypertension", ("e1",), SEEN)]
    assert gaps(wide, [Coded("hypertensive_kidney_disease", "c1", SEEN)]) == set()
    narrow = [Documented("type_2_diabetes", "Type 2 diabetes", ("e1",), SEEN)]
    assert gaps(narrow, [Coded("diabetes", "c1", SEEN)]) == {("uncoded", "type_2_diabetes")}


def test_what_is_in_doubt_or_was_not_documented_this_year_is_nobodys_gap():
    doubtful = Documented("hypertension", "Hypertension", ("e1",), SEEN, doubtful=True)
    old = Documented("type_2_diabetes", "Type 2 diabetes", ("e2",), date(2024, 2, 2))
    assert gaps([doubtful, old, Documented("asthma", "Asthma", ("e3",), None)], []) == set()


def test_what_is_on_a_claim_and_documented_nowhere_is_told_too():
    assert gaps([], [Coded("hypertension", "c1", SEEN)]) == {("undocumented", "hypertension")}
