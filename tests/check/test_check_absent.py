"""A protocol that could not be used is named in the draft from which it is absent."""

from dataclasses import replace

from careloom.care.document import Severity
from careloom.care.kinds import Given
from careloom.check import check
from careloom.check.plain import PLAIN_TEXT
from careloom.draft import care_plan
from careloom.knowledge import load
from careloom.knowledge.examples import record_of

BROKEN = """
source = "Riverside Clinic protocol"
year = 2026

[[rule]]
id = "site-bones"
kind = "concern"
rank = 50
when = ["problem: ostoeporosis"]
text = "Bones are thin."
says = "A name that nobody knows."
section = "Bones"
"""


def absent(document, record, knowledge):
    return [one for one in check(document, record, knowledge) if one.rule == "absent"]


def test_a_draft_names_the_site_rule_that_is_absent_with_file_and_line_and_the_rest_is_there(tmp_path):
    (tmp_path / "bones.toml").write_text(BROKEN)
    own = load(tmp_path)
    record = record_of(("age: 78", "problem: osteoporosis"), own)
    document, _ = care_plan.write(record, own, Given())
    (finding,) = absent(document, record, own)
    assert "bones.toml, line 5: rule site-bones" in finding.message
    assert (finding.severity, finding.statement) == (Severity.MODERATE, None)
    assert "osteo-treatment" in {one.guideline.id for one in document.statements if one.guideline}


def test_a_draft_with_every_protocol_names_none(tmp_path):
    (tmp_path / "none.toml").write_text('title = "Nothing of our own"\n')
    own = load(tmp_path)
    record = record_of(("age: 78",), own)
    assert absent(care_plan.write(record, own, Given())[0], record, own) == []


def test_a_plain_text_follows_no_protocol_and_names_none(tmp_path):
    (tmp_path / "bones.toml").write_text(BROKEN)
    own = load(tmp_path)
    record = record_of(("age: 78",), own)
    document, _ = care_plan.write(record, own, Given())
    text = replace(document, kind=PLAIN_TEXT)
    assert absent(text, record, own) == []


def test_a_draft_records_the_version_of_all_knowledge_and_a_site_file_makes_it_another(tmp_path):
    (tmp_path / "off.toml").write_text('off = ["osteo-treatment"]\n')
    ours, own = load(), load(tmp_path)
    lines = ("age: 78", "problem: osteoporosis")
    drafts = [care_plan.write(record_of(lines, known), known, Given())[0] for known in (ours, own)]
    assert [one.knowledge_version for one in drafts] == [ours.version, own.version]
    assert ours.version != own.version
    assert drafts[1].knowledge["protocols"] == ours.versions["protocols"]
    assert set(own.versions) - set(ours.versions) == {"site: off.toml"}
    rules = [{one.guideline.id for one in draft.statements if one.guideline} for draft in drafts]
    assert rules[0] - rules[1] == {"osteo-treatment"}
