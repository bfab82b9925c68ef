"""Left in one source, right in the other: whoever looks at a leg, a breast or a kidney must know."""

import pytest

from tests.record.people import the_only
from tests.record.sources import condition, icd, of, sct, the_record_of


def procedure(name, on, **given):
    return of("Procedure", **{"status": "completed", "code": {"text": name}, "performedDateTime": on} | given)


LOST_RIGHT = icd("Z89.511", "Acquired absence of right leg below knee")
LOST_LEFT = icd("Z89.512", "Acquired absence of left leg below knee")


@pytest.mark.parametrize(
    ("hospital", "clinic", "about"),
    [
        (
            condition(LOST_RIGHT, None),
            condition(LOST_LEFT, "2024-05-06"),
            "Acquired absence of leg below knee",
        ),
        (
            procedure("Total knee replacement, left", "2026-03-02"),
            procedure("Total knee replacement, right", "2026-03-02"),
            "Total knee replacement",
        ),
        (
            condition(sct("44465007", "Sprain of ankle"), "2026-10-01", bodySite=[{"text": "Left ankle"}]),
            condition(sct("44465007", "Sprain of ankle"), "2026-10-03", bodySite=[{"text": "Right ankle"}]),
            "Sprain of ankle",
        ),
        (
            condition(sct("239873007", "Osteoarthritis of left knee"), "2020-02-02"),
            condition(sct("239873007", "Osteoarthritis of right knee"), "2020-02-02"),
            "Osteoarthritis of knee",
        ),
        (
            condition(sct("254837009", "Left breast cancer"), "2023-01-01"),
            condition(sct("254837009", "Malignant neoplasm of right breast"), "2023-01-01"),
            "breast cancer",
        ),
    ],
)
def test_one_thing_on_two_sides_is_a_conflict(hospital, clinic, about):
    record = the_record_of(hospital=[hospital], clinic=[clinic])
    conflict = the_only([one for one in record.conflicts if one.kind == "laterality"])
    assert conflict.about == about
    assert "hospital says " in conflict.why and "clinic says " in conflict.why
    assert len(conflict.entries) == 2


@pytest.mark.parametrize(
    ("hospital", "clinic"),
    [
        ([condition({"text": "Osteoarthritis of left knee"}, "2019-01-01")], [condition({"text": "Osteoarthritis of right knee"}, "2023-01-01")]),
        ([condition({"text": "Osteoarthritis of left knee"}, None)], [condition({"text": "Osteoarthritis of right knee"}, None)]),
        ([procedure("Cataract extraction, left eye", "2026-03-02")], [procedure("Cataract extraction, right eye", "2026-03-16")]),
        ([procedure("Mastectomy, left", "2026-03-02"), procedure("Mastectomy, right", "2026-03-02")], [procedure("Mastectomy, right", "2026-03-02")]),
        ([procedure("Mastectomy, left", "2026-03-02")], [procedure("Bilateral mastectomy", "2026-03-02")]),
        ([procedure("Mastectomy, left", "2026-03-02")], [procedure("Mastectomy, right", "2026-03-02", status="not-done")]),
        ([condition({"text": "Left bundle branch block"}, "2026-01-01")], [condition({"text": "Right bundle branch block"}, "2026-01-01")]),
        ([condition({"text": "Right heart failure"}, "2026-01-01")], [condition({"text": "Left heart failure"}, "2026-01-01")]),
    ],
)  # fmt: skip
def test_two_sides_at_two_times_both_sides_or_no_side_at_all_contradict_nothing(hospital, clinic):
    record = the_record_of(hospital=hospital, clinic=clinic)
    assert "laterality" not in {one.kind for one in record.conflicts}
