"""A FHIR dosage in the words that a nurse would use."""

import msgspec
import pytest

from careloom.connect.fhir.datatypes import DosageInstruction
from careloom.connect.fhir.timing import dosage


def said(**given):
    return dosage([msgspec.convert(given, DosageInstruction)])


@pytest.mark.parametrize(
    ("repeat", "words"),
    [
        ({"frequency": 1, "period": 1, "periodUnit": "d"}, "once daily"),
        ({"frequency": 2, "period": "1.0", "periodUnit": "d"}, "twice daily"),
        ({"frequency": 5, "period": 1, "periodUnit": "d"}, "5 times daily"),
        ({"frequency": 1, "period": 8, "periodUnit": "h"}, "every 8 hours"),
        ({"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}, "every 4 to 6 hours"),
        ({"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "d"}, "1 to 2 times daily"),
        ({"frequency": 1, "period": 2, "periodUnit": "d"}, "every 2 days"),
        ({"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon"]}, "once weekly on Monday"),
        ({"period": 1, "periodUnit": "d", "when": ["HS"]}, "once daily at bedtime"),
        (
            {"frequency": 2, "period": 1, "periodUnit": "d", "timeOfDay": ["08:00:00", "20:00:00"]},
            "twice daily at 08:00, 20:00",
        ),
        (
            {"frequency": 1, "period": 1, "periodUnit": "d", "boundsDuration": {"value": 10, "unit": "days"}},
            "once daily for 10 days",
        ),
        ({"when": ["AC"]}, "before meals"),
        ({}, ""),
    ],
)
def test_how_often(repeat, words):
    found = said(timing={"repeat": repeat}, text="x")
    assert found.frequency == words


def test_a_coded_timing_is_put_in_words():
    assert said(timing={"code": {"coding": [{"code": "BID"}]}}).frequency == "twice daily"


def test_as_needed_says_for_what():
    assert said(asNeededBoolean=True).frequency == "as needed"
    assert said(asNeededCodeableConcept={"text": "pain"}).frequency == "as needed for pain"


def test_a_range_of_tablets_and_a_rate():
    assert (
        said(
            doseAndRate=[
                {"doseRange": {"low": {"value": 1, "unit": "tablet"}, "high": {"value": 2, "unit": "tablet"}}}
            ]
        ).dose
        == "1-2 tablet"
    )
    assert said(doseAndRate=[{"rateQuantity": {"value": 10, "unit": "mL/h"}}]).dose == "10 mL/h"


def test_a_taper_keeps_both_of_its_steps():
    steps = [
        msgspec.convert({"text": text}, DosageInstruction) for text in ("2 tablets today", "1 tablet daily")
    ]
    assert dosage(steps).text == "2 tablets today; 1 tablet daily"


def test_a_ucum_annotation_gives_way_to_the_units_words():
    quantity = {"value": 1, "unit": "tablet", "system": "http://unitsofmeasure.org", "code": "{tbl}"}
    assert said(doseAndRate=[{"doseQuantity": quantity}]).dose == "1 tablet"
