"""Each sentence of a protocol stands in the plan of its example, and the check has nothing against it."""

import pytest

from careloom import draft
from careloom.care.document import Severity, Verdict
from careloom.check import examine
from careloom.knowledge.examples import record_of
from careloom.llm import Remembered
from tests.draft.people import KNOWLEDGE

FILES = ("copd", "asthma", "depression_and_anxiety", "obesity", "chronic_pain_opioids", "substance_use")
RULES = [rule for rule in KNOWLEDGE.protocols.all if rule.file.removesuffix(".toml") in FILES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_check_supports_what_the_rule_says_of_its_example(rule):
    for example in rule.examples:
        if not example.yields:
            continue
        record = record_of(example.given, KNOWLEDGE)
        plan = draft.write(record, KNOWLEDGE, None, calls=0, answers=Remembered())
        findings, verdicts = examine(plan, record, KNOWLEDGE)
        said = {line.id for line in plan.statements if line.guideline and line.guideline.id == rule.id}
        assert said
        assert {verdicts[one] for one in said} == {Verdict.SUPPORTED}
        assert not [one for one in findings if one.statement in said and one.severity is Severity.HIGH]
