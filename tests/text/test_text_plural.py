"""Behind the name of many things stands "were", behind that of one "was"."""

import pytest

from careloom.text.plural import are, was


@pytest.mark.parametrize(
    "name",
    [
        "platelets",
        "Platelets",
        "white blood cells",
        "triglycerides",
        "Leukocytes [#/volume] in Blood",
        "ketones",
        "RBCs",
    ],
)
def test_many_were(name):
    assert (was(name), are(name)) == ("were", "are")


@pytest.mark.parametrize(
    "name",
    [
        "glucose",
        "HbA1c",
        "eGFR",
        "diabetes mellitus",
        "hepatitis B virus DNA",
        "Urea nitrogen, serum",
        "PHOS",
        "body mass index",
        "urine specific gravity",
        "",
    ],
)
def test_one_was(name):
    assert (was(name), are(name)) == ("was", "is")
