"""A claim, its payment and its authorisation, sent apart, are one person's; what cannot be read waits in the dead letters."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from careloom import pipeline as pipelines
from careloom import settings
from tests.connect.test_connect_x12_payers import PAYMENT, RESPONSE
from tests.connect.x12_made import PROFESSIONAL, body, instead, whole

pytestmark = pytest.mark.django_db


def test_marta_is_one_person_in_claim_payment_and_authorisation(home: Path, tmp_path: Path) -> None:
    desk = pipelines.build(replace(settings.read(), home=home, model="none"))
    files = {
        # By name: the payment, which has no birth date, comes before the claim that founds her.
        "a.835": whole(PAYMENT[:16], "835"),
        "b.837": whole(PROFESSIONAL),
        "c.278": whole(RESPONSE, "278"),
    }
    files["a.835"] = whole(instead(PAYMENT[:16], "BPR", "BPR*I*60*C*CHK************20260310"), "835")
    for name, segments in files.items():
        (tmp_path / name).write_bytes(body(segments))
    report = desk.connect([tmp_path / name for name in files], source="larch")
    assert report.rejected == []
    (patient,) = report.patients
    kinds = [entry.kind for entry in desk.record("test", patient, date(2026, 4, 1)).entries]
    assert kinds.count("ClaimResponse") == 2
    assert kinds.count("ExplanationOfBenefit") == 1
    assert kinds.count("Claim") == 1


def test_a_claim_with_a_fault_is_in_the_record_and_its_fault_among_the_dead_letters(
    home: Path, tmp_path: Path
) -> None:
    desk = pipelines.build(replace(settings.read(), home=home, model="none"))
    file = tmp_path / "a.837"
    file.write_bytes(body(instead(whole(PROFESSIONAL), "SE", "SE*99*0001")))
    report = desk.connect([file])
    assert len(report.patients) == 1
    assert [(one["where"], one["reason"]) for one in report.rejected] == [
        ("ISA 1/GS 1/ST 1/SE-01", "the number of segments says 99, there are 29 (IK5 4)")
    ]
