"""Two documents of one case side by side: what is in both, in one alone, and against each other."""

from datetime import date

import pytest

from careloom.care.document import Activity, Document, Statement
from careloom.knowledge import Knowledge, load
from careloom.study.parallel.items import Item, items_of
from careloom.study.parallel.matched import Compared, Facet, Kind, compared

DAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def items(knowledge: Knowledge, *lines: Statement) -> tuple[Item, ...]:
    document = Document(patient="p", kind="care_plan", as_of=DAY, record_version="1", statements=lines)
    return items_of(document, (), knowledge)


def line(name: str, text: str, *, kind: str = "fact", section: str = "medications", owner: str = "", due: str = "", cites: tuple[str, ...] = ()) -> Statement:  # fmt: skip
    activity = Activity(owner, due) if owner or due else None
    return Statement(
        id=name, section=section, kind=kind, text=text, citations=cites, activity=activity
    )  # fmt: skip


def side_by_side(knowledge: Knowledge, hand: list[Statement], draft: list[Statement]) -> Compared:
    return compared(items(knowledge, *hand), items(knowledge, *draft))


def test_what_both_say_in_other_words_is_in_both(knowledge) -> None:
    found = side_by_side(
        knowledge,
        [
            line("h1", "She takes lisinopril 20 mg daily."),
            line("h2", "Type 2 diabetes mellitus.", section="problem_list"),
        ],
        [
            line("d1", "Lisinopril 20 mg, once daily, since 2024-03-01."),
            line("d2", "Type 2 diabetes mellitus, active since 2019-05-02.", section="problem_list"),
        ],
    )
    assert [(one.id, other.id) for one, other in found.both] in (
        [("h1", "d1"), ("h2", "d2")],
        [("h2", "d2"), ("h1", "d1")],
    )
    assert found.differences == ()


def test_what_one_leaves_out_is_only_in_the_other(knowledge) -> None:
    found = side_by_side(
        knowledge,
        [
            line("h1", "She takes lisinopril 20 mg daily."),
            line("h2", "Ask whether she can pay for insulin.", kind="activity"),
        ],
        [
            line("d1", "Lisinopril 20 mg daily."),
            line("d2", "Allergic to penicillin (hives).", section="allergies"),
        ],
    )
    assert {(one.kind, (one.hand or one.draft).id) for one in found.differences} == {  # type: ignore[union-attr]
        (Kind.ONLY_HAND, "h2"),
        (Kind.ONLY_DRAFT, "d2"),
    }


@pytest.mark.parametrize(
    ("hand", "draft", "facet"),
    [
        ("Takes lisinopril 20 mg daily.", "Takes lisinopril 40 mg daily.", Facet.DOSE),
        ("Takes metformin 500 mg twice daily.", "Takes metformin 500 mg three times a day.", Facet.DOSE),
        ("Stop lisinopril.", "Continue lisinopril.", Facet.DIRECTION),
        ("Blood pressure was 138/84 mm[Hg].", "Blood pressure was 152/96 mm[Hg].", Facet.VALUE),
        ("Blood pressure below 130 mm[Hg].", "Blood pressure above 130 mm[Hg].", Facet.DIRECTION),
        ("Takes no warfarin.", "Takes warfarin.", Facet.DIRECTION),
        ("Lisinopril was begun on 2024-03-01.", "Lisinopril was begun on 2025-06-15.", Facet.DATE),
    ],
)
def test_the_same_thing_with_another_dose_value_direction_or_date_is_against(
    knowledge, hand: str, draft: str, facet: Facet
) -> None:
    [found] = side_by_side(knowledge, [line("h", hand)], [line("d", draft)]).differences
    assert (found.kind, facet in found.facets) == (Kind.AGAINST, True)


def test_the_same_task_for_another_role_is_against(knowledge) -> None:
    hand = line("h", "Pharmacist: reconcile metformin with the refill dates.", kind="activity")
    draft = line(
        "d", "Reconcile metformin with the refill dates.", kind="activity", owner="nurse", due="2026-12-10"
    )
    [found] = side_by_side(knowledge, [hand], [draft]).differences
    assert found.facets == (Facet.OWNER,)


def test_days_that_lie_a_few_days_apart_are_the_same(knowledge) -> None:
    hand = line("h", "Recheck potassium by 2026-12-10.", kind="activity")
    draft = line("d", "Recheck potassium by 2026-12-14.", kind="activity")
    assert len(side_by_side(knowledge, [hand], [draft]).both) == 1


def test_two_tasks_for_one_condition_are_two_things(knowledge) -> None:
    hand = line("h", "Refer for an eye examination: type 2 diabetes.", kind="activity", section="activities")
    draft = line("d", "Repeat the hemoglobin A1c: type 2 diabetes.", kind="activity", section="activities")
    found = side_by_side(knowledge, [hand], [draft])
    assert [one.kind for one in found.differences] == [Kind.ONLY_HAND, Kind.ONLY_DRAFT]


def test_another_drug_is_never_the_same_line_however_alike_the_words(knowledge) -> None:
    hand = line("h", "Takes metoprolol 25 mg twice daily.", cites=("e1",))
    draft = line("d", "Takes metformin 25 mg twice daily.", cites=("e1",))
    assert len(side_by_side(knowledge, [hand], [draft]).differences) == 2


def test_each_line_is_counted_once_and_the_same_each_time(knowledge) -> None:
    hand = [line("h1", "Takes lisinopril 20 mg daily."), line("h2", "Takes lisinopril 40 mg daily.")]
    draft = [line("d1", "Takes lisinopril 40 mg daily.")]
    found = side_by_side(knowledge, hand, draft)
    assert found == side_by_side(knowledge, hand[::-1], draft)
    lines = [one.id for pair in found.both for one in pair]
    lines += [
        one.id for difference in found.differences for one in (difference.hand, difference.draft) if one
    ]
    assert sorted(lines) == ["d1", "h1", "h2"]
