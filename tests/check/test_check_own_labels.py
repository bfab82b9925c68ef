"""What is said of a drug cites that drug's own label; another's only as another's."""

import re
from itertools import islice, product

import pytest

from careloom.check import renal
from careloom.knowledge.drugs import terms
from careloom.knowledge.own_labels import own
from tests.check.records import KNOWLEDGE, a_drug, a_problem, a_record, a_result, found, told_as

EXPECTS = a_problem("pregnancy", "pregnancy")


@pytest.mark.parametrize(
    ("drug", "label"),
    [
        ("lisinopril", "FDA label lisinopril (Prinivil), boxed warning (fetal toxicity), 2012"),
        ("losartan", "FDA label losartan, boxed warning, 2026"),
        ("aliskiren", "FDA label aliskiren (Tekturna), boxed warning (fetal toxicity), 2012"),
        ("methotrexate", "FDA label methotrexate, boxed warning, 2026"),
        (
            "valproate",
            "FDA label valproate sodium, sections 4 and 5, 2026; AAN, AES and SMFM Practice Guideline, "
            "Antiseizure Medication and Pregnancy, recommendation 6 (folic acid), 2024",
        ),
        ("warfarin", "summary of the label of warfarin, contraindications, 2026"),
        # What nobody here has read of their own is said to be another's of their class.
        (
            "enalapril",
            "FDA label lisinopril (Prinivil), boxed warning (fetal toxicity), 2012, of the same class",
        ),
        ("valsartan", "FDA label losartan, boxed warning, 2026, of the same class"),
    ],
)
def test_a_drug_in_pregnancy_cites_its_own_label_and_no_other_drugs(drug, label) -> None:
    (finding,) = found(told_as("interaction"), a_record(a_drug(drug), EXPECTS))
    assert re.findall(r"\(((?:FDA|summary).*)\)", finding.message) == [label]


def test_two_drugs_in_pregnancy_are_two_findings_that_cite_each_its_own_label() -> None:
    every = found(told_as("interaction"), a_record(a_drug("lisinopril"), a_drug("isotretinoin"), EXPECTS))
    told = {one.message.partition(" ")[0]: one.message for one in every}
    assert set(told) == {"lisinopril", "isotretinoin"}
    assert "label lisinopril" in told["lisinopril"] and "label isotretinoin" in told["isotretinoin"]
    for message in told.values():
        assert not re.search(r"losartan|acitretin|riociguat|leflunomide", message)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lisinopril", "potassium chloride"),
        ("zolpidem", "oxycodone"),
        ("warfarin", "amiodarone"),
        ("glipizide", "prednisone"),
    ],
)
def test_a_pair_cites_no_label_of_a_third_drug_as_its_own(one, other) -> None:
    findings = found(told_as("interaction"), a_record(a_drug(one), a_drug(other)))
    assert findings
    for finding in findings:
        for text in re.findall(r"FDA label [^;)]+(?:\([^)]*\)[^;)]*)?", finding.message):
            named = {drug.name for drug in KNOWLEDGE.drugs.find(text)}
            assert named & {one, other} or text.endswith((", of the same class", ", of another drug")), text


def test_no_row_of_the_tables_gives_one_drug_anothers_label_for_its_own() -> None:
    drugs = KNOWLEDGE.drugs
    members = {}
    for drug in drugs.all():
        for term in terms(drug):
            members.setdefault(term, []).append(drug)
    rows = [(one.source, one.sides) for one in KNOWLEDGE.interactions.all]
    rows += [(one.source, (one.drugs,)) for one in KNOWLEDGE.circumstances.all]
    rows += [(one.source, (one.drugs,)) for one in KNOWLEDGE.renal.all]
    assert len(rows) > 500
    for source, sides in rows:
        each = [[drug for term in sorted(side) for drug in members[term][:4]] for side in sides]
        for about in islice(product(*each), 60):
            for text in own(source, about, frozenset().union(*sides), drugs).split("; "):
                named = {one.name for one in drugs.find(text)} if re.search(r"\blabels?\b", text) else set()
                marked = re.search(r", of (?:the same class|another drug)\b", text)
                assert not named or marked or named & {one.name for one in about}, (text, about)


def test_a_limit_of_the_kidney_cites_the_drugs_own_label() -> None:
    record = a_record(a_drug("metformin"), a_result("egfr", "27", "mL/min/{1.73_m2}"))
    findings = found(renal.rule, record)
    assert findings
    for finding in findings:
        assert all("metformin" in text for text in re.findall(r"FDA label [^;)]+", finding.message))
