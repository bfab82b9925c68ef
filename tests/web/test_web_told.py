"""What the check finds is told in the reader's language, while what is kept, signed and filed stays as it was written."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import careloom
from careloom.care.document import Finding, Severity
from careloom.check import check
from careloom.web.present.fields import ERRORS
from careloom.web.present.rules import in_words, said
from careloom.web.present.told import Said, as_words, told
from tests.safety.plans import demo_plans, knowledge

CHECK = Path(careloom.__file__).parent / "check"


def rule_named(file: Path) -> tuple[str, ...]:
    """Under which names a file's findings stand."""
    if file.stem == "measured":
        return ("renal",)
    if file.stem in ("harms", "interaction"):
        return ("interaction", "circumstance")
    return (file.stem,)


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence of a finding that stands in the code of the check, with something in each hole, and whose it is."""
    for file in sorted(CHECK.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                values = node.args[2:3]
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                values = [node.value] if node.targets[0].id in ("message", "said") else []
            else:
                continue
            for value in values:
                for words in filled(value):
                    if re.search("[a-z]{3}", words.replace("thing", "")):
                        # A result stands behind its drug.
                        yield file.stem, f"thing at {words}: thing" if file.stem == "measured" else words


# What a sentence puts together before, by the name under which it does.
SAID_BEFORE = {
    "side": "high",
    "verb": "are",
    "said": "is current",
    "told": "A note (thing) tells of a blow to the head, and thing are taken",
}


def filled(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*filled(node.body), *filled(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            str(one.value) if isinstance(one, ast.Constant) else in_a_hole(one) for one in node.values
        )


def in_a_hole(one: ast.expr) -> str:
    """Something that may stand there."""
    name = ast.unparse(one.value) if isinstance(one, ast.FormattedValue) else ""
    return "rising" if "direction" in name else SAID_BEFORE.get(name, "thing")


def test_every_sentence_that_a_rule_says_has_its_spanish() -> None:
    lacking, seen = [], 0
    with translation.override("es"):
        for stem, words in sentences():
            seen += 1
            rules = rule_named(CHECK / f"{stem}.py")
            if not any(has_spanish(Finding(rule, Severity.HIGH, words)) for rule in rules):
                lacking.append((stem, words))
    assert lacking == [] and seen > 25


def has_spanish(finding: Finding) -> bool:
    return any(re.search("[a-z]", one.words) for one in said((finding,)) if not one.english)


def test_every_finding_of_the_demos_people_is_told_in_spanish() -> None:
    findings = [one for record, plan in demo_plans() for one in check(plan, record, knowledge())]
    with translation.override("es"):
        lacking = {one.message for one in findings if not has_spanish(one)}
    assert lacking == set() and len(findings) > 20


def test_a_result_that_nobody_cites_is_told_with_its_value_as_the_source_wrote_it() -> None:
    finding = Finding(
        "omission",
        Severity.HIGH,
        "No statement cites potassium 6.4 mmol/L of 2026-11-20, which is critically high (a source, 2020)",
    )
    with translation.override("es"):
        assert in_words(finding) == (
            "Ninguna línea cita potassium 6.4 mmol/L del 2026-11-20, que es críticamente alto (a source, 2020)."
        )
        assert Said("potassium 6.4 mmol/L", True) in said((finding,))
    assert in_words(finding) == finding.message + "."


def test_a_sentence_inside_a_sentence_is_told_too() -> None:
    finding = Finding(
        "allergy",
        Severity.HIGH,
        "amoxicillin is current, and an allergy to penicillin (hives) is recorded: it is the same drug",
    )
    with translation.override("es"):
        assert in_words(finding) == (
            "Amoxicillin se toma ahora, y hay registrada una alergia a penicillin (hives): es el mismo medicamento."
        )


@pytest.mark.parametrize("rule", ["allergy", "nobody's rule"])
def test_what_no_template_made_is_told_whole_and_marked_as_english(rule: str) -> None:
    finding = Finding(rule, Severity.HIGH, "something {new} that %(nobody)s translated <b>")
    with translation.override("es"):
        assert said((finding,)) == (Said("Something {new} that %(nobody)s translated <b>.", True),)


def test_the_error_of_a_field_is_told_in_spanish_with_the_words_that_the_field_takes() -> None:
    with translation.override("es"):
        assert as_words("line 3 has no day such as 2026-12-03 at its end", ERRORS) == (
            "La línea 3 no termina con un día como 2026-12-03."
        )
        assert "portal, text, email" in as_words("this is one of portal, text, email", ERRORS)
    assert told("this is one line", ERRORS) == (Said("This is one line.", True),)
