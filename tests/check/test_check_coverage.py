"""What the medication checks looked at is always said: how many drugs, which not, and by which lists."""

from careloom.check import coverage
from careloom.knowledge import load
from tests.check.records import KNOWLEDGE, a_drug, a_record

OURS = KNOWLEDGE.interactions.lists[0].words


def test_it_is_said_of_somebody_all_of_whose_drugs_are_known_too():
    told = coverage(a_record(a_drug("Lisinopril 10 MG"), a_drug("Metformin")), KNOWLEDGE)
    assert told.words == f"2 of 2 drugs checked against {OURS}"
    assert "dated 20" in OURS


def test_drugs_that_are_not_known_are_named():
    record = a_record(a_drug("Lisinopril 10 MG"), a_drug("Zorvexalin 5 MG"), a_drug("Dr. Quack's Tonic"))
    told = coverage(record, KNOWLEDGE)
    assert (told.checked, told.drugs) == (1, 3)
    assert told.words.endswith("; not known here: Zorvexalin 5 MG and Dr. Quack's Tonic")


def test_test_strips_and_what_was_stopped_are_no_drugs_to_check():
    record = a_record(
        a_drug("Metformin"), a_drug("Blood glucose test strips"), a_drug("Warfarin", current=False)
    )
    told = coverage(record, KNOWLEDGE)
    assert (told.checked, told.drugs, told.unknown) == (1, 1, ())


def test_of_somebody_without_drugs_it_is_said_that_none_was_checked():
    assert coverage(a_record(), KNOWLEDGE).words.startswith(
        "No current drug is recorded, so none was checked"
    )


def test_a_pack_stands_beside_our_list_with_its_name_and_date(tmp_path):
    (tmp_path / "interactions-acme.csv").write_text("drug a,drug b,severity\nwarfarin,cetirizine,minor\n")
    (tmp_path / "interactions-acme.toml").write_text('name = "Acme"\ndated = "2026-10"\n')
    told = coverage(a_record(a_drug("Metformin")), load(tmp_path))
    assert told.words == f"1 of 1 drugs checked against {OURS} and Acme dated 2026-10"
