"""A site's pack in a plan's findings: the more severe list counts, both are named, and a fault in it is told."""

from careloom.check import absent, interaction
from careloom.knowledge import load
from careloom.knowledge.facts import Facts
from tests.check.records import a_drug, a_plan, a_record, a_result

HEAD = "drug a,drug b,severity,description\n"
RECORD = a_record(
    a_drug("Warfarin 5 MG"),
    a_drug("Fluconazole 150 MG"),
    a_drug("Cetirizine 10 MG"),
    a_result("inr", "2.4", "{INR}"),
)


def findings(folder, text, *, rule=interaction.rule, plan=None):
    (folder / "interactions-acme.csv").write_text(HEAD + text, "utf-8")
    return list(rule(plan or a_plan("Walk daily."), Facts(RECORD, load(folder))))


def test_a_pair_that_a_pack_rates_higher_is_told_so_with_both_lists_named(tmp_path):
    told = findings(tmp_path, "fluconazole,warfarin,Major,more bleeding\n")
    (found,) = [one for one in told if one.severity == "high"]
    assert found.message.startswith("warfarin with fluconazole: more bleeding.")
    assert "acme says Major, Careloom's list says moderate; the most severe counts." in found.message
    assert set(found.evidence) == {"Warfarin 5 MG", "Fluconazole 150 MG"}


def test_a_pair_that_a_pack_rates_lower_stays_as_ours_is_and_both_are_named(tmp_path):
    (found,) = findings(tmp_path, "fluconazole,warfarin,Minor,little\n")
    assert found.severity == "moderate"
    assert "Careloom's list says moderate, acme says Minor; the most severe counts." in found.message


def test_a_pair_on_which_the_lists_agree_is_one_finding_that_says_nothing_of_lists(tmp_path):
    (found,) = findings(tmp_path, "fluconazole,warfarin,moderate,more bleeding\n")
    assert "disagree" not in found.message


def test_a_pair_that_only_a_pack_has_is_told_and_a_minor_one_is_not(tmp_path):
    text = "cetirizine,warfarin,severe,made up\ncetirizine,fluconazole,minor,made up\n"
    told = [one for one in findings(tmp_path, text) if "cetirizine" in one.message]
    assert [one.severity for one in told] == ["high"]


def test_a_line_that_recommends_a_drug_answers_for_a_packs_pair_too(tmp_path):
    plan = a_plan("Start metformin 500 mg.")
    told = findings(tmp_path, "metformin,cetirizine,severe,made up\n", plan=plan)
    assert ("high", "s1") in [(one.severity, one.statement) for one in told]


def test_a_draft_names_the_row_of_a_pack_that_could_not_be_used(tmp_path):
    (found,) = findings(tmp_path, "cetirizine,warfarin,grave,made up\n", rule=absent.rule)
    assert "interactions-acme.csv, line 2: severity 'grave' isn't known" in found.message
