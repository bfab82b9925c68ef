"""Lines that other sites' ways of writing once got wrong."""

from dataclasses import replace

from careloom.care.document import Document
from careloom.care.entry import Period
from careloom.care.kinds import Given
from careloom.connect.said import said
from careloom.draft.care_plan import write
from careloom.verify import Index, judge_with
from tests.draft.people import KNOWLEDGE, TODAY, Told


def plan(told: Told) -> Document:
    document, _ = write(told.record(), KNOWLEDGE, Given())
    return document


def texts(told: Told) -> list[str]:
    """All lines; each of them must follow from what it cites."""
    record = told.record()
    index = Index(record, KNOWLEDGE, (TODAY,))
    for one in plan(told).statements:
        cited = [record.by_id[entry] for entry in one.citations]
        judged = judge_with(index, one.text, cited, one.guideline)
        assert judged.verdict == "supported", (one.text, judged.faults)
    return [one.text for one in plan(told).statements]


def test_a_refuted_allergy_without_a_day_is_told_as_refuted():
    told = Told()
    told.patient()
    entry = told.allergy("penicillin", status=None, certainty="refuted", negated=True)
    told.entries[-1] = replace(entry, effective=Period())
    said = texts(told)
    assert "An allergy to penicillin was refuted." in said
    assert not any("allergy to penicillin" in one and "recorded" in one for one in said)


def test_a_reaction_is_told_where_the_allergy_has_no_day():
    told = Told()
    told.patient()
    entry = told.allergy("latex", detail={"allergy_type": "allergy", "reaction": "Contact dermatitis"})
    told.entries[-1] = replace(entry, effective=Period())
    assert "An allergy to latex with the reaction contact dermatitis is recorded." in texts(told)


def test_a_drug_on_hold_is_not_called_prescribed():
    told = Told()
    told.patient()
    told.drug("lisinopril 10 MG Oral Tablet", "daily", on="2026-11-19", status="on-hold")
    said = texts(told)
    assert "Lisinopril is on hold, 10 mg, daily, ordered on 2026-11-19." in said
    assert not any(one.startswith("Lisinopril is prescribed") for one in said)


def test_a_report_that_a_drug_was_stopped_dates_no_order():
    told = Told()
    told.patient()
    told.drug("losartan 50 MG Oral Tablet", "once a day", on="2026-03-02")
    told.drug("losartan", "", on="2026-10-20", kind="MedicationStatement", status="stopped", detail={})
    rows = [one for one in texts(told) if one.startswith("Losartan is prescribed")]
    assert rows and all("ordered on 2026-03-02" in one for one in rows)


def test_an_inhalers_strength_for_each_actuation_is_a_unit():
    told = Told()
    told.patient()
    told.drug("albuterol 90 mcg/actuation HFA inhaler", "2 puffs every 4 hours as needed")
    told.drug("insulin glargine 100 unit/mL", "Inject 24 units nightly")
    assert any("90 mcg/actuat" in one for one in texts(told))


def test_take_is_left_out_wherever_a_dose_says_it():
    told = Told()
    told.patient()
    told.drug("metformin 1000 MG Oral Tablet", "Take 1 tablet twice daily")
    assert any(
        one.startswith("Metformin is prescribed, 1000 mg, 1 tablet twice daily") for one in texts(told)
    )


def test_where_no_fill_is_seen_the_line_cites_what_shows_it():
    told = Told()
    told.patient()
    for name in ("allopurinol", "amiodarone", "glipizide", "sertraline", "trazodone"):
        told.drug(f"{name} 100 MG Oral Tablet", "daily", on="2026-05-01")
    told.drug("warfarin 5 MG Oral Tablet", "daily", on="2026-05-01")
    fills = [told.fill("warfarin 5 MG Oral Tablet", on) for on in ("2026-06-01", "2026-10-28")]
    said = texts(told)
    rows = [one for one in plan(told).statements if "no fill seen" in one.text]
    assert rows and all({fill.id for fill in fills} <= set(one.citations) for one in rows)
    assert sum("about taking" in one or "asks how" in one for one in said) == 2


def test_a_health_care_proxy_in_a_note_is_told():
    told = Told()
    told.patient()
    told.add("Patient", detail={"proxy": "daughter", "quote": "HCPOA: daughter."}, on="2026-10-15")
    assert "A health care proxy is recorded." in texts(told)


def test_a_combinations_dose_is_told_in_its_orders_words():
    told = Told()
    told.patient()
    told.drug("sacubitril 24 MG / valsartan 26 MG Oral Tablet", "1 tab, Oral, BID")
    assert any(one.startswith("Sacubitril/valsartan is prescribed") and "1 tab" in one for one in texts(told))


def test_no_fill_of_one_drug_says_nothing_of_another():
    told = Told()
    told.patient()
    for name in ("tramadol", "cyclobenzaprine"):
        told.drug(f"{name} 50 MG Oral Tablet", "every 6 hours", on="2026-05-01")
    told.drug("warfarin 5 MG Oral Tablet", "daily", on="2026-05-01")
    for on in ("2026-06-01", "2026-10-28"):
        told.fill("warfarin 5 MG Oral Tablet", on)
    record = told.record()
    index = Index(record, KNOWLEDGE, (TODAY,))
    [row] = [one for one in plan(told).statements if one.text.startswith("Tramadol is prescribed")]
    cited = [record.by_id[entry] for entry in row.citations]
    assert judge_with(index, row.text, cited, row.guideline).verdict == "supported"
    swapped = row.text.replace("Tramadol", "Cyclobenzaprine")
    assert judge_with(index, swapped, cited, row.guideline).verdict != "supported"


def test_a_wish_for_no_more_hospital_stays_stands_in_the_plan_in_the_notes_words():
    told = Told()
    told.patient()
    note = told.add("DocumentReference", text="Wants no more hospital stays. Her daughter visits.")
    told.entries += said(note, KNOWLEDGE)
    assert "Wants no more hospital stays is recorded on 2026-09-01." in texts(told)
    assert not any("reaching care" in one for one in texts(told))
