"""Allergies over all sources: what is listed, refuted, denied or left out."""

from dataclasses import replace

import pytest

from tests.record.people import an_allergy, an_entry, an_order, kinds, the_only, the_record


def test_an_allergy_in_one_source_alone_is_an_allergy():
    allergy = the_only(
        the_record(an_allergy("Allergy to penicillin", recorded="2015-01-01", reaction="Hives")).allergies
    )
    assert (allergy.substance, allergy.status, allergy.kind, allergy.reaction) == (
        "penicillin",
        "active",
        "allergy",
        "Hives",
    )
    assert allergy.classes == ("penicillins",)
    assert allergy.why == "active in ehr, recorded 2015-01-01"


def test_one_allergy_in_two_sources_is_one_with_both_reactions():
    record = the_record(
        an_allergy("Allergy to penicillin", recorded="2015-01-01", reaction="Hives"),
        an_allergy("Penicillin", source="clinic", recorded="2020-01-01", reaction="Wheezing", kind=""),
    )
    allergy = the_only(record.allergies)
    assert len(allergy.entries) == 2
    assert allergy.reaction == "Hives; Wheezing"
    assert not record.conflicts


def test_that_a_source_names_no_reaction_in_words_of_its_own_is_no_reaction_of_another_sources_allergy():
    record = the_record(
        an_allergy("Penicillin", recorded="2019-03-03", reaction="anaphylaxis"),
        an_allergy(
            "Penicillin", source="clinic", reaction="none - tolerated amoxicillin 2024, label removed"
        ),
    )
    assert the_only(record.allergies).reaction == "anaphylaxis"
    assert "its own words say that the label was removed" in the_only(record.conflicts).why


def test_a_drug_and_its_class_stay_two_but_share_the_class():
    record = the_record(
        an_allergy("Amoxicillin", recorded="2015-01-01"), an_allergy("Penicillins", recorded="2016-01-01")
    )
    assert [one.classes for one in record.allergies] == [("penicillins",), ("penicillins",)]


def test_no_known_allergies_is_an_assertion_and_no_allergy():
    for code, text in (
        ("sct|716186003", "No known allergy"),
        (None, "NKDA"),
        (None, "No known drug allergies"),
    ):
        record = the_record(an_allergy(text, code=code, recorded="2026-01-01", negated=True, kind=""))
        assert record.allergies == ()
        assert len(record.entries) == 1
        assert not record.conflicts


def test_a_refuted_allergy_is_kept_apart():
    record = the_record(
        an_allergy("Penicillin", certainty="refuted", negated=True, status=None, recorded="2024-01-01")
    )
    assert the_only(record.allergies).status == "refuted"


def test_one_source_lists_it_and_another_has_refuted_it():
    listed = an_allergy("Penicillin", recorded="2015-01-01")
    refuted = an_allergy(
        "Penicillin", certainty="refuted", negated=True, status=None, source="clinic", recorded="2024-01-01"
    )
    record = the_record(listed, refuted)
    assert [one.status for one in record.allergies] == ["active", "refuted"]
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.entries) == ("allergy_list", (listed.id, refuted.id))
    assert conflict.why == "listed in ehr; refuted in clinic"


def test_one_source_lists_it_and_another_says_that_there_is_none():
    record = the_record(
        an_allergy("Penicillin", recorded="2015-01-01"),
        an_allergy("No known drug allergies", negated=True, source="clinic", recorded="2026-01-01", kind=""),
    )
    conflict = the_only(record.conflicts)
    assert conflict.kind == "allergy_list"
    assert conflict.why == "listed in ehr; clinic says No known drug allergies"
    assert len(conflict.entries) == 2


def test_one_source_lists_it_and_another_list_leaves_it_out():
    record = the_record(
        an_allergy("Penicillin", recorded="2015-01-01"),
        an_allergy("Latex", recorded="2015-01-01"),
        an_allergy("Latex", source="clinic", recorded="2026-01-01"),
    )
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.about, conflict.why) == (
        "allergy_unlisted",
        "Penicillin",
        "listed in ehr; the list of clinic does not mention it",
    )
    assert [one.status for one in record.allergies] == ["active", "active"]


def test_a_list_that_lacks_it_beside_one_that_refutes_it_is_told_with_what_contradicts():
    record = the_record(
        an_allergy("Penicillin", recorded="2015-01-01"),
        an_allergy(
            "Penicillin", certainty="refuted", negated=True, source="allergist", recorded="2024-01-01"
        ),
        an_allergy("Latex", source="clinic", recorded="2026-01-01"),
        an_allergy("Latex", recorded="2015-01-01"),
    )
    conflict = the_only([one for one in record.conflicts if one.about == "Penicillin"])
    assert conflict.kind == "allergy_list"
    assert conflict.why == "listed in ehr; refuted in allergist; the list of clinic does not mention it"


def test_another_office_that_knew_of_no_allergy_before_there_was_one_denies_nothing():
    listed = an_allergy("Penicillin", recorded="2024-05-01")
    before = an_allergy("NKDA", source="clinic", recorded="2019-01-01", kind="")
    record = the_record(listed, before)
    conflict = the_only(record.conflicts)
    assert (conflict.kind, conflict.entries) == ("allergy_unlisted", (listed.id, before.id))
    assert conflict.why == "listed in ehr; clinic said NKDA on 2019-01-01, before it was recorded"
    after = an_allergy("NKDA", source="clinic", recorded="2024-05-01", kind="")
    assert kinds(the_record(listed, after)) == ["allergy_list"]
    undated = an_allergy("Penicillin")
    assert kinds(the_record(undated, before)) == ["allergy_list"]


def test_a_source_without_an_allergy_list_leaves_nothing_out():
    record = the_record(
        an_allergy("Penicillin", recorded="2015-01-01"),
        an_entry("Condition", "Asthma", status="active", source="clinic"),
    )
    assert not record.conflicts


def test_a_source_that_orders_drugs_without_any_allergy_list_is_named():
    listed, order = (
        an_allergy("Penicillin", recorded="2015-01-01"),
        an_order("Amoxicillin 500 MG", source="clinic", on="2026-11-19"),
    )
    conflict, against = the_record(listed, order).conflicts
    assert (against.kind, against.about) == ("allergy_against_drug", "amoxicillin")
    assert (conflict.kind, conflict.entries) == ("allergy_unlisted", (listed.id, order.id))
    assert conflict.why == "listed in ehr; clinic orders drugs and lists no allergies"
    food = an_allergy("Shellfish allergy", category=("food",), recorded="2015-01-01")
    assert not the_record(food, order).conflicts


def test_what_a_note_mentions_is_no_list():
    record = the_record(
        an_allergy("Penicillin", recorded="2015-01-01"),
        an_allergy("sulfa", source="notes", on="2026-01-01", detail={"quote": "Rash with sulfa."}),
    )
    assert [conflict.about for conflict in record.conflicts] == ["sulfa"]


def test_no_known_drug_allergies_says_nothing_of_foods():
    record = the_record(
        an_allergy("Shellfish allergy", category=("food",), recorded="2015-01-01"),
        an_allergy("No known drug allergies", negated=True, source="clinic", recorded="2026-01-01", kind=""),
    )
    assert not record.conflicts


def test_an_older_denial_of_the_same_source_is_overtaken():
    record = the_record(
        an_allergy("No known allergies", negated=True, recorded="2015-01-01", kind=""),
        an_allergy("Penicillin", recorded="2020-01-01"),
    )
    assert not record.conflicts


def test_a_newer_denial_of_the_same_source_is_a_conflict():
    record = the_record(
        an_allergy("No known allergies", negated=True, recorded="2025-01-01", kind=""),
        an_allergy("Penicillin", recorded="2020-01-01"),
    )
    assert kinds(record) == ["allergy_list"]


@pytest.mark.parametrize(("kind", "name"), [("intolerance", "Codeine"), ("", "Codeine intolerance")])
def test_an_intolerance_is_no_allergy(kind, name):
    allergy = the_only(
        the_record(an_allergy(name, kind=kind, recorded="2015-01-01", reaction="Nausea")).allergies
    )
    assert (allergy.kind, allergy.substance) == ("intolerance", "Codeine")


def test_an_intolerance_and_an_allergy_to_one_thing_stay_apart():
    record = the_record(
        an_allergy("Codeine", kind="intolerance", recorded="2015-01-01"),
        an_allergy("Codeine", kind="allergy", source="clinic", recorded="2016-01-01"),
    )
    assert {one.kind for one in record.allergies} == {"allergy", "intolerance"}


def test_an_inactive_allergy_is_resolved():
    assert (
        the_only(
            the_record(an_allergy("Allergy to mould", status="inactive", recorded="2004-01-01")).allergies
        ).status
        == "resolved"
    )


def test_an_allergy_that_another_source_calls_resolved_is_a_conflict():
    record = the_record(
        an_allergy("Penicillin", recorded="2015-01-01"),
        an_allergy("Penicillin", status="resolved", source="clinic", recorded="2024-01-01"),
    )
    assert the_only(record.conflicts).why == "listed in ehr; resolved in clinic"


def test_a_relatives_allergy_is_not_hers():
    assert (
        the_record(replace(an_allergy("Penicillin", recorded="2015-01-01"), subject="family")).allergies == ()
    )


@pytest.mark.parametrize(
    ("note", "removed"),
    [
        ("Skin testing negative 2024, oral challenge tolerated.", True),
        ("De-labeled by allergy clinic.", True),
        ("Tolerated amoxicillin challenge without reaction", True),
        ("Penicillin allergy label removed after testing", True),
        ("Refer for de-labeling if low risk.", False),
        ("Oral challenge not tolerated: hives", False),
        ("Negative for asthma", False),
        ("", False),
    ],
)
def test_a_label_that_was_removed_says_so_and_one_that_may_be_does_not(note, removed):
    penicillin = an_allergy(
        "Penicillin", status="resolved", recorded="2024-05-01", detail={"note": note} if note else {}
    )
    allergy = the_only(the_record(penicillin).allergies)
    assert (allergy.status, allergy.delabelled) == ("resolved", removed)


def test_a_removed_label_that_another_list_still_has_is_shown_with_both():
    record = the_record(
        an_allergy("Penicillin", recorded="2015-01-01", reaction="Hives"),
        an_allergy(
            "Penicillin", status="inactive", certainty="refuted", negated=True, source="allergy clinic",
            recorded="2024-05-01", detail={"note": "De-labeled: oral challenge negative"},
        ),
    )  # fmt: skip
    assert [(one.status, one.delabelled) for one in record.allergies] == [
        ("active", False),
        ("refuted", True),
    ]
    assert the_only(record.conflicts).why == "listed in ehr; refuted in allergy clinic"


def test_a_list_that_keeps_what_its_own_note_removed_contradicts_itself():
    record = the_record(
        an_allergy("Penicillin", recorded="2015-01-01", detail={"note": "De-labeled in 2024."})
    )
    assert the_only(record.allergies).status == "active"
    assert the_only(record.conflicts).why == (
        "listed in ehr; ehr lists it although its own words say that the label was removed"
    )


def test_an_intolerance_beside_an_allergy_to_one_drug_stays_two():
    record = the_record(
        an_allergy("Codeine", kind="intolerance", reaction="Nausea", recorded="2019-01-01"),
        an_allergy("Codeine", kind="allergy", reaction="Hives", source="clinic", recorded="2020-01-01"),
    )
    assert {(one.kind, one.reaction) for one in record.allergies} == {
        ("intolerance", "Nausea"),
        ("allergy", "Hives"),
    }
