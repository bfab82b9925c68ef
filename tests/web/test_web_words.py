"""Words of the site's own as a person says them."""

import pytest

from careloom.care.system import source_name, spoken


@pytest.mark.parametrize(
    ("system", "said"),
    [
        ("riverside_ehr", "riverside EHR"),
        ("county_hie_adt", "county HIE ADT"),
        ("harbor_pharmacy", "harbor pharmacy"),
        ("Northgate EHR", "Northgate EHR"),
        ("chosen_advance_clinic", "chosen advance clinic"),
    ],
)
def test_a_sources_name_is_said_as_a_person_says_it(system, said):
    assert source_name(system) == said
    assert spoken(f"listed in {system}; filled on 2026-11-02") == f"listed in {said}; filled on 2026-11-02"
