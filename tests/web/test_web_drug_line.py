"""A drug over time: what was ordered, filled, not seen and stopped, drawn and told in words."""

from dataclasses import replace
from datetime import date

import pytest

from careloom.care.entry import Dosage, Entry, Period, Source, when
from careloom.care.record import Demographics, Medication, PatientRecord
from careloom.web.present.drug_line import WIDTH, DrugLine, draw

AS_OF = date(2026, 11, 23)


def entry(number: int, kind: str, day: str, system: str = "pharmacy claims", **more: object) -> Entry:
    given: dict[str, object] = {"status": "completed" if kind == "MedicationDispense" else "active", **more}
    return Entry(
        id=f"{number:032x}",
        kind=kind,
        source=Source("a" * 64, f"row {number}", system),
        text="lisinopril 20 MG",
        effective=Period(when(day)),
        **given,  # type: ignore[arg-type]
    )


def fill(number: int, day: str, days: str = "30", **more: object) -> Entry:
    return entry(number, "MedicationDispense", day, detail={"days_supply": days}, **more)


def line(*entries: Entry, others: tuple[Entry, ...] = ()) -> DrugLine | None:
    drug = Medication(
        "lisinopril", ("lisinopril",), "prescribed_and_filled", True, tuple(one.id for one in entries), ""
    )
    return draw(
        drug,
        PatientRecord(
            patient="p",
            as_of=AS_OF,
            version="v",
            demographics=Demographics(),
            entries=(*entries, *others),
        ),
    )


def words(found: DrugLine | None) -> list[str]:
    assert found is not None
    return [bar.words for bar in found.bars]


def test_orders_and_fills_stand_in_two_lanes_in_the_order_of_time() -> None:
    order = entry(1, "MedicationRequest", "2026-09-01", "EHR", dosage=Dosage("1 tablet daily"))
    found = line(order, fill(2, "2026-09-03"), fill(3, "2026-10-02"))
    assert words(found) == [
        "2026-09-01 ordered: 1 tablet daily (EHR)",
        "2026-09-03 filled for 30 days (pharmacy claims)",
        "2026-10-02 filled for 30 days (pharmacy claims)",
    ]
    assert found is not None and found.first == "2026-09-01" and found.last == "2026-11-23"
    ordered, first, second = found.bars
    assert ordered.y < first.y == second.y
    assert ordered.x < first.x < second.x and second.x + second.width <= WIDTH
    assert first.width == pytest.approx(second.width, abs=0.2)
    assert all(words in found.words for words in words_of(found))


def words_of(found: DrugLine) -> list[str]:
    return [bar.words for bar in found.bars]


def test_over_a_month_without_supply_is_named_with_its_source_and_days_and_never_called_not_taking() -> None:
    found = line(fill(1, "2026-03-01"), fill(2, "2026-08-01"))
    assert "no fill seen in pharmacy claims between 2026-03-31 and 2026-08-01" in words(found)
    assert "not taking" not in " ".join(words(found))


def test_an_early_refill_adds_to_what_is_in_hand() -> None:
    # 90 days from 1 March; the second fill is 20 days early, so that both last until 28 August.
    found = line(fill(1, "2026-03-01", "90"), fill(2, "2026-05-10", "90"), fill(3, "2026-09-20"))
    assert not [one for one in words(found) if "no fill seen" in one]


def test_a_pharmacy_is_silent_after_its_last_claim_and_speaks_up_to_it() -> None:
    alone = line(fill(1, "2026-03-01"))
    assert not [one for one in words(alone) if "no fill seen" in one]
    later = replace(fill(9, "2026-10-15"), text="metformin")
    found = line(fill(1, "2026-03-01"), others=(later,))
    assert "no fill seen in pharmacy claims between 2026-03-31 and 2026-10-15" in words(found)


def test_after_a_fill_of_which_nobody_says_how_long_it_lasts_no_gap_is_named() -> None:
    found = line(fill(1, "2026-03-01", ""), fill(2, "2026-10-01"))
    assert words(found)[0] == "2026-03-01 filled, nobody says for how long (pharmacy claims)"
    assert not [one for one in words(found) if "no fill seen" in one]


def test_a_stop_and_a_refused_claim_are_told_and_no_supply() -> None:
    stop = entry(1, "MedicationRequest", "2026-06-01", "EHR", status="stopped")
    found = line(stop, fill(2, "2026-07-01", status="denied"))
    assert words(found) == ["2026-06-01 stopped, says EHR", "2026-07-01 fill denied (pharmacy claims)"]
    assert found is not None and [bar.how for bar in found.bars] == ["stop", "refused"]


def test_what_is_older_than_eighteen_months_is_not_drawn() -> None:
    assert line(fill(1, "2024-01-01")) is None
    found = line(entry(1, "MedicationRequest", "2020-01-01", "EHR"), fill(2, "2026-11-01"))
    assert found is not None and found.first == "2025-05-24" and found.bars[0].x >= 0
